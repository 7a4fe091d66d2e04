import fc from 'fast-check';
import type { Problem } from '../../lib/words/problem';
import { InputError, formatProblem, sortProblems } from '../../lib/words/problem';

it.each<[Partial<Problem>, string]>([
  [{}, 'f.yaml: is missing'],
  [{ line: 3, column: 5 }, 'f.yaml:3:5: is missing'],
  [{ line: 3, column: 5, path: 'apps[0].name' }, 'f.yaml:3:5: apps[0].name: is missing'],
  [
    { path: 'a', found: '1', expected: '2', suggestion: '3' },
    'f.yaml: a: is missing (found 1; expected 2; did you mean 3?)',
  ],
  [{ suggestion: 'b' }, 'f.yaml: is missing (did you mean b?)'],
])('formats %j', (part, expected) => {
  expect(formatProblem({ file: 'f.yaml', message: 'is missing', severity: 'error', ...part })).toBe(expected);
});

const problems = fc.array(
  fc
    .record({
      file: fc.constantFrom('a.yaml', 'b.yaml', 'Z.yaml'),
      place: fc.option(fc.record({ line: fc.nat(30), column: fc.nat(30) }), { nil: {} }),
      message: fc.constantFrom('x', 'y'),
      severity: fc.constantFrom('error', 'warning'),
    })
    .map(({ place, ...problem }): Problem => ({ ...problem, ...place })),
);

it('sorts by place, in whatever order problems were found, each once', () => {
  fc.assert(
    fc.property(problems, (found) => {
      const places = (list: readonly Problem[]) =>
        list.map(
          ({ file, line = 0, column = 0 }) => `${file} ${String(line).padStart(4)} ${String(column).padStart(4)}`,
        );
      const sorted = sortProblems(found);
      expect(places(sorted)).toEqual([...places(sorted)].sort());
      expect(new Set(sorted.map((one) => one.severity + formatProblem(one))).size).toBe(sorted.length);
      expect(places(sortProblems([...found].reverse()))).toEqual(places(sorted));
    }),
  );
});

it('says all problems in the message of the one error', () => {
  const error = new InputError([
    { file: 'a', message: 'x', severity: 'error' },
    { file: 'b', message: 'y', severity: 'warning' },
  ]);
  expect(error.message).toBe('a: x\nb: y');
});

it('keeps one line whatever the input holds', () => {
  expect(formatProblem({ file: 'f.yaml', message: 'no app a\nb\u001B[31m', severity: 'error' })).toBe(
    'f.yaml: no app a b [31m',
  );
});
