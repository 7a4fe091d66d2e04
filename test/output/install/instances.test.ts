import { JsonPatch } from 'cdk8s';
import { loadAll } from 'js-yaml';
import type { FleetSources } from '../../../lib/fleet/resolve-fleet';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { synthFleet } from '../../../lib/output/synth';
import type { Customize } from '../../../lib/output/team/extension';
import { app, fixture, resolve, stackFile, team } from '../../fleet/support';
import { find as inOutput, objectsOf, permits } from '../gitops/controller';

/** Several Tektons in one cluster, as they are rendered. */

const RELEASE = fixture('tekton', 'whole-release.yaml').text;
/** A release of a version, as a file of the repository. */
const release = (version: string, text = RELEASE) => ({
  file: `vendor/${version}.yaml`,
  text: text.replaceAll('v1.15.0', `v${version}`),
});
const TEKTON = `  instances:
    - { name: stable, release: vendor/1.9.0.yaml }
    - name: next
      release: vendor/1.15.0.yaml
      namespaces: [sandbox]
      performance: { replicas: 2 }
      settings: { feature-flags: { enable-api-fields: alpha } }
`;

const fleet = (tekton = TEKTON, more: Partial<FleetSources> = {}) =>
  resolve({
    clusters: [
      { file: 'clusters/ci.yaml', text: `name: ci\nobservability: { namespace: sandbox }\ntekton:\n${tekton}` },
    ],
    releases: [release('1.9.0'), release('1.15.0')],
    teams: [
      team('alpha', ['alpha'], { cluster: 'ci', tekton: 'stable' }),
      team('beta', ['beta'], { cluster: 'ci', tekton: 'next' }),
    ],
    stacks: [
      stackFile('alpha', [app('web')], 'defaults: { namespace: staging }\n'),
      stackFile('beta', [app('api')], 'defaults: { namespace: shop }\n'),
    ],
    ...more,
  });

function synth(tekton?: string): ReadonlyMap<string, string> {
  const { fleet: made, said } = fleet(tekton);
  if (made === undefined) throw new Error(said.join('\n'));
  return synthFleet(made).files;
}

const files = synth();
const all = objectsOf(files, 'install/ci');
const find = (kind: string, name: string, namespace?: string, objects: readonly Manifest[] = all): Manifest => {
  const found = objects.find(
    (one) => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace,
  );
  if (found === undefined) throw new Error(`no ${kind} ${namespace}/${name}`);
  return found;
};
const selected = (kind: 'Mutating' | 'Validating', name: string, objects = all) =>
  at(
    (find(`${kind}WebhookConfiguration`, name, undefined, objects).webhooks as object[])[0],
    'namespaceSelector',
    'matchExpressions',
  );
const NOT_EXCLUDED = { key: 'webhooks.knative.dev/exclude', operator: 'DoesNotExist' };
const names = (operator: 'In' | 'NotIn', ...values: string[]) => ({
  key: 'kubernetes.io/metadata.name',
  operator,
  values,
});

it('is in files of what is shared and of each instance, in the order in which they are applied', () => {
  const paths = [...files.keys()].filter((path) => path.startsWith('install/ci/') && !path.includes('observability'));
  const parts = ['', '-next', '-stable'];
  expect(paths.sort()).toEqual(
    [
      ...parts.map((part) => `install/ci/00-namespaces${part}.yaml`),
      'install/ci/10-definitions.yaml',
      ...['20-settings', '30-webhook', '40-controllers'].flatMap((file) =>
        parts.map((part) => `install/ci/${file}${part}.yaml`),
      ),
    ].sort(),
  );
  const waves = paths.map((path) => [
    path.slice('install/ci/'.length, 'install/ci/'.length + 2),
    [
      ...new Set(
        (loadAll(files.get(path)!) as Manifest[]).map(
          ({ metadata }) => metadata.annotations?.['argocd.argoproj.io/sync-wave'],
        ),
      ),
    ],
  ]);
  const wanted: Record<string, string> = { '00': '-5', '10': '-4', '20': '-3', '30': '-2', '40': '-1' };
  for (const [file, found] of waves) expect([file, found]).toEqual([file, [wanted[file as string]]]);
});

it('has what is shared once, of the newest version', () => {
  const images = (kind: string, name: string, namespace: string) =>
    (at(find(kind, name, namespace), 'spec', 'template', 'spec', 'containers') as { image: string }[]).map(
      ({ image }) => image,
    );
  expect(images('Deployment', 'tekton-pipelines-webhook', 'tekton-pipelines')).toEqual([
    'registry.example.com/webhook:v1.15.0',
  ]);
  expect(images('Deployment', 'tekton-pipelines-webhook', 'tekton-pipelines-stable')).toEqual([
    'registry.example.com/webhook:v1.9.0',
  ]);
  for (const [kind, name] of [
    ['CustomResourceDefinition', 'tasks.tekton.dev'],
    ['Deployment', 'tekton-pipelines-remote-resolvers'],
    ['Deployment', 'tekton-events-controller'],
    ['ClusterRole', 'tekton-aggregate-view'],
  ])
    expect(all.filter((one) => one.kind === kind && one.metadata.name === name)).toHaveLength(1);
});

it('has no controller of all namespaces: it would run what instances run, too', () => {
  const controllers = all.filter(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name.startsWith('tekton-pipelines-controller'),
  );
  const watched = controllers.map(({ metadata, spec }) => {
    const [container] = at(spec, 'template', 'spec', 'containers') as { args: string[] }[];
    return [metadata.namespace, metadata.name, container?.args.filter((arg) => arg.startsWith('-namespace'))];
  });
  expect(watched.sort()).toEqual([
    ['tekton-pipelines-next', 'tekton-pipelines-controller-ci-beta', ['-namespace=ci-beta']],
    ['tekton-pipelines-next', 'tekton-pipelines-controller-sandbox', ['-namespace=sandbox']],
    ['tekton-pipelines-stable', 'tekton-pipelines-controller-ci-alpha', ['-namespace=ci-alpha']],
  ]);
});

it('gives each controller pods and Leases of its own: with those of another it would wait for ever', () => {
  const of = (namespace: string) =>
    find('Deployment', `tekton-pipelines-controller-${namespace}`, 'tekton-pipelines-next').spec;
  const election = (namespace: string) =>
    find('ConfigMap', `config-leader-election-controller-${namespace}`, 'tekton-pipelines-next').data as Record<
      string,
      string
    >;
  for (const namespace of ['sandbox', 'ci-beta']) {
    const labels = { app: 'controller', 'tekton-dag.io/watches': namespace };
    expect(of(namespace)).toMatchObject({
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels } },
    });
    expect(at(of(namespace), 'template', 'spec', 'containers')).toMatchObject([
      {
        env: [{ name: 'CONFIG_LEADERELECTION_NAME', value: `config-leader-election-controller-${namespace}` }],
      },
    ]);
    expect(election(namespace).buckets).toBe('2');
  }
  const leases = ['sandbox', 'ci-beta'].flatMap((namespace) =>
    Object.entries(election(namespace)).flatMap(([key, lease]) => (key.startsWith('map-lease-prefix.') ? [lease] : [])),
  );
  expect(leases).toHaveLength(6);
  expect(new Set(leases).size).toBe(6);
  expect(find('Role', 'tekton-pipelines-controller', 'tekton-pipelines-next').rules).toContainEqual(
    expect.objectContaining({
      verbs: ['get'],
      resourceNames: expect.arrayContaining([
        'config-leader-election-controller-sandbox',
        'config-leader-election-controller-ci-beta',
      ]) as string[],
    }),
  );
});

it('asks the webhook of an instance about its namespaces, and the shared one about the others', () => {
  for (const [kind, prefix] of [
    ['Mutating', ''],
    ['Validating', 'validation.'],
  ] as const) {
    expect(selected(kind, `${prefix}webhook-stable.pipeline.tekton.dev`)).toEqual([
      NOT_EXCLUDED,
      names('In', 'ci-alpha'),
    ]);
    expect(selected(kind, `${prefix}webhook-next.pipeline.tekton.dev`)).toEqual([
      NOT_EXCLUDED,
      names('In', 'ci-beta', 'sandbox'),
    ]);
    expect(selected(kind, `${prefix}webhook.pipeline.tekton.dev`)).toEqual([
      NOT_EXCLUDED,
      names('NotIn', 'ci-alpha', 'ci-beta', 'sandbox'),
    ]);
  }
  expect(selected('Validating', 'config.webhook-next.pipeline.tekton.dev')).toEqual([
    names('In', 'tekton-pipelines-next'),
  ]);
  expect(selected('Validating', 'config.webhook.pipeline.tekton.dev')).toEqual([
    names('In', 'tekton-pipelines', 'tekton-pipelines-resolvers'),
  ]);
});

it('calls the webhook of an instance by the name of its configurations, and at its own Service', () => {
  const name = 'validation.webhook-next.pipeline.tekton.dev';
  expect(find('ValidatingWebhookConfiguration', name).webhooks).toMatchObject([
    { name, clientConfig: { service: { name: 'tekton-pipelines-webhook', namespace: 'tekton-pipelines-next' } } },
  ]);
  expect(
    at(find('Deployment', 'tekton-pipelines-webhook', 'tekton-pipelines-next').spec, 'template', 'spec', 'containers'),
  ).toMatchObject([
    { env: [{ name: 'WEBHOOK_ADMISSION_CONTROLLER_NAME', value: 'webhook-next.pipeline.tekton.dev' }] },
  ]);
});

it('sets each instance as it says, in ConfigMaps of its own', () => {
  const flags = (namespace: string) => find('ConfigMap', 'feature-flags', namespace).data;
  expect(flags('tekton-pipelines-next')).toEqual({ 'enable-api-fields': 'alpha' });
  expect(flags('tekton-pipelines-stable')).toEqual({ 'enable-api-fields': 'beta' });
  expect(flags('tekton-pipelines')).toEqual({ 'enable-api-fields': 'beta' });
  const set = synth(`${TEKTON}  shared: { settings: { git-resolver-config: { fetch-timeout: 2m } } }\n`);
  expect(
    find('ConfigMap', 'git-resolver-config', 'tekton-pipelines-resolvers', objectsOf(set, 'install/ci')).data,
  ).toEqual({ 'fetch-timeout': '2m' });
});

it('binds the controller in the namespaces of its instance: those of teams with the team, the others here', () => {
  const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'tekton-pipelines-next-controller' };
  const subjects = [
    { kind: 'ServiceAccount', name: 'tekton-pipelines-controller', namespace: 'tekton-pipelines-next' },
  ];
  expect(find('RoleBinding', role.name, 'sandbox')).toMatchObject({ roleRef: role, subjects });
  expect(find('RoleBinding', role.name, 'ci-beta', objectsOf(files, 'teams/beta'))).toMatchObject({
    roleRef: role,
    subjects,
  });
  expect(all.filter(({ kind, metadata }) => kind === 'RoleBinding' && metadata.namespace?.startsWith('ci-'))).toEqual(
    [],
  );
});

it('keeps what is shared whoever removes it from Git, and lets an instance go', () => {
  const options = ({ metadata }: Manifest) => metadata.annotations?.['argocd.argoproj.io/sync-options'];
  const of = (objects: readonly Manifest[]) => ({
    definition: options(find('CustomResourceDefinition', 'tasks.tekton.dev', undefined, objects)),
    conversion: options(find('Deployment', 'tekton-pipelines-webhook', 'tekton-pipelines', objects)),
    instance: options(find('Deployment', 'tekton-pipelines-webhook', 'tekton-pipelines-next', objects)),
  });
  const kept = 'Prune=false,Delete=false';
  expect(of(all)).toEqual({ definition: kept, conversion: kept, instance: undefined });
  expect(of(objectsOf(synth(`${TEKTON}  shared: { keep: false }\n`), 'install/ci'))).toEqual({
    definition: kept,
    conversion: undefined,
    instance: undefined,
  });
});

it('leaves out what is shared where somebody else keeps it', () => {
  const skipped = objectsOf(synth(`${TEKTON}  shared: { install: false }\n`), 'install/ci');
  const namespaces = new Set(skipped.flatMap(({ metadata: { namespace } }) => namespace ?? []));
  expect([...namespaces].sort()).toEqual(['sandbox', 'tekton-pipelines-next', 'tekton-pipelines-stable']);
  expect(skipped.filter(({ kind }) => kind === 'CustomResourceDefinition')).toEqual([]);
});

it('is watched where its controllers are', () => {
  expect(at(find('ServiceMonitor', 'tekton-pipelines-controller', 'sandbox').spec, 'namespaceSelector')).toEqual({
    matchNames: ['tekton-pipelines-stable', 'tekton-pipelines-next'],
  });
});

it('is applied by Argo CD, whose project permits all of it', () => {
  const application = inOutput(files, 'Application', 'tekton-dag.ci.install');
  for (const object of all) expect([object, permits(files, application, object)]).toEqual([object, true]);
});

it('is held to the version of the instance that a team is of', () => {
  const old = TEKTON.replace('vendor/1.9.0.yaml', 'vendor/0.68.0.yaml');
  const { fleet: made, said } = fleet(old, { releases: [release('0.68.0'), release('1.15.0')] });
  expect(said.filter((line) => !line.startsWith('warning'))).toEqual([]);
  expect(() => synthFleet(made!)).toThrow(
    /teams\/alpha.*the Tekton of instance 'stable' of cluster 'ci' does not know/,
  );
  expect(() => synthFleet(made!)).not.toThrow(/instance 'next'/);
});

it('tells of a Task in a namespace in which no Tekton runs it', () => {
  const { fleet: made } = fleet();
  const move: Customize = (objects) =>
    objects.find(({ kind }) => kind === 'Task')?.addJsonPatch(JsonPatch.replace('/metadata/namespace', 'staging'));
  expect(() => synthFleet(made!, { teams: new Map([['alpha', move]]) })).toThrow(
    /is in a namespace of no Tekton of cluster 'ci' \(found staging; expected a team's own namespace/,
  );
});
