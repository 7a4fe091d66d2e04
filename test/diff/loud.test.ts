import type { Comparison } from '../../lib/diff/change';
import { reportOf } from '../../lib/diff/report';
import type { Manifest } from '../../lib/kube/manifest';
import { compare, object, task } from './support';

const loud = (comparison: Comparison): string[] =>
  reportOf(comparison, { from: 'a', to: 'b' }).loud.map(
    ({ rule, kind, names, text }) => `${rule} ${kind} ${names.join(' ')}: ${text}`,
  );
const change = (from: readonly Manifest[], to: readonly Manifest[]): string[] =>
  loud(compare({ a: [object('ConfigMap', 'kept'), ...from] }, { a: [object('ConfigMap', 'kept'), ...to] }));

const claim = (name: string, size: string, mode = 'ReadWriteOnce') =>
  object('PersistentVolumeClaim', name, { spec: { accessModes: [mode], resources: { requests: { storage: size } } } });
const service = (name: string) => object('Service', name, {}, { 'tekton-dag.io/app': name });
const role = (verbs: readonly string[]) =>
  object('Role', 'preview', { rules: [{ apiGroups: [''], resources: ['pods'], verbs }] });
const token = (repositories: readonly string[]) =>
  object('GithubAccessToken', 'read', { spec: { permissions: { contents: 'read' }, repositories } });
const param = { name: 'app', type: 'string' };

it.each<[string, readonly Manifest[], readonly Manifest[], readonly RegExp[]]>([
  ['deletions', [object('ConfigMap', 'apps')], [], [/^deletion ConfigMap apps: is removed$/]],
  [
    'an app that leaves, and what runs have deployed of it',
    [service('api'), service('web'), object('Service', 'api-stable', {}, { 'tekton-dag.io/app': 'api' })],
    [service('web')],
    [
      /^deletion Service api api-stable: is removed$/,
      /^kept Deployment api: keeps running .*: kubectl delete deployment api --namespace ci$/,
    ],
  ],
  [
    'an app that leaves where Git deploys it',
    [service('api'), object('Deployment', 'api')],
    [],
    [/^deletion Service api: is removed$/, /^deletion Deployment api: is removed$/],
  ],
  [
    'an app that leaves with its namespace',
    [object('Namespace', 'ci'), service('api')],
    [],
    [/^deletion Namespace ci: is removed, and with it everything in it$/],
  ],
  [
    'deletions of a kind as one',
    [object('ConfigMap', 'x'), object('ConfigMap', 'y')],
    [],
    [/^deletion ConfigMap x y: is removed$/],
  ],
  [
    'a namespace for all that is in it',
    [object('Namespace', 'ci'), claim('cache', '1Gi')],
    [],
    [/^deletion Namespace ci: is removed, and with it everything in it$/],
  ],
  ['a claim with its data', [claim('cache', '1Gi')], [], [/^deletion PersistentVolumeClaim cache: .* its data$/]],
  [
    'a Task that runs may look up',
    [task()],
    [],
    [
      /^deletion Task build-maven: .*is removed\. Runs that have started may still need it: apply this when none of them is under way/,
    ],
  ],
  [
    'a right more',
    [role(['get'])],
    [role(['get', 'delete'])],
    [/^access Role preview: rules\[0\]\.verbs\[\]: \+ "delete"$/],
  ],
  [
    'a right less',
    [role(['get', 'list'])],
    [role(['get'])],
    [/^access Role preview: rules\[0\]\.verbs\[\]: - "list"$/],
  ],
  [
    'a token for a further repository',
    [token(['fe'])],
    [token(['fe', 'api'])],
    [/^access GithubAccessToken read: spec\.repositories\[\]: \+ "api"$/],
  ],
  ...['Ingress', 'Gateway', 'HTTPRoute', 'GRPCRoute'].map((kind): [string, Manifest[], Manifest[], RegExp[]] => [
    `a new ${kind}`,
    [],
    [object(kind, 'shop', { spec: { rules: [] } })],
    [new RegExp(`^access ${kind} shop: is added: it lets requests in from outside of the namespace$`)],
  ]),
  [
    'a further host',
    [object('Ingress', 'shop', { spec: { rules: [{ host: 'a.example.com' }] } })],
    [object('Ingress', 'shop', { spec: { rules: [{ host: 'a.example.com' }, { host: 'b.example.com' }] } })],
    [/^access Ingress shop: spec\.rules\[\]: \+ .*b\.example\.com/],
  ],
  [
    'a Service that leaves the cluster',
    [object('Service', 'web', { spec: { type: 'ClusterIP' } }), object('Service', 'api', { spec: { ports: [] } })],
    [
      object('Service', 'web', { spec: { type: 'LoadBalancer' } }),
      object('Service', 'api', { spec: { ports: [], externalIPs: ['192.0.2.1'] } }),
      object('Service', 'new', { spec: { type: 'NodePort' } }),
      object('Service', 'inside', { spec: { type: 'ClusterIP' } }),
    ],
    [
      /^access Service web: spec\.type: - "ClusterIP" \+ "LoadBalancer"$/,
      /^access Service api: spec\.externalIPs.*192\.0\.2\.1/,
      /^access Service new: spec\.type: \+ "NodePort"$/,
    ],
  ],
  ['a new Role', [], [role(['get'])], [/^access Role preview: is added$/]],
  [
    'Pod Security',
    [object('Namespace', 'ci', {}, { 'pod-security.kubernetes.io/enforce': 'baseline' })],
    [object('Namespace', 'ci', {}, { 'pod-security.kubernetes.io/enforce': 'privileged' })],
    [/^access Namespace ci: .*baseline → privileged$/],
  ],
  [
    'a claim that grows',
    [claim('cache', '1Gi')],
    [claim('cache', '2Gi')],
    [/^storage PersistentVolumeClaim cache: .*1Gi → 2Gi/],
  ],
  [
    'what a claim cannot change',
    [claim('cache', '1Gi')],
    [claim('cache', '1Gi', 'ReadWriteMany')],
    [/^storage /, /^storage /, /^immutable PersistentVolumeClaim cache: spec\.accessModes/],
  ],
  [
    'a selector',
    [object('Deployment', 'web', { spec: { selector: { matchLabels: { app: 'a' } } } })],
    [object('Deployment', 'web', { spec: { selector: { matchLabels: { app: 'b' } } } })],
    [/^immutable Deployment web: spec\.selector\.matchLabels\.app/],
  ],
  [
    'a roleRef',
    [object('RoleBinding', 'b', { roleRef: { name: 'x' } })],
    [object('RoleBinding', 'b', { roleRef: { name: 'y' } })],
    [/^access RoleBinding b: roleRef/, /^immutable RoleBinding b: roleRef\.name/],
  ],
  [
    'the namespace of Tekton',
    [object('TektonConfig', 'config', { spec: { targetNamespace: 'tekton-pipelines', profile: 'basic' } })],
    [object('TektonConfig', 'config', { spec: { targetNamespace: 'openshift-pipelines', profile: 'all' } })],
    [/^immutable TektonConfig config: spec\.targetNamespace/],
  ],
  [
    'the version that OLM began with',
    [object('Subscription', 'tekton', { spec: { startingCSV: 'tekton.v2', channel: 'a' } })],
    [object('Subscription', 'tekton', { spec: { startingCSV: 'tekton.v1', channel: 'b' } })],
    [/^immutable Subscription tekton: spec\.startingCSV/],
  ],
  [
    'a claim by another name',
    [claim('cache', '1Gi')],
    [claim('caches', '1Gi')],
    [/^deletion /, /^renamed PersistentVolumeClaim caches: takes the place of ci\/cache/],
  ],
  [
    'a param less',
    [task({ params: [param] })],
    [task({ params: [] })],
    [/^interface Task build-maven: param app is gone$/],
  ],
  [
    'a param that must be given',
    [task({ params: [] })],
    [task({ params: [param] })],
    [/^interface Task build-maven: param app is new and must be given$/],
  ],
  [
    'a default less',
    [task({ params: [{ ...param, default: '' }] })],
    [task({ params: [param] })],
    [/^interface Task build-maven: param app has no default any more$/],
  ],
  [
    'another type',
    [task({ params: [param] })],
    [task({ params: [{ ...param, type: 'array' }] })],
    [/^interface Task build-maven: param app is array, and was string$/],
  ],
  [
    'a result less',
    [task({ results: [{ name: 'TREE' }] })],
    [task({ results: [] })],
    [/^interface Task build-maven: result TREE is gone$/],
  ],
  [
    'a workspace more',
    [task({ workspaces: [] })],
    [task({ workspaces: [{ name: 'source' }] })],
    [/^interface Task build-maven: workspace source is new and must be given$/],
  ],
])('tells %s', (_, from, to, expected) => {
  const told = change(from, to);
  expect(told).toHaveLength(expected.length);
  expected.forEach((text, i) => expect(told[i]).toMatch(text));
});

it.each<[string, readonly Manifest[], readonly Manifest[]]>([
  ['a param with a default', [task({ params: [] })], [task({ params: [{ ...param, default: '' }] })]],
  ['a result more', [task({ results: [] })], [task({ results: [{ name: 'TREE' }] })]],
  ['an optional workspace', [task({ workspaces: [] })], [task({ workspaces: [{ name: 'source', optional: true }] })]],
  ['another image', [task({ steps: [{ name: 'a', image: 'x:1' }] })], [task({ steps: [{ name: 'a', image: 'x:2' }] })]],
  ['labels of a Role', [role(['get'])], [{ ...role(['get']), metadata: { ...role([]).metadata, labels: { a: 'b' } } }]],
  [
    'a ConfigMap',
    [object('ConfigMap', 'x', { data: { a: '1' } })],
    [object('ConfigMap', 'x', { data: { a: '2' } }), object('ConfigMap', 'y')],
  ],
])('keeps quiet about %s', (_, from, to) => expect(change(from, to)).toEqual([]));

it('names all teams of the same alarm once', () => {
  const fleet = (params: readonly object[]) =>
    Object.fromEntries(['a', 'b', 'c'].map((team) => [team, [task({ params })]]));
  const [only, ...others] = reportOf(compare(fleet([param]), fleet([])), { from: 'a', to: 'b' }).loud;
  expect(others).toEqual([]);
  expect(only).toMatchObject({ rule: 'interface', names: ['build-maven'], teams: ['a', 'b', 'c'] });
});
