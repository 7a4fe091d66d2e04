import { validateFile } from '../../lib/fleet/formats';
import { formatProblem } from '../../lib/words/problem';

/** Mappings of thousands of keys, and keys that are lost where nobody looks. */

const STACK = 'name: s\napps: [{ name: a, repo: a/a, propagation-role: terminal }]\n';
const told = (text: string): readonly string[] =>
  validateFile({ file: 'stacks/s.yaml', text }).problems.map(formatProblem);
const many = (line: (index: number) => string): string =>
  Array.from({ length: 5000 }, (_, index) => `${line(index)}\n`).join('');

it('tells fifty unknown keys of a mapping, and how many more there are', () => {
  const problems = told(STACK + many((index) => `key${index}: v`));
  expect(problems).toHaveLength(51);
  expect(problems).toContain('stacks/s.yaml:1:1: has 4950 more unknown keys');
  expect(problems).toContain(
    'stacks/s.yaml:3:1: key0: unknown key (expected name, description, propagation, defaults, apps or hooks)',
  );
});

it('still tells what else is wrong, and each key that was meant', () => {
  const problems = told(`descripton: 5\naps: []\n${STACK}${many((index) => `key${index}: v`)}`);
  expect(problems).toEqual(
    expect.arrayContaining([
      'stacks/s.yaml:1:1: descripton: unknown key (did you mean description?)',
      'stacks/s.yaml:2:1: aps: unknown key (did you mean apps?)',
      expect.stringContaining('description: expected text, found'),
    ]),
  );
});

it('tells each key that is given twice', () => {
  const stack = 'name: s\napps:\n- name: a\n  repo: a/a\n  propagation-role: terminal\n';
  expect(told(`${stack}  env:\n${many((index) => `    K${index}: v`)}    K4999: v\n`)).toEqual([
    'stacks/s.yaml:5007:5: apps[0].env.K4999: the key is given twice; the other is in line 5006',
  ]);
});

it.each([
  ['env', 'env: { __proto__: x }'],
  ['build.env', 'build: { env: { __proto__: x } }'],
  ['tests.shards', 'tests: { shards: { __proto__: 3 } }'],
])('refuses a key of %s that would be lost', (_, field) => {
  const [problem, ...others] = told(STACK.replace('terminal', `terminal, ${field}`));
  expect(problem).toMatch(/^stacks\/s\.yaml:2:\d+: apps\[0\]\.\S+__proto__: no key has this name/);
  expect(others).toEqual([]);
});

it('tells such a key once where it is an unknown one', () => {
  expect(told(`${STACK}__proto__: x\n`)).toEqual([expect.stringContaining('__proto__: unknown key')]);
});
