import { ApiError } from '../../../lib/kube/api';
import type { TaskRun } from '../../../orchestrator/src/queue/task';
import { taskOf } from '../../../orchestrator/src/queue/task';
import type { WholeRun } from '../../../orchestrator/src/http/run-tasks';
import { logOf, shownTasks } from '../../../orchestrator/src/http/run-tasks';
import { api, callerWhoMay } from '../support/api';
import { inject } from '../support/inject';
import { failingTasks, pullRequestRun } from '../../page/scene';
import { configurationOf, shop } from '../support';

/** The tasks of a run as a graph, and what their steps write. */

const taskRun = (name: string, status: TaskRun['status'], index = 0): TaskRun => ({
  metadata: { name: `${name}-${index}`, labels: { 'tekton.dev/pipelineTask': name } },
  status,
});
const succeeded = (status: string, reason?: string) => ({ conditions: [{ type: 'Succeeded', status, reason }] });
const runOf = (status: WholeRun['status']): WholeRun => ({ metadata: { name: 'run' }, spec: {}, status });

it('shows each of the ways in which the tests of a task run, and the log of one', () => {
  const way = (name: string, index: number, status: TaskRun['status']): TaskRun => ({
    ...taskRun('test-web-unit', status, index),
    spec: {
      params: [
        { name: 'combination', value: name },
        { name: 'app', value: 'web' },
      ],
    },
  });
  const step = (pod: string) => ({ podName: pod, steps: [{ name: 'test', terminated: { exitCode: 0 } }] });
  const taskRuns = [
    way('shard-10-of-12', 0, { ...succeeded('True'), ...step('p10') }),
    way('shard-2-of-12', 1, { ...succeeded('False', 'Failed'), ...step('p2') }),
  ];
  const [task] = shownTasks(
    runOf({ ...succeeded('Unknown'), pipelineSpec: { tasks: [{ name: 'test-web-unit' }] } }),
    taskRuns,
  );
  expect(task).toMatchObject({ state: 'failed' });
  expect(task?.combinations?.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'shard-2-of-12 failed',
    'shard-10-of-12 passed',
  ]);
  expect(logOf(taskRuns, 'test-web-unit', 'test')?.pod).toBe('p2');
  expect(logOf(taskRuns, 'test-web-unit', 'test', 'shard-10-of-12')?.pod).toBe('p10');
  expect(logOf(taskRuns, 'test-web-unit', 'test', 'shard-3-of-12')).toBeUndefined();
});

it('shows what Tekton has of a run that goes on', () => {
  const run = runOf({
    ...succeeded('Unknown'),
    pipelineSpec: {
      tasks: [
        { name: 'a', taskRef: { name: 'build-npm' } },
        { name: 'b', params: [{ name: 'x', value: '$(tasks.a.results.digest)' }] },
        { name: 'c', runAfter: ['b'], when: [{ input: '$(tasks.a.results.y)', operator: 'in', values: ['z'] }] },
        { name: 'd' },
      ],
      finally: [{ name: 'last', params: [{ name: 'x', value: '$(tasks.a.results.digest)' }] }],
    },
    skippedTasks: [{ name: 'd', reason: 'When Expressions evaluated to false' }],
  });
  const tasks = shownTasks(run, [
    taskRun('a', {
      ...succeeded('True'),
      podName: 'p',
      startTime: '2026-05-10T12:00:00Z',
      completionTime: '2026-05-10T12:00:05Z',
    }),
    taskRun('b', { ...succeeded('Unknown'), podName: 'q', startTime: '2026-05-10T12:00:05Z' }),
  ]);
  expect(tasks.map(({ name, state, after, isFinal }) => [name, state, after, isFinal])).toEqual([
    ['a', 'passed', [], false],
    ['b', 'running', ['a'], false],
    ['c', 'waiting', ['b', 'a'], false],
    ['d', 'skipped', [], false],
    ['last', 'waiting', [], true],
  ]);
  expect(tasks[0]).toMatchObject({ task: 'build-npm', finishedAt: '2026-05-10T12:00:05Z' });
  expect(tasks[3]?.message).toBe('When Expressions evaluated to false');
});

it('shows of a run that is over no task as one that waits', () => {
  const run = runOf({ ...succeeded('False'), pipelineSpec: { tasks: [{ name: 'a' }, { name: 'b' }] } });
  const failed = taskRun('a', { ...succeeded('False', 'TaskRunCancelled'), podName: 'p' });
  expect(shownTasks(run, [failed]).map(({ state }) => state)).toEqual(['cancelled', 'skipped']);
});

it('tells why a task failed by the step that ended it, and not what Tekton skipped after it as failed', () => {
  const run = runOf({ ...succeeded('False'), pipelineSpec: { tasks: [{ name: 'a' }] } });
  const said = (value: string) => [{ name: 'MESSAGE', value }];
  // as Tekton 1.15 has it of `onError: continue`
  const steps = [
    {
      name: 'unit-test',
      terminated: { exitCode: 1, reason: 'Error' },
      terminationReason: 'Continued',
      results: said('exit code 1'),
    },
    { name: 'summarize', terminated: { exitCode: 0, reason: 'Completed' }, terminationReason: 'Completed' },
    {
      name: 'save-report',
      terminated: { exitCode: 1, reason: 'Error' },
      terminationReason: 'Error',
      results: said('the cart is empty'),
    },
    { name: 'image', terminated: { exitCode: 1, reason: 'Error' }, terminationReason: 'Skipped' },
  ];
  const [task] = shownTasks(run, [taskRun('a', { ...succeeded('False'), podName: 'p', steps })]);
  expect(task?.message).toBe('the cart is empty');
  expect(task?.steps.map(({ state }) => state)).toEqual(['failed', 'passed', 'failed', 'skipped']);
  expect(taskOf(taskRun('a', { ...succeeded('False'), podName: 'p', steps }))).toMatchObject({
    message: 'the cart is empty',
    step: { container: 'step-unit-test' },
  });
});

describe('of several combinations', () => {
  const run = runOf({ ...succeeded('Unknown'), pipelineSpec: { tasks: [{ name: 'a' }] } });
  const steps = [{ name: 'run', container: 'step-run', terminated: { exitCode: 1 } }];
  const all = [
    taskRun(
      'a',
      {
        ...succeeded('True'),
        podName: 'good',
        startTime: '2026-05-10T12:00:02Z',
        completionTime: '2026-05-10T12:00:09Z',
      },
      0,
    ),
    taskRun(
      'a',
      {
        ...succeeded('False'),
        podName: 'bad',
        startTime: '2026-05-10T12:00:01Z',
        completionTime: '2026-05-10T12:00:03Z',
        steps,
      },
      1,
    ),
  ];

  it('the worst tells the state, the first the beginning and the last the end', () =>
    expect(shownTasks(run, all)[0]).toMatchObject({
      state: 'failed',
      startedAt: '2026-05-10T12:00:01Z',
      finishedAt: '2026-05-10T12:00:09Z',
      steps: [{ name: 'run', state: 'failed', exitCode: 1 }],
    }));

  it('it has not ended before all have', () =>
    expect(
      shownTasks(run, [...all, taskRun('a', { ...succeeded('Unknown'), podName: 'on' }, 2)])[0]?.finishedAt,
    ).toBeUndefined());

  it('the log is that of the steps that are shown', () => {
    expect(logOf(all, 'a', 'run')).toEqual({ pod: 'bad', container: 'step-run' });
    expect(logOf(all, 'a', 'other')).toBeUndefined();
    expect(logOf(all, 'b', 'run')).toBeUndefined();
  });
});

describe('GET /api/runs/{name}/tasks', () => {
  const team = shop();
  const made = pullRequestRun(team, { number: 7, phase: 'Failed', apps: ['web'], tasks: failingTasks('web') });
  const { name, namespace = '' } = made.request.metadata;
  const served = (run: WholeRun | undefined, ...verbs: Parameters<typeof callerWhoMay>) => {
    const front = api(configurationOf(team), {
      authenticate: callerWhoMay(...verbs),
      api: {
        patch: async <T>() => ({}) as T,
        get: async <T>() => run as T | undefined,
        list: async <T>() => ({ items: made.taskRuns as readonly unknown[] as T[], resourceVersion: '1' }),
        follow: async function* (_namespace, pod, { container }) {
          yield `${pod} ${container}\n`;
        },
      },
    });
    front.cluster.objects.set(`${namespace}/${name}`, made.request);
    return front;
  };
  const log = (front: ReturnType<typeof served>, step = 'test') =>
    inject(front.app, { method: 'GET', url: `/api/runs/${name}/tasks/test-web-postman/steps/${step}/log` });

  it('answers with the tasks of the run that was made for the request', async () => {
    const { status, body } = await served(made.run, 'list').call('GET', `/api/runs/${name}/tasks`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ name, namespace, isPruned: false });
    expect(body.tasks).toHaveLength(failingTasks('web').length);
  });

  it.each([
    ['that is gone', undefined],
    ['of its name that another made', { ...made.run, metadata: { ...made.run.metadata, uid: 'other' } }],
  ])('has none of a run %s', async (_, run) => {
    const { body } = await served(run, 'list').call('GET', `/api/runs/${name}/tasks`);
    expect(body).toMatchObject({ isPruned: true, tasks: [] });
  });

  it('shows tasks and logs to those who may see them, and nobody else', async () => {
    expect((await served(made.run).call('GET', `/api/runs/${name}/tasks`)).status).toBe(404);
    expect((await log(served(made.run, 'list'))).statusCode).toBe(403);
    const answer = await log(served(made.run, 'list', 'readLogs'));
    expect([answer.statusCode, answer.headers['content-type'], answer.headers['x-content-type-options']]).toEqual([
      200,
      'text/plain; charset=utf-8',
      'nosniff',
    ]);
    expect(answer.body).toBe(`${name}-test-web-postman-pod step-test\n`);
  });

  it('has no log of a step that there is not', async () =>
    expect(
      (
        await inject(served(made.run, 'list', 'readLogs').app, {
          method: 'GET',
          url: `/api/runs/${name}/tasks/test-web-postman/steps/x/log`,
        })
      ).statusCode,
    ).toBe(404));

  it.each([
    [404, 404, 'not_found'],
    [403, 503, 'api_unavailable'],
    [undefined, 503, 'api_unavailable'],
  ])('tells a log that the cluster answers with %s as %s', async (said, status, code) => {
    const front = served(made.run, 'list', 'readLogs');
    front.deps.api.follow = async function* () {
      throw new ApiError('no', said);
    };
    const answer = await log(front);
    expect([answer.statusCode, JSON.parse(answer.body).code]).toEqual([status, code]);
  });
});
