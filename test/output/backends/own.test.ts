import { Document } from '../../../lib/fleet/document';
import type { OwnBackend } from '../../../lib/fleet/own-backends';
import { ownBackendsOf } from '../../../lib/fleet/own-backends';
import type { Manifest } from '../../../lib/kube/manifest';
import { clusterParts } from '../../../lib/output/cluster/cluster-parts';
import { furtherKinds, isForTeams } from '../../../lib/output/gitops/further-kinds';
import { askedBackend } from '../../../lib/output/backends/own';
import { checkedObjects } from '../../../lib/output/backends/own-objects';
import type { BackendCode, BackendPreview } from '../../../lib/output/backends/own';
import { closePreviews } from '../../../lib/output/tasks/preview/close-previews';
import { previewApp } from '../../../lib/output/tasks/preview/preview-app';
import { rightsOf } from '../../../lib/output/team/access';
import { teamParts } from '../../../lib/output/team/team-parts';
import { formatProblem } from '../../../lib/words/problem';
import { FakeCluster } from '../tasks/support/cluster';
import type { Thing } from '../tasks/support/cluster';
import { APPS, NAMESPACE, describeScripts, runTask } from '../tasks/support/run-task';
import { app, stack, team } from '../team/model';

/** A backend of fleet.ts: what synth makes of it, and how a run opens and closes a preview by it. */

const KIND = { apiVersion: 'mesh.example.com/v1', kind: 'Detour', plural: 'detours' };
const row: OwnBackend = { name: 'mesh', how: 'a Detour sends them there', kinds: [KIND], conditions: [] };
const detour = (name: string, spec: object): Manifest => ({
  apiVersion: KIND.apiVersion,
  kind: KIND.kind,
  metadata: { name },
  spec,
});
const code: BackendCode = {
  stable: ({ app: name, hosts, stableService }) => [detour(name, { hosts, to: stableService })],
  preview: ({ service, header, session, port }) => [
    detour(service, { when: `${header}=${session}`, to: service, port }),
  ],
};

const shop = team(
  { interceptBackend: 'mesh' },
  [stack('checkout', [app('fe', { downstream: ['api', 'db'] }), app('api'), app('db', { protocol: 'tcp' })])],
  { ownBackend: { ...row, address: 'proxy.infra.svc' } },
);
const parts = teamParts(shop, { fleet: { file: 'fleet.ts', checks: {}, backends: { mesh: code, other: code } } });
const objects = parts.flatMap((part) => part.objects);
const pick = (kind: string, name: string) =>
  objects.find((one) => one.kind === kind && one.metadata.name === name) as unknown as Thing | undefined;

it('has objects of each app that speaks HTTP, and a Service that leads where it says', () => {
  expect(pick('Detour', 'fe')).toMatchObject({
    metadata: { namespace: 'shop-staging', labels: { 'tekton-dag.io/app': 'fe' } },
    spec: {
      hosts: ['fe', 'fe.shop-staging', 'fe.shop-staging.svc', 'fe.shop-staging.svc.cluster.local'],
      to: 'fe-stable',
    },
  });
  expect(pick('Service', 'fe')?.spec).toEqual({ type: 'ExternalName', externalName: 'proxy.infra.svc' });
  expect(pick('Service', 'fe-stable')?.spec?.selector).toMatchObject({ 'tekton-dag.io/track': 'stable' });
  expect(pick('Detour', 'db')).toBeUndefined();
  expect(pick('Service', 'db')?.spec?.selector).toMatchObject({ 'tekton-dag.io/app': 'db' });
  expect(pick('Service', 'db-stable')).toBeUndefined();
  expect(pick('Deployment', 'tekton-dag-router')).toBeUndefined();
});

it('may be opened by account preview alone, held to previews by a policy, and permitted by the project', () => {
  const rule = { apiGroups: ['mesh.example.com'], resources: ['detours'] };
  expect(rightsOf(shop, 'preview', 'shop-staging')).toContainEqual(expect.objectContaining(rule));
  for (const account of ['deploy', 'orchestrator', 'build', 'push', 'release'] as const)
    expect(rightsOf(shop, account, 'shop-staging')).not.toContainEqual(expect.objectContaining(rule));
  const policies = clusterParts({ clusters: [], teams: [shop, shop] }).flatMap((part) => part.objects);
  const guarded = policies.find(({ metadata }) => metadata.name === 'tekton-dag-preview-objects') as unknown as {
    spec: { matchConstraints: { resourceRules: { resources: string[] }[] } };
  };
  expect(guarded.spec.matchConstraints.resourceRules.flatMap(({ resources }) => resources)).toEqual([
    'deployments',
    'services',
    'httproutes',
    'detours',
  ]);
  expect(furtherKinds(shop, parts)).toEqual({ kinds: [], problems: [] });
});

const given = (more: object) => {
  const { problems } = ownBackendsOf(
    new Document('fleet.ts', { backends: { mesh: { how: 'so', kinds: [KIND], ...code, ...more } } }),
    isForTeams,
  );
  return problems.map(formatProblem).join('\n');
};
const kindOf = (apiVersion: string, kind: string, plural: string) => ({ kinds: [{ apiVersion, kind, plural }] });

it.each<[string, object, string]>([
  ['nothing wrong', {}, ''],
  ['no kinds', { kinds: [] }, 'backends.mesh.kinds: '],
  ['an unknown key', { adress: 'x' }, 'backends.mesh.adress: unknown key (did you mean address?)'],
  ['no function', { preview: 'x' }, 'backends.mesh.preview: is something else'],
  [
    'a kind of the core',
    kindOf('v1', 'Secret', 'secrets'),
    'backends.mesh.kinds[0].apiVersion: the value is malformed',
  ],
  ['workloads', kindOf('batch/v1', 'Job', 'jobs'), 'backends.mesh.kinds[0].apiVersion: the value is malformed'],
  [
    'rights',
    kindOf('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
    'backends.mesh.kinds[0].kind: is not a kind that leads requests: the account that opens previews would have a right that no team has (found "RoleBinding"',
  ],
  [
    'network policies',
    kindOf('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
    'backends.mesh.kinds[0].kind: is not a kind that leads requests',
  ],
  ['Tasks', kindOf('tekton.dev/v1', 'Task', 'tasks'), 'backends.mesh.kinds[0].kind: is not a kind that leads requests'],
  ['leases', kindOf('coordination.k8s.io/v1', 'Lease', 'leases'), 'is not a kind that leads requests'],
  [
    'network policies by their plural',
    kindOf('networking.k8s.io/v1', 'Ingress', 'networkpolicies'),
    'is not a kind that leads requests',
  ],
  ['ingresses', kindOf('networking.k8s.io/v1', 'Ingress', 'ingresses'), ''],
  ['routes', kindOf('gateway.networking.k8s.io/v1', 'GRPCRoute', 'grpcroutes'), ''],
  [
    'a kind twice',
    { kinds: [KIND, KIND] },
    'backends.mesh.kinds[1]: the kind is given twice; the other is at fleet.ts',
  ],
  [
    'a plural twice',
    { kinds: [KIND, { ...KIND, kind: 'Other' }] },
    'backends.mesh.kinds[1]: the kind is given twice; the other is at fleet.ts',
  ],
  ['an expression for a condition', { conditions: ['$(id)'] }, 'backends.mesh.conditions[0]: the value is malformed'],
  ['two conditions in one', { conditions: ['Accepted', 'A B'] }, 'backends.mesh.conditions[1]: the value is malformed'],
  ['a condition of a domain', { conditions: ['mesh.example.com/Ready_1'] }, ''],
])('is refused with its place: %s', (_, more, says) =>
  says === '' ? expect(given(more)).toBe('') : expect(given(more)).toContain(says),
);

it('is told of all that is wrong at once', () => {
  const lines = given({ adress: 'x', conditions: ['A B'], ...kindOf('tekton.dev/v1', 'Task', 'tasks') }).split('\n');
  expect(lines).toHaveLength(3);
});

it('is refused where it has the name of another', () => {
  const { problems } = ownBackendsOf(
    new Document('fleet.ts', { backends: { router: { how: 'so', kinds: [KIND], ...code } } }),
    isForTeams,
  );
  expect(problems.map(formatProblem)).toEqual([
    'fleet.ts: backends.router: is the name of a backend that tekton-dag brings (found "router"; expected another name, such as own-router)',
  ]);
});

const faults = (value: unknown, service: string | undefined = 'cart-${SESSION}') =>
  checkedObjects(value, { kinds: [KIND], namespace: 'shop-staging', service })
    .faults.map((fault) => formatProblem({ file: '', severity: 'error', ...fault }))
    .join('\n');
const of = (metadata: object, spec: unknown = {}) => [
  { ...detour('cart-${SESSION}', spec as object), metadata: { name: 'cart-${SESSION}', ...metadata } },
];
const itself: { spec?: object } = {};
itself.spec = itself;

it.each<[string, unknown, string]>([
  ['nothing', undefined, 'it returns no list of objects'],
  ['an object without a name', [{ kind: 'Detour' }], 'it returns no list of objects'],
  [
    'an object of another kind',
    [{ ...detour('cart-${SESSION}', {}), kind: 'Other' }],
    'Other cart-${SESSION} is of no kind of the backend (found mesh.example.com/v1 Other; expected mesh.example.com/v1 Detour)',
  ],
  [
    'one object for all sessions',
    [detour('cart', {})],
    'the name of Detour cart does not end as that of service does: two sessions would have one object (found "cart"; expected cart-${SESSION}, or text that ends in -cart-${SESSION})',
  ],
  [
    'one object for all apps of a session',
    [detour('route-${SESSION}', {})],
    'the name of Detour route-${SESSION} does not end as that of service does: two apps would have one object',
  ],
  ['an object of another namespace', of({ namespace: 'other' }), 'metadata.namespace: objects of a backend are where'],
  [
    'a name of no object',
    [detour('UPPER_x-cart-${SESSION}', {})],
    'metadata.name: name is not allowed (found "UPPER_x',
  ],
  [
    'a name that a session makes too long',
    [detour(`${'a'.repeat(231)}-cart-\${SESSION}`, {})],
    'expected a DNS name of at most 253 characters',
  ],
  ['an object twice', [...of({}), ...of({})], 'Detour cart-${SESSION} is in the list twice'],
  ['a number as a label', of({ labels: { a: 1 } }), 'metadata.labels.a: value of a label is not allowed (found 1'],
  ['no labels', of({ labels: 'a' }), 'metadata.labels: is something else (found "a"'],
  ['a label of ours', of({ labels: { 'tekton-dag.io/track': 'stable' } }), 'is kept for what tekton-dag or Argo CD'],
  ['an annotation of Argo CD', of({ annotations: { 'argocd.argoproj.io/tracking-id': 'x' } }), 'is kept for what'],
  ['a link that Argo CD shows', of({ annotations: { 'link.argocd.argoproj.io/x': 'y' } }), 'is kept for what'],
  ['finalizers', of({ finalizers: ['x'] }), 'metadata.finalizers: an object of a backend has no such field'],
  ['no number', of({}, { port: Number.NaN }), 'spec.port: no file can hold this value (found NaN; expected texts'],
  ['a bigint', of({}, { ports: [80n] }), 'spec.ports[0]: no file can hold this value (found a bigint'],
  ['a Map', of({}, { by: new Map() }), 'spec.by: no file can hold this value (found an object of class Map'],
  ['a function', of({}, { by: () => 1 }), 'spec.by: no file can hold this value (found a function'],
  ['a hole', of({}, { by: [undefined] }), 'spec.by[0]: no file can hold this value (found undefined'],
  ['a cycle', of({}, itself), 'spec.spec: no file can hold this value (found an object that holds itself'],
])('may not make %s', (_, value, says) => expect(faults(value)).toContain(says));

it('makes objects of its kinds, some for each app and session, and what is undefined is left out', () => {
  const all = [...of({ labels: { session: '${SESSION}' } }), detour('more-cart-${SESSION}', { port: undefined })];
  expect(faults(all)).toBe('');
  expect(checkedObjects(all, { kinds: [KIND], namespace: 'shop-staging' }).objects[1]).toEqual(
    detour('more-cart-${SESSION}', {}),
  );
  expect(faults([...of({ finalizers: [] }), detour('x', { by: 1n })]).split('\n')).toHaveLength(1);
  expect(faults([...of({ finalizers: [] }), detour('x', {})]).split('\n')).toHaveLength(2);
});

it('is asked once for each app, and makes no object for two', () => {
  const calls: string[] = [];
  const counted: BackendCode = { preview: (given) => (calls.push(given.app), code.preview(given)) };
  const given = { file: 'fleet.ts', checks: {}, backends: { mesh: counted } };
  teamParts(shop, { fleet: given });
  expect(calls).toEqual(['fe', 'api']);
  expect(() => askedBackend({ stable: () => [detour('all', {})], preview: () => [] }, shop, 'fleet.ts')).toThrow(
    "fleet.ts: stable of backend 'mesh' fails for app 'api' of team 'shop': Detour all is made for app 'fe', too: give each app objects of its own",
  );
});

describeScripts('a preview by it', () => {
  let cluster: FakeCluster;
  beforeEach(() => {
    cluster = new FakeCluster();
    cluster.put({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'cart-stable' },
      spec: { ports: [{ port: 80, targetPort: 8080, appProtocol: 'kubernetes.io/h2c' }] },
    } as unknown as Thing);
  });
  const params = {
    app: 'cart',
    namespace: NAMESPACE,
    apps: APPS,
    image: 'registry.example.com/shop/pr/cart@sha256:b',
    commit: 'c0ffee',
    session: 'pr-4-abcd',
    'run-uid': 'uid-1',
    'service-port': '80',
    'container-port': '8080',
    header: 'x-dev-session',
    'baggage-key': 'dev-session',
  };
  const open = (more: Partial<OwnBackend> = {}, functions = code) =>
    runTask(cluster, previewApp, { params, own: { row: { ...row, ...more }, code: functions } });
  const close = () =>
    runTask(cluster, closePreviews, { params: { namespace: NAMESPACE, 'run-uid': 'uid-1' }, own: { row, code } });
  const at = (entry: string): number => cluster.history.indexOf(entry);

  it('has a pod, a Service that speaks as the stable one, and then its objects with the session in place', async () => {
    expect(await open()).toMatchObject({ code: 0, stderr: '' });
    expect(cluster.get('Detour', 'cart-pr-4-abcd')).toMatchObject({
      metadata: {
        namespace: 'shop-staging',
        labels: { 'tekton-dag.io/session': 'pr-4-abcd', 'tekton-dag.io/run-uid': 'uid-1', 'tekton-dag.io/app': 'cart' },
        annotations: { 'tekton-dag.io/run': expect.any(String) as string },
      },
      spec: { when: 'x-dev-session=pr-4-abcd', to: 'cart-pr-4-abcd', port: 80 },
    });
    expect(cluster.get('Service', 'cart-pr-4-abcd')?.spec?.ports).toEqual([
      expect.objectContaining({ appProtocol: 'kubernetes.io/h2c' }),
    ]);
    expect(at('apply Deployment cart-pr-4-abcd')).toBeLessThan(at('apply Service cart-pr-4-abcd'));
    expect(at('apply Service cart-pr-4-abcd')).toBeLessThan(at('apply Detour cart-pr-4-abcd'));
  });

  it('closes what leads there first, and the pod last', async () => {
    await open();
    expect((await close()).code).toBe(0);
    expect(at('delete Detour cart-pr-4-abcd')).toBeGreaterThan(-1);
    expect(at('delete Detour cart-pr-4-abcd')).toBeLessThan(at('delete Service cart-pr-4-abcd'));
    expect(at('delete Service cart-pr-4-abcd')).toBeLessThan(at('delete Deployment cart-pr-4-abcd'));
  });

  it('waits until its conditions are True, wherever the status has them, or says which is False', async () => {
    const conditions = ['Accepted', 'Programmed'];
    const told = (...said: readonly object[]) =>
      cluster.controllers.set('Detour', (one) => (one.status = { parents: [{ conditions: said }] }));
    told({ type: 'Accepted', status: 'True' });
    expect((await open({ conditions })).stderr).toContain(
      'Detour.v1.mesh.example.com cart-pr-4-abcd is not in force: nothing tells of Accepted Programmed',
    );
    told(
      { type: 'Accepted', status: 'True' },
      { type: 'Programmed', status: 'False', reason: 'No', message: 'no room' },
    );
    expect((await open({ conditions })).stderr).toContain('is not in force: Programmed is False: No: no room');
    told({ type: 'Accepted', status: 'True' }, { type: 'Programmed', status: 'True' });
    expect(await open({ conditions })).toMatchObject({ code: 0, stderr: '' });
  });

  it('has as many objects as its function makes, whatever their texts hold', async () => {
    const odd = `a "quote", a \\ and $(no) \`command\``;
    const two = ({ service, session }: BackendPreview) => [
      detour(service, { odd }),
      detour(`second-${service}`, { list: [session, { deep: `<${session}>` }] }),
    ];
    expect(await open({}, { preview: two })).toMatchObject({ code: 0, stderr: '' });
    expect(cluster.get('Detour', 'cart-pr-4-abcd')?.spec).toEqual({ odd });
    expect(cluster.get('Detour', 'second-cart-pr-4-abcd')?.spec).toEqual({
      list: ['pr-4-abcd', { deep: '<pr-4-abcd>' }],
    });
  });
});
