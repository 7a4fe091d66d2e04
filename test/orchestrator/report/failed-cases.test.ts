import { ApiError } from '../../../lib/kube/api';
import { annotationsOf } from '../../../orchestrator/src/report/annotations';
import { addFailedCases } from '../../../orchestrator/src/report/failed-cases';
import { reportOf } from '../../../orchestrator/src/report/report';
import type { Task } from '../../../orchestrator/src/queue/task';
import { tasksOf } from '../../../orchestrator/src/queue/task';
import { requestOf, taskRun, tested } from '../support/reported';

const told = { passed: 3, failed: 1, errors: 1, skipped: 1, flaky: 0, names: ['Cart › adds', 'Cart › breaks'] };
const tasks = tasksOf([
  tested(taskRun('build-web', { succeeded: 'False', second: 1 }), told),
  tested(taskRun('test-web-postman', { succeeded: 'True', second: 2 }), { ...told, failed: 0, errors: 0, names: [] }),
  taskRun('test-api-postman', { succeeded: 'False', second: 3 }),
]);
const lines = (...cases: readonly object[]): string => cases.map((one) => JSON.stringify(one)).join('\n');
const withCases = (log: string): Promise<readonly Task[]> => addFailedCases({ log: async () => log }, 'team-x', tasks);
const failed = (given: readonly Task[]): string =>
  reportOf(requestOf({ status: { phase: 'Failed' } }), given, undefined).text;

it('reads the cases that failed from the log of the step that read the reports, and no other', async () => {
  const asked: unknown[] = [];
  const log = async (...call: unknown[]) => (asked.push(call), lines({ title: 'Cart › adds' }));
  const read = await addFailedCases({ log }, 'team-x', tasks);
  expect(asked).toEqual([
    ['team-x', 'pod-build-web', { container: 'step-summarize', tailLines: 50, limitBytes: 131_072 }],
  ]);
  expect(read.map(({ failedCases }) => failedCases)).toEqual([[{ title: 'Cart › adds' }], undefined, undefined]);
});

it('tells their names where the log is gone', async () => {
  const log = () => Promise.reject(new ApiError('pods "pod-build-web" not found', 404));
  expect(failed(await addFailedCases({ log }, 'team-x', tasks))).toContain('Cart › adds\nCart › breaks\n```');
});

it('tells in the comment how many there were, and of the first that failed where and why', async () => {
  const cases = Array.from({ length: 9 }, (_, i) => ({
    title: `case ${i}`,
    message: 'expected 1\nfound 2',
    file: 'a.ts',
    line: i + 1,
  }));
  const text = failed(await withCases(lines(...cases)));
  expect(text).toContain('Test cases: 6 passed, 1 failed, 1 broke, 2 skipped.');
  expect(text).toContain('case 0 (a.ts:1)\n    expected 1\ncase 1');
  expect(text).not.toMatch(/case 5|found 2/);
});

it('quotes what foreign code has written', async () => {
  const text = failed(await withCases(lines({ title: '@all ``` <b>\u001b[1m', message: '````\n# x' })));
  expect(text).toMatch(/\n`{5}text\n@all ``` <b>\[1m\n {4}````\n.*\n?`{5}/);
});

it('tells how much of the lines the tests reached, and never more than there is', () => {
  const of = (task: string, covered: number, total: number) =>
    tested(taskRun(task), { ...told, lines: { covered, total } });
  const text = failed(tasksOf([of('build-a', 1999, 2000), of('build-b', 9, 3), of('build-c', 0, 0)]));
  expect(text).toContain('Lines covered: build-a 99.9 %, build-b 100 %.');
});

it('stays below what a comment may have', async () => {
  const many = Array.from({ length: 300 }, (_, i) =>
    tested(taskRun(`test-${i}-${'x'.repeat(40)}`, { succeeded: 'False', message: 'm'.repeat(3_000) }), {
      ...told,
      failed: 99,
      lines: { covered: 1, total: 3 },
    }),
  );
  const log = async () =>
    lines(...Array.from({ length: 50 }, () => ({ title: 't'.repeat(700), message: 'm'.repeat(1_000) })));
  const read = await addFailedCases({ log }, 'team-x', tasksOf(many));
  expect(failed(read.map((task) => ({ ...task, log: 'l'.repeat(9_000) }))).length).toBeLessThan(65_000);
});

describe('annotations', () => {
  const stack = {
    apps: [
      { name: 'web', repo: 'acme/web' },
      { name: 'api', repo: 'acme/api' },
    ],
  };
  const at = (name: string, ...failedCases: NonNullable<Task['failedCases']>): Task => ({
    name,
    state: 'failed',
    failedCases,
  });

  it('are at the file and line of each case that has one, of apps of this repository alone', () => {
    const given = [
      at('build-web', { title: 'a', message: 'm\nn', file: 'src/a.ts', line: 3 }, { title: 'nowhere' }),
      at('test-web-postman', { title: 'b', file: 'b.json' }),
      at('test-api-postman', { title: 'c', file: 'c.json', line: 1 }),
      at('notify', { title: 'd', file: 'd.json', line: 1 }),
    ];
    const of = (path: string, line: number, title: string, message: string) => ({
      ...{ path, start_line: line, end_line: line, annotation_level: 'failure', title, message },
    });
    expect(annotationsOf(given, stack, 'Acme/Web')).toEqual([
      of('src/a.ts', 3, 'a', 'm\nn'),
      of('b.json', 1, 'b', 'b'),
    ]);
  });

  it('tell a case that failed in several combinations once, with their names', () => {
    const failedCase = { title: 'a', file: 'src/a.ts', line: 3 };
    const way = (combination: string, name = 'test-web-unit'): Task => ({
      ...at(name, failedCase),
      combination: { name: combination, task: 'test-web-unit' },
    });
    const given = annotationsOf([way('node-20'), way('node-22', 'test-web-unit-p2')], stack, 'acme/web');
    expect(given.map(({ title }) => title)).toEqual(['a (node-20, node-22)']);
  });

  it('are no more than GitHub takes at once, and no longer', () => {
    const cases = Array.from({ length: 80 }, () => ({ title: 't'.repeat(700), file: 'a.ts', line: 1 }));
    const given = annotationsOf([at('build-web', ...cases)], stack, 'acme/web');
    expect([given.length, given[0]?.title.length]).toEqual([50, 255]);
  });
});
