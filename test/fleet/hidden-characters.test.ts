import { validateFile } from '../../lib/fleet/formats';
import { formatProblem } from '../../lib/words/problem';
import { resolve, stackFile, app, team } from './support';

/** Characters that nobody sees and a terminal, a page or a shell obeys are in no file of a fleet. */

const told = (text: string): readonly string[] =>
  validateFile({ file: 'f.yaml', text })
    .problems.filter(({ severity }) => severity === 'error')
    .map(formatProblem);
const escaped = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;

const REFUSED = [0x00, 0x07, 0x0d, 0x1b, 0x7f, 0x85, 0x9b, 0x2028, 0x202a, 0x202e, 0x2066, 0x2069, 0xd800, 0xdfff];

describe.each(REFUSED)('U+%i', (code) => {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;

  it.each([
    [
      'stack',
      `name: s\ndescription: "a${escaped(code)}b"\napps: [{ name: a, repo: a/a, propagation-role: terminal }]\n`,
    ],
    ['cluster', `name: c\nsecrets:\n  store: { name: vault, path: "a${escaped(code)}b" }\n`],
    ['registry', `repos:\n  web: { stack: "a${escaped(code)}.yaml" }\n`],
  ])('is refused in a text of a %s, at its place', (_format, text) => {
    const [problem, ...others] = told(text);
    expect(others).toEqual([]);
    expect(problem).toMatch(/^f\.yaml:[23]:\d+: /);
    expect(problem).toContain(`the text holds ${name}, which is not shown but has an effect`);
    // and is not told by itself
    expect(problem).not.toContain(String.fromCharCode(code));
  });
});

it('is refused in a key, which others print as it is', () =>
  expect(
    told('name: c\ntekton:\n  install: release\n  release: r.yaml\n  settings: { "feature\\u202eflags": {} }\n'),
  ).toEqual([
    'f.yaml:5:15: tekton.settings["feature\\u202eflags"]: the key holds U+202E, which is not shown but has an effect (found "feature\\u202eflags"; expected text without control characters, and none that changes the direction of writing)',
  ]));

it('is refused in what code says, too', () =>
  expect(
    resolve({
      teams: [team('x', ['one'], { group: 'devs\u202e' })],
      stacks: [stackFile('one', [app('a')])],
    }).said,
  ).toEqual([expect.stringContaining('teams/x/team.ts: group: the text holds U+202E')]));

it.each(['"tab\\tand\\nline"', '"émoji 👩‍👩‍👧"', '"עברית"', '"العربية"'])('%s is text as any other', (text) =>
  expect(told(`name: s\ndescription: ${text}\napps: [{ name: a, repo: a/a, propagation-role: terminal }]\n`)).toEqual(
    [],
  ),
);

it('has one line where it is printed as part of one', () =>
  expect(told('name: c\nsecrets: { store: { name: vault, path: "a\\nb" } }\n')).toEqual([
    'f.yaml:2:40: secrets.store.path: has several lines (found "a\\nb"; expected one line of text)',
  ]));
