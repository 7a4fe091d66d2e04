import { PHASES } from '../../../lib/runs/ask/run-request';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { reportOf } from '../../../orchestrator/src/report/report';
import type { TaskRun } from '../../../orchestrator/src/queue/task';
import { tasksOf } from '../../../orchestrator/src/queue/task';
import { requestOf, taskRun } from '../support/reported';

const report = (request: RunRequest, taskRuns: readonly TaskRun[] = [], consoleUrl?: string) =>
  reportOf(request, tasksOf(taskRuns), consoleUrl);

it.each(PHASES)('a request that is %s says so, under the name of its stack', (phase) => {
  const { name, title, text } = report(requestOf({ status: { phase } }));
  expect(name).toBe('tekton-dag/payments/shop');
  expect(title).toMatch(/^pr-7-\w+ (?:waits|is|was|succeeded|failed)/);
  expect(text).toContain(title.slice(title.indexOf(' ')));
});

it('tells the state of each Task that there is, in the order they began, and of none besides', () => {
  const { text } = report(requestOf({ status: { phase: 'Running' } }), [
    taskRun('test-web', { second: 9 }),
    taskRun('build-web', { second: 1, succeeded: 'True' }),
  ]);
  expect(text.match(/^\| (?!Task|---).*$/gm)).toEqual(['| build-web | passed | 5 s |', '| test-web | running |  |']);
  expect(report(requestOf({})).text).not.toContain('|');
});

it('tells what failed, what it said and where its log is: in its own words, where it has some', () => {
  const request = requestOf({ status: { phase: 'Failed', message: 'Tasks Completed: 1' } });
  const inWords = { name: 'MESSAGE', value: 'npm ci failed: no package-lock.json' };
  const failed = taskRun('build-web', { succeeded: 'False', message: '"step-compile" exited with code 1' });
  const { title, text } = report(request, [
    {
      ...failed,
      status: { ...failed.status, steps: failed.status?.steps?.map((each) => ({ ...each, results: [inWords] })) },
    },
  ]);
  expect(title).toMatch(/failed: build-web$/);
  expect(text).toMatch(/\*\*build-web\*\* failed\.\n\n```text\nnpm ci failed: no package-lock\.json\n```/);
  expect(text).toContain('kubectl logs -n team-payments pod-build-web -c step-compile');
  expect(report(request, [failed]).text).toContain('exited with code 1');
});

it('tells tests that ran in several ways in one row, and each combination in a grid', () => {
  const way = (task: string, combination: string, succeeded: 'True' | 'False', told?: object): TaskRun => {
    const run = taskRun(task, { succeeded, message: 'no' });
    const results = told === undefined ? [] : [{ name: 'TESTS', value: JSON.stringify(told) }];
    return {
      ...run,
      metadata: { ...run.metadata, name: `x-${task}-${combination}` },
      spec: {
        params: [
          { name: 'combination', value: combination },
          { name: 'app', value: 'web' },
        ],
      },
      status: {
        ...run.status,
        steps: [{ name: 'summarize', terminated: { exitCode: 0 }, results }, ...(run.status?.steps ?? [])],
      },
    };
  };
  const counts = { passed: 3, failed: 1, errors: 0, skipped: 0, flaky: 0, names: ['adds'] };
  const { title, text } = report(requestOf({ status: { phase: 'Failed' } }), [
    way('test-web-unit', 'node-20', 'True', { ...counts, failed: 0, names: [] }),
    way('test-web-unit', 'node-22', 'False', counts),
    way('test-web-unit-p2', 'node-24', 'True'),
    taskRun('build-web', { succeeded: 'True' }),
  ]);
  expect(text).toContain('| test-web-unit | 1 failed, 2 passed | 5 s |');
  expect(text).toContain(
    [
      '| test-web-unit | State | Test cases | Time |',
      '| --- | --- | --- | --- |',
      '| node-22 | failed | 3 passed, 1 failed | 5 s |',
      '| node-20 | passed | 3 passed | 5 s |',
      '| node-24 | passed |  | 5 s |',
    ].join('\n'),
  );
  expect(text).toContain('Test cases: 6 passed, 1 failed.');
  expect(text).toContain('**test-web-unit node-22** failed.');
  expect(title).toMatch(/failed: test-web-unit node-22$/);
});

it.each([
  ['Queued', '/cancel'],
  ['Running', '/cancel'],
  ['Succeeded', '/test'],
  ['Failed', '/retest'],
  ['Cancelled', '/retest'],
] as const)('says what may be commented on one that is %s', (phase, command) => {
  expect(report(requestOf({ status: { phase } })).text.match(/`\/\w+`/g)).toEqual([`\`${command}\``]);
});

it('gives the reason of what never ran', () => {
  expect(
    report(requestOf({ status: { phase: 'Refused', message: "app 'wbe' is none of stack 'shop'" } })).text,
  ).toContain("```text\napp 'wbe' is none of stack 'shop'\n```");
});

it('says what a run waits for that goes on, also beside a task that has failed, and not once it is over', () => {
  const message = 'build-web waits for a node: 0/1 nodes are available: 1 Insufficient cpu';
  const told = (phase: 'Running' | 'Failed') =>
    report(requestOf({ status: { phase, message } }), [taskRun('test-web', { succeeded: 'False', message: 'no' })]);
  expect(report(requestOf({ status: { phase: 'Running', message } })).title).toMatch(
    /is running: build-web waits for a node: 0\/1 nodes are available: 1 Insufficient cpu$/,
  );
  expect(told('Running').title).toContain('is running: test-web; build-web waits');
  expect(told('Running').text).toContain(`\`\`\`text\n${message}\n\`\`\``);
  expect(told('Failed').title).toMatch(/failed: test-web$/);
  expect(told('Failed').text).not.toContain(message);
});

it('lets no text out of its fence, keeps the end of a long one, and fits into a comment', () => {
  const message = `${'x'.repeat(100_000)}\n\`\`\`\`\n@everybody the end`;
  const many = Array.from({ length: 300 }, (_, index) =>
    taskRun(`build-${'of-a-long-name'.repeat(3)}-${index}`, { succeeded: 'False', message }),
  );
  const { text, title } = reportOf(
    requestOf({ status: { phase: 'Failed' } }),
    tasksOf(many).map((task) => ({ ...task, log: message })),
    undefined,
  );
  expect(text.match(/@everybody the end\n`{5}\n/g)).toHaveLength(20);
  expect(text.length).toBeLessThan(65_000);
  expect(title).toHaveLength(140);
});

it('cuts no character in half, and leaves out what cannot be shown', () => {
  const { text } = report(requestOf({ status: { phase: 'Failed' } }), [
    taskRun('build-web', { succeeded: 'False', message: `a\u0000b\u0007${'😀'.repeat(2_000)}` }),
  ]);
  expect(text).not.toMatch(/\p{Cs}|(?![\n\t])\p{Cc}/u);
});

it('links to where people see the run; a release tells its commit alone', () => {
  const { name, url, marker } = report(
    requestOf({ spec: { pipeline: 'merge-release', apps: ['web'] } }),
    [],
    'https://console.example.com/{namespace}/{name}',
  );
  expect(name).toBe('tekton-dag/payments/shop/merge-release-web');
  expect(url).toMatch(/^https:\/\/console\.example\.com\/team-payments\/release-/);
  expect(marker).toBeUndefined();
});
