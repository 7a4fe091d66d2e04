import { validateFile } from '../../lib/fleet/formats';
import { formatProblem } from '../../lib/words/problem';
import { NONE } from './bad-inputs/none';
import { REGISTRY } from './bad-inputs/registry';
import { MATRIX } from './bad-inputs/matrix';
import { STACK } from './bad-inputs/stack';
import { TEAM } from './bad-inputs/team';
import { VERSIONS } from './bad-inputs/versions';

/** Bad input of each format, and all that a person is told of it. */

const validate = (text: string) => validateFile({ file: 'f.yaml', text });
const told = (text: string): string[] =>
  validate(text).problems.map(
    (problem) => `${problem.severity === 'warning' ? 'warning: ' : ''}${formatProblem(problem)}`,
  );

describe.each([
  ['stack', [...STACK, ...MATRIX]],
  ['team', TEAM],
  ['versions', VERSIONS],
  ['registry', REGISTRY],
] as const)('a bad %s', (_, cases) => {
  it.each(cases)('%s', (_what, text, expected) => {
    expect(told(text)).toEqual(expected);
  });

  it('comes in ten kinds at least', () => expect(cases.length).toBeGreaterThanOrEqual(10));
});

it.each(NONE)('is of no format: %s', (_what, text, expected) => {
  expect(validate(text).format).toBeUndefined();
  expect(told(text)).toEqual(expected);
});
