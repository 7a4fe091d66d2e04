import { ApiError } from '../../../lib/kube/api';
import type { LogEnd } from '../../../lib/kube/api';
import { addFailureLogs } from '../../../orchestrator/src/report/failure-logs';
import { tasksOf } from '../../../orchestrator/src/queue/task';
import { taskRun } from '../support/reported';

const tasks = tasksOf([
  taskRun('build-web', { succeeded: 'True', second: 1 }),
  taskRun('test-web', { succeeded: 'False', second: 2 }),
  taskRun('test-api', { second: 3 }),
]);
const logOf = async (log: () => Promise<string>): Promise<string | undefined> =>
  (await addFailureLogs({ log }, 'team-x', tasks)).find(({ name }) => name === 'test-web')?.log;

it('reads the last lines of the step that failed, and of no other', async () => {
  const asked: [string, string, LogEnd][] = [];
  const log = async (...call: [string, string, LogEnd]) => {
    asked.push(call);
    return 'expected 200\nfound 500\n';
  };
  const read = await addFailureLogs({ log }, 'team-x', tasks);
  expect(read.map(({ name, log: text }) => [name, text])).toEqual([
    ['build-web', undefined],
    ['test-web', 'expected 200\nfound 500'],
    ['test-api', undefined],
  ]);
  expect(asked).toEqual([['team-x', 'pod-test-web', { container: 'step-compile', tailLines: 20, limitBytes: 65_536 }]]);
});

it('reads no more than are told of', async () => {
  let asked = 0;
  const log = async () => `${++asked}`;
  await addFailureLogs(
    { log },
    'team-x',
    tasksOf(Array.from({ length: 300 }, (_, index) => taskRun(`build-${index}`, { succeeded: 'False' }))),
  );
  expect(asked).toBe(10);
});

it('leaves out what is gone, and what is empty', async () => {
  expect(await logOf(() => Promise.reject(new ApiError('pods "pod-test-web" not found', 404)))).toBeUndefined();
  expect(await logOf(() => Promise.reject(new ApiError('container is waiting to start', 400)))).toBeUndefined();
  expect(await logOf(() => Promise.resolve('\n'))).toBeUndefined();
});

it('shows it without colours, and of a bar of progress its last state', async () => {
  expect(await logOf(() => Promise.resolve('\u001b[31mnot ok\u001b[0m 1\r\n10 %\r50 %\r100 %\ndone\n'))).toBe(
    'not ok 1\n100 %\ndone',
  );
});

it('shows of a link its text, and of a sequence that moves the cursor or chooses characters nothing', async () => {
  const link = '\u001b]8;;https://example.com/x\u0007text\u001b]8;;\u001b\\';
  expect(await logOf(async () => `${link} \u001b[2K\u001b[1;31;40mred\u009b0m \u001b(B\u001b7end`)).toBe(
    'text red end',
  );
});

/** Milliseconds to read 64 KiB of a text, behind whatever may begin an escape. */
async function timeOf(text: string): Promise<number> {
  const start = performance.now();
  for (const begin of ['', '\u001b', '\u009b', '\u001b]'])
    expect(await logOf(async () => `${begin}${text.repeat(65_536 / text.length)}\nend`)).toMatch(/end$/);
  return performance.now() - start;
}

// in proportion to the square of its length, some of these would take ten thousand times as long as plain text
it.each<[string, string]>([
  ...Array.from({ length: 32 }, (_, code): [string, string] => [`character ${code}`, String.fromCharCode(code)]),
  ...[...';?#([1a'].flatMap((one) =>
    [...';?#([1a'].map((other): [string, string] => [`'${one}${other}'`, one + other]),
  ),
  ['a carriage return and a letter', '\rx'],
  ['the beginning of a colour', '\u001b['],
  ['a colour that does not end', '\u001b[1;'],
  ['a link that does not end', '\u001b]8;;x'],
  ['the other beginning of a colour', '\u009b;1'],
])('reads 64 KiB of %s in the time of plain text', async (_, text) => {
  const plain = await timeOf('x');
  expect((await timeOf(text)) / plain).toBeLessThan(1_000);
});
