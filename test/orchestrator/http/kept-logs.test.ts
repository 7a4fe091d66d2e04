import { ApiError } from '../../../lib/kube/api';
import type { WholeRun } from '../../../orchestrator/src/http/run-tasks';
import { failingTasks, pullRequestRun } from '../../page/scene';
import { configurationOf, shop } from '../support';
import { api, callerWhoMay } from '../support/api';
import { inject } from '../support/inject';
import { KeptReports } from '../support/kept-reports';
import { keepRun } from '../support/kept-run';

/** What a run kept of itself, as the API gives it when the cluster has its pods or the run no more. */

const team = shop();
const made = pullRequestRun(team, { number: 7, phase: 'Failed', apps: ['web'], tasks: failingTasks('web') });
const { name, namespace = '' } = made.request.metadata;
const TEXT = '\u001b[31mPOST /cart\u001b[0m <script>\n\u0000ü\n';

interface Given {
  readonly request?: typeof made.request;
  /** What the cluster has of it. @default - nothing */
  readonly run?: WholeRun;
  readonly verbs?: Parameters<typeof callerWhoMay>;
  readonly keeps?: boolean;
}

function served({ request = made.request, run, verbs = ['list', 'readLogs'], keeps = true }: Given = {}) {
  const reports = new KeptReports();
  const folder = keepRun(reports, made, { 'test-web-postman/test': TEXT });
  const front = api(configurationOf(team), {
    authenticate: callerWhoMay(...verbs),
    reports: keeps ? reports : undefined,
    api: {
      patch: async <T>() => ({}) as T,
      get: async <T>() => run as T | undefined,
      list: async <T>() => ({
        items: (run === undefined ? [] : made.taskRuns) as readonly unknown[] as T[],
        resourceVersion: '1',
      }),
      follow: async function* () {
        throw new ApiError('no', 404);
      },
    },
  });
  front.cluster.objects.set(`${namespace}/${name}`, request);
  const log = (task = 'test-web-postman', step = 'test') =>
    inject(front.app, { method: 'GET', url: `/api/runs/${name}/tasks/${task}/steps/${step}/log` });
  const tasks = () => front.call('GET', `/api/runs/${name}/tasks`);
  const index = (steps: unknown) => reports.files.set(`${folder}/logs/index.json`, JSON.stringify(steps));
  return { ...front, reports, folder, log, tasks, index };
}

it.each([
  ['the run is pruned', undefined],
  ['its pod alone is gone', made.run],
])('gives the log that was kept where %s, and says so', async (_, run) => {
  const { statusCode, headers, body } = await served({ run }).log();
  expect([statusCode, body]).toEqual([200, TEXT]);
  expect(headers).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(TEXT)),
    'x-content-type-options': 'nosniff',
    'tekton-dag-log-kept': 'true',
  });
  expect(headers).not.toHaveProperty('tekton-dag-log-omitted');
});

it('gives the log of the combination that is asked for, whichever task of the Pipeline it was in', async () => {
  const front = served();
  const logs = [
    ['test-web-unit', 'node-20'],
    ['test-web-unit-p2', 'node-22'],
    ['test-web-unittest', 'node-24'],
    // of an app `web-unit`
    ['test-web-unit-playwright', 'node-26'],
    ['test-web-unit-p3', 'node-26'],
  ] as const;
  const steps = logs.map(([task, combination]) => ({
    ...{ task, combination, step: 'test', file: `${task}/test.log`, bytes: 2 },
  }));
  front.index({ version: 1, run: name, steps });
  for (const [task, combination] of logs)
    front.reports.files.set(`${front.folder}/logs/${task}/test.log`, `${task} ${combination}`);
  const asked = async (task: string, combination?: string) => {
    const url = `/api/runs/${name}/tasks/${encodeURIComponent(task)}/steps/test/log`;
    const query = combination === undefined ? '' : `?combination=${combination}`;
    const { statusCode, body } = await inject(front.app, { method: 'GET', url: `${url}${query}` });
    return statusCode === 200 ? body : statusCode;
  };
  expect(await asked('test-web-unit', 'node-22')).toBe('test-web-unit-p2 node-22');
  expect(await asked('test-web-unit', 'node-26')).toBe('test-web-unit-p3 node-26');
  expect(await asked('test-web-unit')).toBe('test-web-unit node-20');
  expect(await asked('test-web-unit', 'node-24')).toBe(404);
  // as the tasks of a run that was pruned are called
  expect(await asked('test-web-unit-p2 node-22')).toBe('test-web-unit-p2 node-22');
});

it('says what is left out of it', async () => {
  const front = served();
  const step = { task: 'test-web-postman', step: 'test', file: 'test-web-postman/test.log', bytes: 9 };
  front.index({ version: 1, run: name, steps: [{ ...step, omitted: 'all but the last 4 KiB\r\nx-evil: ü' }] });
  const { headers } = await front.log();
  expect(headers['tekton-dag-log-omitted']).toBe('all but the last 4 KiB??x-evil: ?');
  expect(headers).not.toHaveProperty('x-evil');
});

it('is empty, and says why, where nothing could be kept of it', async () => {
  const { statusCode, headers, body } = await served().log('build-web', 'compile');
  expect([statusCode, body]).toEqual([200, '']);
  expect(headers['tekton-dag-log-omitted']).toBe('what could not be read: it is gone');
});

it('gives it to those who may read logs, and nobody else', async () => {
  expect((await served({ verbs: ['list'] }).log()).statusCode).toBe(403);
  expect((await served({ verbs: [] }).log()).statusCode).toBe(404);
});

it('shows the tasks of a pruned run, with their steps and why they failed', async () => {
  const { status, body } = await served().tasks();
  expect(status).toBe(200);
  expect(body).toMatchObject({ name, namespace, isPruned: true });
  expect(body.tasks.map((task: { name: string; state: string }) => [task.name, task.state])).toEqual(
    failingTasks('web').map((task) => [task.name, task.state]),
  );
  expect(body.tasks.find((task: { name: string }) => task.name === 'test-web-postman')).toMatchObject({
    message: 'POST /cart answers 201: expected 201 but got 500',
    steps: [
      { name: 'clone', state: 'passed', exitCode: 0 },
      { name: 'test', state: 'failed', exitCode: 1 },
    ],
  });
});

it.each([
  ['Failed', 'running'],
  ['Succeeded', 'passed'],
] as const)('shows of a run that is %s what was not over then as %s', async (phase, state) => {
  const request = { ...made.request, status: { ...made.request.status!, phase } };
  const front = served({ request });
  front.reports.files.set(
    `${front.folder}/outcome.json`,
    JSON.stringify({
      tasks: [{ name: 'close-previews', succeeded: null, reason: 'Running', started: null, ended: null }],
    }),
  );
  expect((await front.tasks()).body.tasks).toEqual([
    expect.objectContaining({ name: 'close-previews', state, steps: [expect.objectContaining({ name: 'close' })] }),
  ]);
});

it('shows the tasks of a run of many apps, and one that failed without a word', async () => {
  const front = served();
  const steps = Array.from({ length: 5_001 }, (_, index) => ({
    task: `t${index}`,
    step: 's',
    file: 'a.log',
    bytes: 0,
  }));
  front.index({ version: 1, run: name, steps });
  const tasks = [{ name: 't5000', succeeded: false, reason: 'Failed', message: null }];
  front.reports.files.set(`${front.folder}/outcome.json`, JSON.stringify({ tasks }));
  expect((await front.tasks()).body.tasks).toEqual([
    expect.objectContaining({ name: 't5000', state: 'failed', steps: [expect.objectContaining({ name: 's' })] }),
  ]);
});

it.each<[string, Given]>([
  ['has nothing to do with reports', { keeps: false }],
  [
    'sees that the run goes on',
    { request: { ...made.request, status: { ...made.request.status!, phase: 'Running' } } },
  ],
  ['was not told of a run', { request: { ...made.request, status: { ...made.request.status!, runUID: undefined } } }],
])('asks nothing of what keeps them where it %s', async (_, given) => {
  const front = served(given);
  expect((await front.log()).statusCode).toBe(404);
  expect((await front.tasks()).body.tasks).toEqual([]);
  expect(front.reports.asked).toEqual([]);
});

it('says so where what keeps them does not answer', async () => {
  const front = served();
  front.reports.isAway = true;
  const answers = [JSON.parse((await front.log()).body), (await front.tasks()).body];
  expect(answers.map(({ code }) => code)).toEqual(['reports_unavailable', 'reports_unavailable']);
});

it.each<[string, unknown]>([
  ['no JSON', '{'],
  ['another value', '[]'],
  ['a later version', '{"version":2,"steps":[]}'],
  ['more values than there can be', `{"version":1,"run":"x","steps":[${'[],'.repeat(300_000)}[]]}`],
  ['what is larger than it can be', `{"version":1,"run":"${'x'.repeat(5_000_000)}","steps":[]}`],
])('finds no log by an index that is %s', async (_, text) => {
  const front = served();
  front.reports.files.set(`${front.folder}/logs/index.json`, text as string);
  expect((await front.log()).statusCode).toBe(404);
});

it.each(['../outcome.json', '/etc/passwd', 'a/../../outcome.json', '..', ''])(
  'opens nothing outside the logs of the run: %j',
  async (file) => {
    const front = served();
    front.index({ version: 1, run: name, steps: [{ task: 'test-web-postman', step: 'test', file, bytes: 1 }] });
    expect((await front.log()).statusCode).toBe(404);
    expect(front.reports.asked).toEqual([`${front.folder}/logs/index.json`]);
  },
);

it('finds nothing by names that are paths', async () => {
  const front = served();
  for (const [task, step] of [
    ['..%2f..', 'index'],
    ['test-web-postman', '..%2f..%2foutcome'],
    ['test-web-postman', 'test.log'],
  ] as const)
    expect((await front.log(task, step)).statusCode).toBe(404);
});

it('refuses a log that is longer than any that is kept', async () => {
  const front = served();
  front.reports.files.set(`${front.folder}/logs/test-web-postman/test.log`, 'x'.repeat(10 * 2 ** 20 + 1));
  expect(JSON.parse((await front.log()).body).code).toBe('report_too_large');
});
