import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PUBLIC_KEY } from '../output/install/public-key';
import { tektonDag } from '../support/cli';
import type { ApiServer } from './api-server';
import { startApiServer } from './api-server';
import { appliesTwice, objectsIn } from './applies-twice';
import { apply, awaitKinds, kubectl } from './kubectl';

/** An empty cluster takes what a cluster file says that it holds, a file after the other, and applied again nothing changes. */

const RELEASE = join(__dirname, '../fixtures/tekton/release.yaml');
const before = process.env.KUBECONFIG;
const root = mkdtempSync(join(tmpdir(), 'tekton-dag-install-'));
let server: ApiServer;

beforeAll(async () => {
  server = await startApiServer(process.env.KUBEBUILDER_ASSETS as string);
  process.env.KUBECONFIG = server.kubeconfig;
}, 90_000);
afterAll(async () => {
  process.env.KUBECONFIG = before;
  rmSync(root, { recursive: true });
  await server.stop();
});

/** A team on clusters of which a file says something. */
function synthTeam(root: string, clusters: string, settings: string): void {
  for (const folder of ['clusters', 'vendor', 'teams/a', 'stacks']) mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(RELEASE, join(root, 'vendor/tekton.yaml'));
  writeFileSync(join(root, 'clusters/ci.yaml'), `name: ci\n${settings}`);
  writeFileSync(
    join(root, 'teams/a/team.yaml'),
    `name: a\nnamespace: a\n${clusters}\ngroup: a-devs\nimageRegistry: r.example.com/a\nstacks: [stacks/s.yaml]\n`,
  );
  writeFileSync(
    join(root, 'stacks/s.yaml'),
    'name: s\napps: [{ name: web, repo: a/web, propagation-role: terminal }]\n',
  );
  expect(tektonDag(['synth'], { cwd: root })).toMatchObject({ status: 0 });
}

/** Installs the definitions of an API group. */
function define(group: string): void {
  apply(join(process.env.CRDS_DIR as string, `${group}.yaml`));
  awaitKinds();
}

it('of a cluster, before a team arrives', () => {
  synthTeam(
    root,
    'cluster: other\nclusters: [ci]',
    'tekton: { install: release, release: vendor/tekton.yaml, performance: { replicas: 2, kubeApiQps: 50 } }\n' +
      'observability: { namespace: monitoring }\n' +
      'kcp: { workspace: root:ci, permissionClaims: [{ resource: configmaps, verbs: [get, list, watch] }] }\n',
  );
  define('monitoring.coreos.com');
  const folder = join(root, 'dist/install/ci');
  for (const file of readdirSync(folder).sort()) appliesTwice(join(folder, file));
  const controller = ['deployment', 'tekton-pipelines-controller', '--namespace=tekton-pipelines'];
  expect(kubectl(['get', ...controller, '--output=jsonpath={.spec.replicas}'])).toBe('2');
}, 60_000);

it('and a kcp its workspaces, its export and what binds it', () => {
  define('kcp.io');
  const folder = join(root, 'dist/kcp/ci');
  // each of these is applied in a workspace of its own, which has kinds that this server has not: schemas are tried in kcp
  for (const file of ['00-workspaces', 'apis/20-export', 'apis/30-policies', 'teams/a/10-binding'])
    appliesTwice(join(folder, `${file}.yaml`));
  const names = kubectl(['get', 'workspaces.tenancy.kcp.io', '--output=name']);
  expect(
    names
      .trim()
      .split('\n')
      .map((name) => name.split('/')[1]),
  ).toEqual(['a', 'tekton-dag-apis']);
}, 60_000);

it('of the queues of Kueue, each kind that CRDS_DIR defines', () => {
  synthTeam(join(root, 'queues'), 'cluster: ci', 'queue: { kind: kueue, borrow: 2 }\n');
  define('kueue.x-k8s.io');
  const defined = kubectl(['api-resources', '--api-group=kueue.x-k8s.io', '--no-headers'])
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ +/).at(-1) as string);
  expect(defined).toEqual(expect.arrayContaining(['ClusterQueue', 'LocalQueue', 'ResourceFlavor']));
  const objects = ['install/ci/60-queue.yaml', 'teams/a/27-queue.yaml'].flatMap((file) =>
    objectsIn(join(root, 'queues/dist', file)).filter(({ kind }) => defined.includes(kind)),
  );
  const file = join(root, 'queues.yaml');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  kubectl(['create', 'namespace', 'a']);
  const first = apply(file);
  expect(first.size).toBe(objects.length);
  expect(apply(file)).toEqual(first);
  expect(kubectl(['get', 'clusterqueue', 'tekton-dag-a', '--output=jsonpath={.spec}'])).toContain('"borrowingLimit":2');
}, 60_000);

it('of Tekton Chains, which reads Secrets where a team lets it, and nowhere else', () => {
  const place = join(root, 'chains');
  mkdirSync(join(place, 'vendor'), { recursive: true });
  copyFileSync(join(__dirname, '../fixtures/tekton/chains.yaml'), join(place, 'vendor/chains.yaml'));
  synthTeam(
    place,
    'cluster: ci',
    `chains: { release: vendor/chains.yaml, publicKey: ${JSON.stringify(PUBLIC_KEY)} }\n`,
  );
  appliesTwice(join(place, 'dist/install/ci'));
  const team = join(place, 'dist/teams/a');
  appliesTwice(join(team, '00-namespace.yaml'), join(team, '10-access.yaml'));
  const may = (namespace: string, verb: string, resource: string) =>
    kubectl(
      ['create', '--filename=-', '--output=jsonpath={.status.allowed}'],
      JSON.stringify({
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          user: 'system:serviceaccount:tekton-chains:tekton-chains-controller',
          resourceAttributes: { namespace, verb, resource },
        },
      }),
    );
  expect(['secrets', 'serviceaccounts'].map((resource) => may('a', 'get', resource))).toEqual(['true', 'true']);
  expect(['default', 'tekton-pipelines'].map((namespace) => may(namespace, 'get', 'secrets'))).toEqual([
    'false',
    'false',
  ]);
  expect(['list', 'watch', 'patch', 'delete'].map((verb) => may('a', verb, 'secrets'))).toEqual(Array(4).fill('false'));
  expect(kubectl(['get', 'serviceaccount', 'tekton-dag-push', '--namespace=a', '--output=jsonpath={.secrets}'])).toBe(
    '[{"name":"registry-push-release"}]',
  );
}, 60_000);
