import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import type { ApiError, KindRef, KubeObject } from '../../../lib/kube/api';
import type { AppOutline } from '../../orchestrator/support';
import { delivery, pullRequestPayload, teamOf } from '../../orchestrator/support';
import { applyObjects, kubectl } from '../kubectl';
import { ACCOUNT, Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** ConfigMaps that hold what they should not, or that go: it is told where it is wrong, and nothing else is held up by it. */

const LABEL = 'poison-test';
const CONFIG_MAPS: KindRef = { apiVersion: 'v1', plural: 'configmaps' };
const EVENTS: KindRef = { apiVersion: 'v1', plural: 'events' };
/** Bytes that a ConfigMap holds. */
const MOST = 2 ** 20;
const [GOOD, CYCLIC, LARGE, CLAIMING] = ['poison-good', 'poison-cyclic', 'poison-large', 'poison-claiming'];
const APPS: Readonly<Record<string, readonly AppOutline[]>> = {
  [GOOD]: [
    { name: 'web', repo: 'poison/web' },
    { name: 'wanted', repo: 'poison/wanted' },
  ],
  [CYCLIC]: [
    { name: 'fe', repo: 'poison/fe', downstream: ['be'] },
    { name: 'be', repo: 'poison/be' },
  ],
  [LARGE]: [{ name: 'large', repo: 'poison/large' }],
  [CLAIMING]: [{ name: 'own', repo: 'poison/own' }],
};
const team = (name: string, apps = APPS[name]!): TeamConfig => ({ ...teamOf(name, { shop: apps }), namespace: name });

const configMap = (name: string, text: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'config', namespace: name, labels: { [LABEL]: 'yes' } },
  data: { 'team.json': text },
});
const configure = (texts: Readonly<Record<string, string>>) =>
  applyObjects(Object.entries(texts).map(([name, text]) => configMap(name, text)));
const WHOLE = Object.fromEntries(Object.keys(APPS).map((name) => [name, JSON.stringify(team(name))]));

let scene: Scene;
let address: string;
beforeAll(async () => {
  scene = await Scene.open(Object.fromEntries(Object.keys(APPS).map((name) => [name, 1])), () => true, {
    environment: { CONFIG_DIR: '', CONFIG_LABEL: LABEL },
  });
  const [metadata, apiGroup] = [{ name: LABEL }, 'rbac.authorization.k8s.io'];
  applyObjects([
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'ClusterRole',
      metadata,
      rules: [
        { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] },
        { apiGroups: [''], resources: ['events'], verbs: ['create'] },
      ],
    },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup, kind: 'ClusterRole', name: LABEL },
      subjects: [{ kind: 'User', name: ACCOUNT, apiGroup }],
    },
  ]);
  for (const name of Object.keys(APPS)) await scene.api.delete(CONFIG_MAPS, name, 'config');
  configure(WHOLE);
  address = await (await scene.program.start('first')).address();
  await until(60, async () => (await probe(address)).ok);
});
afterAll(async () => {
  kubectl(['delete', 'clusterrole,clusterrolebinding', LABEL]);
  await scene.close();
});

const until = (seconds: number, look: () => Promise<boolean>) =>
  scene.until(seconds, async () => (await look()) || JSON.stringify(await probe(address)));
async function probe(at: string): Promise<{ ok: boolean; problems: number; missing?: readonly string[] }> {
  const response = await fetch(`${at}/readyz`);
  return {
    ok: response.ok,
    ...((await response.json()) as { problems: number; missing?: readonly string[] }),
  };
}
const problems = async () => (await probe(address)).problems;

let sent = 0;
async function deliver(repo: string, to = address): Promise<readonly [status: number, said: unknown]> {
  const payload = pullRequestPayload({
    repo,
    number: ++sent,
    sha: String(sent).padStart(40, '0'),
    at: new Date().toISOString().replace(/\.\d+/, ''),
  });
  const { url, headers, payload: body } = delivery('pull_request', payload);
  const response = await fetch(`${to}${String(url)}`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: body as string,
  });
  const { reason, code, status } = (await response.json()) as Readonly<Record<string, unknown>>;
  return [response.status, reason ?? code ?? status];
}
const TAKEN = [202, 'accepted'];

/** What the Events on a team's ConfigMap say. */
const told = async (name: string): Promise<string> => {
  const { items } = await scene.api.list<
    KubeObject & { reason: string; message: string; involvedObject: { name: string } }
  >(EVENTS, name);
  return items
    .filter(({ reason, involvedObject }) => reason === 'BadConfiguration' && involvedObject.name === 'config')
    .map(({ message }) => message)
    .join('\n');
};
const isTold = (name: string, what: RegExp) =>
  scene.until(60, async () => what.test(await told(name)) || `the Events of ${name} say: ${await told(name)}`);

it('poison in several at once is told of each, where it is, and the rest is served', async () => {
  const cycle = JSON.stringify(team(CYCLIC)).replace('"downstream":[]', '"downstream":["fe"]');
  configure({
    [CYCLIC]: cycle,
    [LARGE]: WHOLE[LARGE]!.padEnd(MOST),
    [CLAIMING]: JSON.stringify(team(CLAIMING, [...APPS[CLAIMING]!, { name: 'wanted', repo: 'poison/wanted' }])),
  });
  await until(2, async () => (await problems()) >= 5);
  await isTold(CYCLIC, /call each other in a cycle: fe -> be -> fe.*what it said last still holds/);
  await isTold(LARGE, /is 1024 KiB of at most 1024/);
  for (const name of [GOOD, CLAIMING])
    await isTold(
      name,
      /repository 'github.com\/poison\/wanted' is claimed by teams 'poison-claiming' and 'poison-good'/,
    );
  expect(await deliver('poison/wanted')).toEqual([200, 'unmapped_repo']);
  for (const repo of ['web', 'own', 'fe', 'be', 'large'])
    expect([repo, ...(await deliver(`poison/${repo}`))]).toEqual([repo, ...TAKEN]);
});

it('a megabyte of nothing is refused, and one byte more by the cluster', async () => {
  const most = '['.repeat(MOST);
  configure({ [LARGE]: most });
  await isTold(LARGE, /not JSON.*what it said last still holds/);
  expect(await deliver('poison/large')).toEqual(TAKEN);
  const more = await scene.api
    .patch(CONFIG_MAPS, LARGE, 'config', { data: { 'team.json': `${most}[` } })
    .catch((error: ApiError) => error.status);
  expect(more).toBe(422);
});

it('what is fixed is in force within two seconds', async () => {
  configure(WHOLE);
  await until(2, async () => (await problems()) === 0);
  expect(await deliver('poison/wanted')).toEqual(TAKEN);
});

it('one that is gone holds where it was read, and nobody begins without it', async () => {
  for (const name of Object.keys(APPS)) await scene.api.delete(CONFIG_MAPS, name, 'config');
  await until(2, async () => (await problems()) === Object.keys(APPS).length);
  expect(await deliver('poison/web')).toEqual(TAKEN);
  expect((await probe(address)).ok).toBe(true);

  const second = await (await scene.program.start('second')).address();
  expect((await fetch(`${second}/healthz`)).status).toBe(200);
  expect(await probe(second)).toMatchObject({
    ok: false,
    missing: expect.arrayContaining(['no good configuration has been read']),
  });
  expect(await deliver('poison/web', second)).toEqual([503, 'config_unavailable']);
  configure({ [GOOD]: WHOLE[GOOD]! });
  await until(2, async () => (await probe(second)).ok);
  expect(await deliver('poison/web', second)).toEqual(TAKEN);
});
