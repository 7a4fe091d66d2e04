import type { KubeObject } from '../../../lib/kube/api';
import { RUNS, TASK_RUNS } from '../../../orchestrator/src/queue/objects';
import type { Request, Run } from '../../../orchestrator/src/queue/objects';
import type { Pod } from '../../../orchestrator/src/queue/pod';
import { PODS } from '../../../orchestrator/src/queue/pod';
import { delivery, pullRequestPayload } from '../../orchestrator/support';
import { GitHubApi } from '../../orchestrator/support/github-api';
import { Events } from '../../orchestrator/support/github-events';
import { Reports } from '../../orchestrator/support/github-reports';
import { homeless, running } from '../../orchestrator/support/pods';
import { request } from '../../orchestrator/support/team';
import { kubectl } from '../kubectl';
import type { Replica } from './support/replica';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** What is said of a run whose pods do not run, with the rights that the orchestrator has. The tests write in the place of Tekton and the kubelet. */

const TEAM = 'queue-waits';
const reports = new Reports();
const github = new GitHubApi({
  ...reports.endpoints,
  ...new Events().endpoints,
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': () => [],
});
let scene: Scene;
let replica: Replica;

beforeAll(async () => {
  scene = await Scene.open({ [TEAM]: 4 }, () => false, { github: await github.listen() });
  // no pod is taken without the account that it runs as, which nobody makes here
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: TEAM } };
  kubectl(['apply', '--server-side', '--filename=-'], JSON.stringify(account));
  replica = await scene.program.start('first');
  await replica.address();
});
afterAll(async () => {
  expect(scene.history.violations()).toEqual([]);
  await scene.close();
  await github.close();
});

const found = async ({ metadata: { name } }: KubeObject): Promise<Request | undefined> =>
  (await scene.requests()).find(({ metadata }) => metadata.name === name);
const isRunning = (asked: KubeObject) =>
  scene.until(60, async () => ((await found(asked))?.status?.phase === 'Running' ? true : 'it is not running'));
const says = (asked: KubeObject, message: string | undefined) =>
  scene.until(90, async () => {
    const { status } = (await found(asked)) ?? {};
    return (message === undefined ? status?.message === undefined : status?.message?.includes(message) === true)
      ? true
      : `it says ${status?.message}`;
  });
const listed = (asked: KubeObject) =>
  kubectl(['get', 'rreq', asked.metadata.name, '--namespace', TEAM, '--no-headers']);
const runOf = async ({ metadata: { name } }: KubeObject): Promise<Run> => (await scene.api.get<Run>(RUNS, TEAM, name))!;

/** As Tekton makes it, and as the scheduler and the kubelet say how it stands. */
async function makePod(run: Run, { spec, status, ...pod }: Pod): Promise<(status: Pod['status']) => Promise<unknown>> {
  const name = `${run.metadata.name}-build-api-pod`;
  const { containers = [] } = spec ?? {};
  await scene.api.create(PODS, TEAM, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: pod.metadata.labels },
    spec: { containers, automountServiceAccountToken: false },
  });
  const write = (next: Pod['status']) => scene.api.patch(PODS, TEAM, name, { status: next }, { subresource: 'status' });
  await write(status);
  return write;
}

/** As Tekton makes it, and as it says how it stands. */
async function makeTaskRun(run: Run, succeeded: string, reason: string, message: string): Promise<void> {
  const { name, uid } = run.metadata;
  await scene.api.create(TASK_RUNS, TEAM, {
    apiVersion: TASK_RUNS.apiVersion,
    kind: 'TaskRun',
    metadata: {
      name: `${name}-build-api`,
      labels: { 'tekton.dev/pipelineRun': name, 'tekton.dev/pipelineTask': 'build-api' },
      ownerReferences: [{ apiVersion: RUNS.apiVersion, kind: 'PipelineRun', name, uid }],
    },
    spec: { taskRef: { name: 'build' } },
  });
  const status = { conditions: [{ type: 'Succeeded', status: succeeded, reason, message }], podName: '' };
  await scene.api.patch(TASK_RUNS, TEAM, `${name}-build-api`, { status }, { subresource: 'status' });
}

it('a pod that cannot be placed: in kubectl, in the API and on the pull request, until it runs', async () => {
  const payload = pullRequestPayload({
    host: '127.0.0.1',
    number: 1,
    sha: '1'.repeat(40),
    at: new Date().toISOString().replace(/\.\d+/, ''),
  });
  const { url, headers, payload: body } = delivery('pull_request', payload);
  const address = await replica.address();
  const response = await fetch(`${address}${String(url)}`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: body as string,
  });
  const { pipelinerun: name = '' } = (await response.json()) as { readonly pipelinerun?: string };
  const asked = { metadata: { name } };
  await isRunning(asked);
  const run = await runOf(asked);
  const write = await makePod(run, homeless({ run: run.metadata.uid }));
  const message = "build-api waits for a node: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity";
  await says(asked, message);
  expect(listed(asked)).toContain(message);
  expect(await (await fetch(`${address}/api/runs/${name}`)).json()).toMatchObject({
    status: 'Running',
    message: expect.stringContaining(message),
  });
  await scene.until(60, async () =>
    reports.comments.some((comment) => comment.body.includes(message)) ? true : 'the pull request does not say it',
  );
  expect(reports.statuses.at(-1)).toMatchObject({
    state: 'pending',
    description: expect.stringContaining('is running: build-api waits for a node'),
  });

  await write(running().status);
  await says(asked, undefined);
  await scene.until(60, async () =>
    reports.comments.some((comment) => comment.body.includes(message)) ? 'the pull request still says it' : true,
  );
});

it('a pod that no quota has room for', async () => {
  const asked = await scene.ask(TEAM, request('quota'));
  await isRunning(asked);
  const message = 'exceeded quota: team, requested: requests.cpu=2, used: requests.cpu=0, limited: requests.cpu=1';
  await makeTaskRun(
    await runOf(asked),
    'Unknown',
    'ExceededResourceQuota',
    `TaskRun Pod exceeded available resources: pods "quota-build-api-pod" is forbidden: ${message}`,
  );
  await says(asked, message);
  expect(listed(asked)).toContain('build-api waits for room in a quota');
});

it('a run that failed names the task and its cause, in place of what it waited for', async () => {
  const asked = await scene.ask(TEAM, request('image'));
  await isRunning(asked);
  const run = await runOf(asked);
  const cause = 'Back-off pulling image "registry.example.com/absent:1": not found';
  await makeTaskRun(run, 'False', 'TaskRunImagePullFailed', cause);
  const conditions = [
    { type: 'Succeeded', status: 'False', reason: 'Failed', message: 'Tasks Completed: 1 (Failed: 1, Cancelled 0)' },
  ];
  await scene.api.patch(RUNS, TEAM, 'image', { status: { conditions } }, { subresource: 'status' });
  await says(asked, `build-api: ${cause}`);
  expect(listed(asked)).toMatch(/Failed .*build-api: Back-off pulling image/);
});
