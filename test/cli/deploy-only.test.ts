import { loadAll } from 'js-yaml';
import { localCluster } from '../../lib/cli/kind/local-cluster';
import { clusterSchema } from '../../lib/fleet/cluster';
import type { Manifest } from '../../lib/kube/manifest';
import type { InputError } from '../../lib/words/problem';
import { formatProblem } from '../../lib/words/problem';
import { DIGEST, teamPay, writeFleet } from '../support/deploy-only-fleet';
import { Folder } from './folder';

/** A cluster that has the apps of its teams, and none of their pipelines. */

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

const THERE = '/dist/clusters/production/pay';
const objectsAt = (path: string): Manifest[] =>
  Object.entries(folder.output())
    .filter(([file]) => file.startsWith(`${path}/`))
    .flatMap(([, text]) => loadAll(text) as Manifest[]);
const named = ({ kind, metadata: { namespace = '', name } }: Manifest): string => `${kind} ${namespace}/${name}`;

it('gets the apps, their namespace and their network, and nothing for runs', async () => {
  writeFleet(folder);
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
  expect(objectsAt(THERE).map(named).sort()).toEqual([
    'Deployment pay-apps/till',
    'HorizontalPodAutoscaler pay-apps/till',
    'LimitRange pay-apps/tekton-dag-defaults',
    'Namespace /pay-apps',
    'NetworkPolicy pay-apps/tekton-dag-apps',
    'NetworkPolicy pay-apps/tekton-dag-deny-ingress',
    'NetworkPolicy pay-apps/tekton-dag-egress',
    'Service pay-apps/ledger',
    'Service pay-apps/till',
  ]);
  const [deployment] = objectsAt(THERE).filter(({ kind }) => kind === 'Deployment');
  expect(JSON.stringify(deployment)).toContain(`r.example.com/pay/till@${DIGEST}`);
  const services = objectsAt(THERE).filter(({ kind }) => kind === 'Service');
  expect(services.map(({ spec }) => (spec as { selector: object }).selector)).toEqual(
    ['till', 'ledger'].map((name) => ({ 'tekton-dag.io/app': name, 'tekton-dag.io/track': 'stable' })),
  );
  expect(JSON.stringify(objectsAt(THERE))).not.toContain('pay-ci');
});

it('is applied by Argo CD with the namespaces that are there', async () => {
  writeFleet(folder);
  await folder.run('synth');
  const output = folder.output();
  expect(JSON.parse(output['/dist/index/pay.production.json']!)).toMatchObject({
    namespace: 'pay-apps',
    cluster: 'production',
  });
  const [project] = objectsAt('/dist/argocd/projects') as [{ spec: { destinations: object[] } } & Manifest];
  expect(project.spec.destinations).toEqual([
    { name: 'dev', namespace: 'pay-ci' },
    { name: 'dev', namespace: 'pay-apps' },
    { name: 'production', namespace: 'pay-apps' },
  ]);
  const sets = objectsAt('/dist/argocd').filter((object) => object?.metadata?.name === 'tekton-dag-clusters');
  expect(JSON.stringify(sets)).toContain('"application":"tekton-dag.dev"');
  expect(JSON.stringify(sets)).not.toContain('production');
});

it('has the router of the team where sessions are used there', async () => {
  writeFleet(folder, 'sessions: true\n');
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
  expect(objectsAt(THERE).map(named)).toEqual(
    expect.arrayContaining(['Deployment pay-apps/tekton-dag-router', 'Service pay-apps/till-stable']),
  );
  expect(objectsAt('/dist/cluster/production').map(named)).toEqual(['PriorityClass /tekton-dag-service']);
  expect(folder.output()['/dist/argocd/platform.yaml']).toContain('folder: dist/cluster/production');
});

it('asks a fleet.ts for no tasks, and takes what it adds into a namespace that is there', async () => {
  writeFleet(folder);
  folder.write(
    'fleet.ts',
    `import { Fleet } from 'tekton-dag';
let calls = 0;
export default new Fleet({
  prTest: () => { if (++calls > 1) throw new Error('asked twice'); },
  secrets: { scanner: ['token'] },
  customize: (_, { stacks }) => {
    for (const stack of stacks)
      stack.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'added' } });
  },
});
`,
  );
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
  expect(objectsAt(THERE).map(named)).toContain('ConfigMap pay-apps/added');
  expect(objectsAt('/dist/teams/pay').map(named)).toContain('ConfigMap pay-ci/added');
  const { stdout } = await folder.run('team', 'secrets', 'pay', '--format', 'json');
  const [dev, production] = (JSON.parse(stdout) as { secrets: { name: string; namespace: string }[] }[]).map(
    ({ secrets }) => secrets.map(({ name, namespace }) => `${namespace}/${name}`),
  );
  expect(production).toEqual(['pay-apps/pull', 'pay-apps/till-db']);
  expect(dev).toEqual(expect.arrayContaining([...production!, 'pay-ci/scanner', 'pay-ci/npm-release']));
});

it('gets what is promoted, and diff says so of it alone', async () => {
  writeFleet(folder);
  folder.remove('teams/pay/versions.production.yaml');
  await folder.run('synth');
  const before = folder.output();
  expect(before[`${THERE}/55-apps.yaml`]).toBeUndefined();
  expect(await folder.run('promote', '--team=pay', '--to=production')).toMatchObject({ status: 0 });
  await folder.run('synth');
  const after = folder.output();
  expect(Object.keys(after).filter((file) => after[file] !== before[file])).toEqual([`${THERE}/55-apps.yaml`]);
});

it('names no image in what it holds but those of the apps', async () => {
  writeFleet(folder);
  folder.write('teams/pay/team.yaml', teamPay().replace('cluster: dev\nclusters: [production]', 'cluster: dev'));
  folder.remove('clusters/production.yaml');
  folder.remove('teams/pay/versions.production.yaml');
  await folder.run('synth');
  const alone = await folder.run('images', '--list', '--format', 'json');
  writeFleet(folder);
  await folder.run('synth');
  expect(await folder.run('images', '--list', '--format', 'json')).toEqual(alone);
});

const told = async (): Promise<string> => (await folder.run('synth')).stderr;

it('is refused to a team that would run its pipelines nowhere', async () => {
  writeFleet(folder);
  folder.write('teams/pay/team.yaml', teamPay().replace('cluster: dev\nclusters: [production]', 'cluster: production'));
  expect(await told()).toMatch(
    /teams\/pay\/team\.yaml:3:10: cluster: the pipelines of the team would run nowhere: each of its clusters has role deploy \(found production; expected a cluster that runs pipelines; name this one in clusters/,
  );
  folder.write(
    'teams/pay/team.yaml',
    teamPay().replace('cluster: dev\nclusters: [production]', 'cluster: production\nclusters: [dev]'),
  );
  expect(await told()).toContain('cluster: releases are made on the first cluster of a team, and this one has role');
});

it('is refused to a team whose apps runs deploy', async () => {
  writeFleet(folder);
  folder.write('teams/pay/team.yaml', teamPay().replace('{ deploy: gitops }', '{ deploy: pipeline }'));
  expect(await told()).toMatch(
    /environment\.deploy: nothing would deploy the apps on production: this cluster has role deploy.*expected gitops/,
  );
});

it('takes nothing that is for pipelines, and says what it does not read', async () => {
  writeFleet(
    folder,
    'ingress: { domain: d.example.com }\nwebhookRouter: {}\ntektonVersion: "1.10"\nqueue: { kind: kueue }\nproxy: { http: "http://p.example.com:1" }\n',
  );
  const lines = (await told()).split('\n').filter((line) => line.includes('clusters/production.yaml'));
  expect(lines).toEqual([
    expect.stringMatching(/:3:1: ingress: is for pipelines, and none run on .*: webhooks go to a cluster with an orch/),
    expect.stringMatching(/:4:1: webhookRouter: is for pipelines/),
    expect.stringMatching(/:5:1: tektonVersion: is for pipelines.*: leave it out, or say role: pipelines/),
    expect.stringMatching(/:6:1: queue: is for pipelines/),
    expect.stringMatching(/^warning: .*:7:8: proxy: not used: no pipelines run/),
  ]);
  folder.write('clusters/production.yaml', 'name: production\nsessions: true\n');
  expect(await told()).toContain('clusters/production.yaml:2:1: sessions: is for clusters of role deploy');
});

it('is no cluster that kind up makes', () => {
  const settings = clusterSchema.parse({ name: 'kind-tekton-dag', role: 'deploy', tektonVersion: '1.15.0' });
  expect(refusal(() => localCluster([{ name: 'kind-tekton-dag', settings }]))).toContain(
    'role: kind up cannot make this (found deploy; expected pipelines: kind up installs Tekton for them)',
  );
});

function refusal(act: () => unknown): string {
  try {
    act();
    return '';
  } catch (error) {
    return (error as InputError).problems.map(formatProblem).join('\n');
  }
}
