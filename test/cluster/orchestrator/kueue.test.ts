import { LEASES, PENDING, RUNS, isPending } from '../../../orchestrator/src/queue/objects';
import type { Request, Run } from '../../../orchestrator/src/queue/objects';
import { SHA, pullRequestPayload } from '../../orchestrator/support';
import { GitHubApi } from '../../orchestrator/support/github-api';
import { Events } from '../../orchestrator/support/github-events';
import { Reports } from '../../orchestrator/support/github-reports';
import { request } from '../../orchestrator/support/team';
import { kubectl } from '../kubectl';
import type { Replica } from './support/replica';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** What the orchestrator does where Kueue lets runs go on. The tests write in the place of tekton-kueue, through the API server. */

const TEAM = 'queue-kueue';
const reports = new Reports();
const github = new GitHubApi({
  ...reports.endpoints,
  ...new Events().endpoints,
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': () => [],
});
/** Runs that do not end by themselves. */
const going = new Set<string>();
let scene: Scene;
let replicas: readonly Replica[];

beforeAll(async () => {
  scene = await Scene.open({ [TEAM]: 2 }, ({ metadata }) => !going.has(metadata.name), {
    github: await github.listen(),
    queue: 'kueue',
  });
  replicas = await scene.start({ first: [], second: [] });
});
afterAll(async () => {
  await scene.close();
  await github.close();
});
afterEach(() => expect(scene.history.violations()).toEqual([]));

const requestOf = async (name: string): Promise<Request | undefined> =>
  (await scene.requests()).find(({ metadata }) => metadata.name === name);
const runOf = (name: string): Promise<Run | undefined> => scene.api.get<Run>(RUNS, TEAM, name);
const becomes = (name: string, phase: string): Promise<Request> =>
  scene.until(60, async () => {
    const found = await requestOf(name);
    return found?.status?.phase === phase ? found : `${name} is ${JSON.stringify(found?.status)}`;
  });
/** As Kueue finds it. */
const inQueue = (name: string): Promise<Run> =>
  scene.until(60, async () => {
    const run = await runOf(name);
    return run?.metadata.labels?.['kueue.x-k8s.io/queue-name'] === 'pipelines-queue' ? run : `${name} is in no queue`;
  });
/** What tekton-kueue does once the Workload of a run is admitted. */
const letGo = (name: string) => scene.api.patch(RUNS, TEAM, name, { spec: { status: null } });
const cancel = (name: string) =>
  kubectl(['patch', 'rreq', name, '--namespace', TEAM, '--type=merge', '--patch={"spec":{"cancel":true}}']);
const queueShown = async (): Promise<{ readonly running: readonly string[]; readonly waiting: readonly string[] }> => {
  const answer = await fetch(`${await replicas[0]!.address()}/api/queue`);
  const [shown] = (await answer.json()) as [Record<'running' | 'waiting', readonly { readonly name: string }[]>];
  const names = (key: 'running' | 'waiting') => shown[key].map(({ name }) => name);
  return { running: names('running'), waiting: names('waiting') };
};

it('gives every request its run, which waits in the queue of the team, and starts none of them', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  names.forEach((name) => going.add(name));
  for (const name of names) await scene.ask(TEAM, request(name, name === 'e' ? { priority: 1 } : {}));
  for (const name of names) {
    const { spec, metadata } = await inQueue(name);
    expect(spec.status).toBe(PENDING);
    expect(metadata.labels?.['kueue.x-k8s.io/priority-class']).toBe(
      name === 'e' ? 'tekton-dag-first' : 'tekton-dag-run',
    );
    const { status } = (await requestOf(name))!;
    expect(status).toMatchObject({ phase: 'Queued', runUID: metadata.uid, queuedAt: expect.any(String) });
    expect([status?.slot, status?.admittedAt]).toEqual([undefined, undefined]);
  }
  // the leader looks every ten seconds, and says then what they wait for: meanwhile nothing was started
  await scene.until(60, async () => (await requestOf('a'))?.status?.message === 'waits in Kueue' || 'it says nothing');
  expect((await scene.runs()).every(isPending)).toBe(true);
  expect((await scene.api.list(LEASES, TEAM, 'tekton-dag.io/slot')).items).toEqual([]);
  expect(await queueShown()).toEqual({ running: [], waiting: ['e', 'a', 'b', 'c', 'd'] });
});

it('goes on with a run that Kueue has let go on, and leaves the others alone', async () => {
  await letGo('e');
  const { status } = await becomes('e', 'Running');
  expect(status).toMatchObject({ admittedAt: expect.any(String), startedAt: expect.any(String) });
  expect(status?.message).toBeUndefined();
  expect((await queueShown()).running).toEqual(['e']);
  going.delete('e');
  scene.tekton.lookAgain();
  await becomes('e', 'Succeeded');
  expect((await scene.runs()).filter((run) => !isPending(run)).map(({ metadata }) => metadata.name)).toEqual(['e']);
});

it('cancels what waits at once, and what goes on with its finally', async () => {
  await letGo('b');
  await becomes('b', 'Running');
  cancel('a');
  cancel('b');
  const [waited, ran] = [await becomes('a', 'Cancelled'), await becomes('b', 'Cancelled')];
  expect([waited.status?.admittedAt, ran.status?.admittedAt]).toEqual([undefined, expect.any(String)]);
  expect([(await runOf('a'))?.spec.status, (await runOf('b'))?.spec.status]).toEqual([
    'Cancelled',
    'CancelledRunFinally',
  ]);
});

it('tells the pull request that a test waits, and replaces it by that of a newer commit', async () => {
  const deliver = async (sha: string, at: string) => {
    const payload = pullRequestPayload({ host: '127.0.0.1', number: 7, sha, at });
    expect((await replicas[0]!.deliver('pull_request', payload)).status).toBe(202);
  };
  const testOf = (sha: string) =>
    scene.until(60, async () => {
      const found = (await scene.requests()).find(({ spec }) => spec.revision === sha);
      return found ?? `there is no test of ${sha}`;
    });
  const now = Date.now();
  const at = (ms: number) => new Date(now + ms).toISOString().replace(/\.\d+/, '');
  await deliver(SHA.a, at(-1000));
  const older = (await testOf(SHA.a)).metadata.name;
  await inQueue(older);
  await scene.until(
    60,
    async () =>
      reports.statuses.some(({ sha, state }) => sha === SHA.a && state === 'pending') || 'nothing is told of it',
  );
  await deliver(SHA.b, at(1000));
  const newer = (await testOf(SHA.b)).metadata.name;
  expect((await becomes(older, 'Cancelled')).status?.message).toContain('newer event');
  expect((await runOf(older))?.spec.status).toBe('Cancelled');
  await inQueue(newer);
  await letGo(newer);
  await becomes(newer, 'Succeeded');
});

it('deletes the run of a request that was deleted while it waited', async () => {
  await scene.api.delete({ apiVersion: 'tekton-dag.io/v1alpha1', plural: 'runrequests' }, TEAM, 'c');
  await scene.until(60, async () => (await runOf('c')) === undefined || 'its run is there');
  expect((await runOf('d'))?.spec.status).toBe(PENDING);
});
