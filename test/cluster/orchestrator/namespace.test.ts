import type { ApiError } from '../../../lib/kube/api';
import { LEASES, PIPELINES, REQUESTS, RUNS } from '../../../orchestrator/src/queue/objects';
import type { KindRef, KubeObject } from '../../../lib/kube/api';
import { pullRequestPayload } from '../../orchestrator/support';
import { request } from '../../orchestrator/support/team';
import { kubectl } from '../kubectl';
import type { Passing } from './support/proxy';
import type { Replica } from './support/replica';
import { Scene, makeNamespaces } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** The namespace of one team is deleted while its runs go on and wait, and made again: the other team notices nothing. */

const [HOME, GONE] = ['queue-stays', 'queue-gone'];
const HOSTS = { [HOME]: 'github.com', [GONE]: 'gone.example.com' };
/** What a namespace holds, in the order in which it goes here: rights go before what they are for. */
const CONTENT: readonly KindRef[] = [
  { apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'rolebindings' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'roles' },
  PIPELINES,
  RUNS,
  LEASES,
  REQUESTS,
];

/** Before what failed is tried again for the first time. */
const PAUSE_MS = 200;

let scene: Scene;
let replica: Replica;
/** Whether runs of the team whose namespace goes go on. */
let goesOn = true;

beforeAll(async () => {
  scene = await Scene.open({ [HOME]: 2, [GONE]: 2 }, ({ metadata }) => !goesOn || metadata.namespace !== GONE, {
    hosts: HOSTS,
  });
  [replica] = (await scene.start({ only: [] })) as [Replica];
});
afterAll(() => scene.close());

const pull = (namespace: string, number: number) =>
  pullRequestPayload({
    host: HOSTS[namespace],
    number,
    sha: String(number).padStart(40, '0'),
    at: new Date().toISOString().replace(/\.\d+/, ''),
  });
const deliver = async (namespace: string, number: number): Promise<number> =>
  (await replica.deliver('pull_request', pull(namespace, number))).status;
const phasesOf = async (namespace: string): Promise<readonly (string | undefined)[]> =>
  (await scene.requests())
    .filter(({ metadata }) => metadata.namespace === namespace)
    .map(({ status }) => status?.phase)
    .sort();
const become = (namespace: string, phases: readonly string[]) =>
  scene.until(120, async () => {
    const found = JSON.stringify(await phasesOf(namespace));
    return found === JSON.stringify(phases) || `those of ${namespace} are ${found}`;
  });

/** As the controller manager does it, which is not here. */
async function empty(namespace: string): Promise<void> {
  for (const kind of CONTENT)
    for (const { metadata } of (await scene.api.list<KubeObject>(kind, namespace)).items)
      await scene.api.delete(kind, namespace, metadata.name);
}
const finalize = (name: string): string =>
  kubectl(
    ['replace', `--raw=/api/v1/namespaces/${name}/finalize`, '--filename=-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: { finalizers: [] } }),
  );

/** Of a request or of a slot of the team whose namespace goes. */
const isCreate = ({ method, path }: Passing): boolean => method === 'POST' && path.includes(`/namespaces/${GONE}/`);
const isTaking = (passing: Passing): boolean => isCreate(passing) && passing.path.endsWith('/leases');

it('while it goes, others go on and nothing is tried in it without a pause; when it is there again, it is served', async () => {
  for (const number of [1, 2, 3, 4]) expect(await deliver(GONE, number)).toBe(202);
  await become(GONE, ['Queued', 'Queued', 'Running', 'Running']);

  kubectl(['delete', 'namespace', GONE, '--wait=false']);
  await scene.until(60, async () =>
    scene.ask(GONE, request('late')).then(
      ({ metadata }) => scene.api.delete(REQUESTS, GONE, metadata.name).then(() => 'it takes what is new'),
      (error: ApiError) => error.message.includes('being terminated') || error.message,
    ),
  );
  const taken = replica.proxy.seen.filter(isTaking).length;
  goesOn = false;
  scene.tekton.lookAgain();
  // both that wait are to have the slots now
  const tried = replica.proxy.passed(taken + 12, isTaking);
  expect(await deliver(GONE, 5)).toBe(503);
  for (const number of [1, 2, 3, 4, 5]) expect(await deliver(HOME, number)).toBe(202);
  await become(HOME, Array(5).fill('Succeeded'));
  await tried;
  const times = replica.proxy.seen.filter(isTaking).slice(taken);
  const pauses = times.slice(0, 12).map(({ at }, index) => at - times[Math.max(0, index - 2)]!.at);
  // two are tried at once, and the pause before the sixth time has doubled four times
  expect(Math.max(...pauses)).toBeGreaterThan(PAUSE_MS * 2 ** 4 * 0.9);

  await empty(GONE);
  finalize(GONE);
  await scene.until(60, async () => kubectl(['get', 'namespace', GONE, '--ignore-not-found']) === '' || 'it is there');
  expect(await deliver(GONE, 5)).toBe(503);
  expect(await deliver(HOME, 6)).toBe(202);

  makeNamespaces([GONE]);
  // the last was asked for in the one before, too
  for (const number of [5, 6, 1])
    await scene.until(60, async () => [200, 202].includes(await deliver(GONE, number)) || `${number} is not taken`);
  await become(GONE, Array(3).fill('Succeeded'));
  await become(HOME, Array(6).fill('Succeeded'));
  await scene.quiet();
  expect(scene.history.violations()).toEqual([expect.stringMatching(/^queue-gone\/pr-1-\w+ was made twice$/)]);
});
