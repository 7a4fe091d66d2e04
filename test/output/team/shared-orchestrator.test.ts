import { clusterSchema, orchestratorOf } from '../../../lib/fleet/cluster';
import { SHARED_NAMESPACE } from '../../../lib/words/names';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { orchestratorParts } from '../../../lib/output/cluster/cluster-parts';
import { pathOf } from '../../../lib/output/layout';

/** The orchestrator of a cluster, of which teams have none of their own. */

const objects = (text: object = {}): readonly Manifest[] =>
  orchestratorParts(orchestratorOf('eu', clusterSchema.parse({ name: 'eu', ...text }))).flatMap((part) => part.objects);
const find = (of: readonly Manifest[], kind: string): Manifest | undefined =>
  of.find((object) => object.kind === kind && object.metadata.name.startsWith(SHARED_NAMESPACE));
const container = (of: readonly Manifest[]) =>
  (
    at(find(of, 'Deployment')!, 'spec', 'template', 'spec', 'containers') as readonly {
      image: string;
      env: readonly { name: string; value: string }[];
    }[]
  )[0]!;

it('has a file of its own beside what every cluster holds, all of it in its namespace', () => {
  expect(orchestratorParts(orchestratorOf('arn:aws:eks:eu', undefined)).map(pathOf)).toEqual([
    expect.stringMatching(/^cluster\/arn-aws-eks-eu-[a-z2-7]{6}\/orchestrator\.yaml$/),
  ]);
  expect(new Set(objects().map(({ metadata }) => metadata.namespace))).toEqual(new Set([undefined, SHARED_NAMESPACE]));
  expect(find(objects(), 'Namespace')?.metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
  });
});

it('serves every team, told of them by ConfigMaps of one name', () => {
  const env = Object.fromEntries(container(objects()).env.map(({ name, value }) => [name, value]));
  expect(env).toMatchObject({
    NAMESPACE: SHARED_NAMESPACE,
    CONFIG_NAME: 'tekton-dag-orchestrator',
    CONFIG_LABEL: 'tekton-dag.io/config=shared',
  });
  expect(env).not.toHaveProperty('TEAM');
});

it('may see these ConfigMaps in the whole cluster, ask who a caller is, and nothing else', () => {
  expect(find(objects(), 'ClusterRole')).toMatchObject({
    rules: [
      { resources: ['configmaps'], resourceNames: ['tekton-dag-orchestrator'], verbs: ['list', 'watch'] },
      { resources: ['tokenreviews'], verbs: ['create'] },
      { resources: ['subjectaccessreviews'], verbs: ['create'] },
    ],
  });
  expect(
    (find(objects(), 'Role') as unknown as { rules: { resources: string[] }[] }).rules.flatMap(
      ({ resources }) => resources,
    ),
  ).toEqual(['leases', 'leases']);
});

it('is as the file of its cluster says', () => {
  const { image } = container(objects({ images: { mirror: 'mirror.example.com/all' } }));
  expect(image).toMatch(/^mirror\.example\.com\/all\/.+:/);
  const given = objects({
    orchestrator: { replicas: 1, image: 'r.example.com/orchestrator:1.2.3' },
    ingress: { domain: 'ci.example.com' },
  });
  expect(container(given).image).toBe('r.example.com/orchestrator:1.2.3');
  expect(at(find(given, 'Deployment')!, 'spec', 'replicas')).toBe(1);
  expect(find(given, 'PodDisruptionBudget')).toBeUndefined();
  expect(find(given, 'Ingress')?.spec).toMatchObject({
    rules: [{ host: 'tekton-dag.ci.example.com', http: { paths: [{ path: '/webhook/' }] } }],
  });
  expect(find(objects(), 'PodDisruptionBudget')).toBeDefined();
  expect(find(objects(), 'Ingress')).toBeUndefined();
});

it('shows browsers its page where people sign in, and webhooks alone elsewhere', () => {
  const paths = (text: object): unknown =>
    JSON.parse(JSON.stringify(find(objects({ ingress: { domain: 'example.com' }, ...text }), 'Ingress')?.spec ?? {}));
  const at = (path: string) => ({ path, pathType: 'Prefix', backend: expect.anything() });
  expect(paths({})).toMatchObject({ rules: [{ http: { paths: [at('/webhook/')] } }] });
  const signIn = { issuer: 'https://dex.example.com:5556/dex', clientID: 'dag', issuerCIDRs: ['10.1.0.0/16'] };
  const given = { orchestrator: { signIn } };
  expect(paths(given)).toMatchObject({
    rules: [{ host: 'tekton-dag.example.com', http: { paths: ['/api/', '/auth/', '/ui/', '/webhook/'].map(at) } }],
  });
  const all = objects({ ingress: { domain: 'example.com' }, ...given });
  expect(container(all).env).toContainEqual({ name: 'SIGN_IN_URL', value: 'https://tekton-dag.example.com' });
  expect(all.find(({ metadata }) => metadata.name === 'tekton-dag-sign-in')).toMatchObject({
    kind: 'NetworkPolicy',
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'tekton-dag-orchestrator' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '10.1.0.0/16' } }], ports: [{ port: 5556, protocol: 'TCP' }] }],
    },
  });
});
