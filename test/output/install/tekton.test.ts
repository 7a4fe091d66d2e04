import { loadAll } from 'js-yaml';
import { resolveSound } from '../../../lib/fleet/resolve-fleet';
import { digestOf } from '../../../lib/words/digest';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { synthFleet } from '../../../lib/output/synth';
import { app, fixture, resolve, stackFile, team } from '../../fleet/support';
import { find, objectsOf, permits } from '../gitops/controller';

/** Tekton of a release, as a cluster installs it. */

const RELEASE = { ...fixture('tekton', 'release.yaml'), file: 'vendor/tekton.yaml' };
const TEKTON = 'tekton: { install: release, release: vendor/tekton.yaml';

/** @param text of `tekton` after its first two keys */
const cluster = (text = '', release = RELEASE, name = 'ci', teamOn = 'one') =>
  resolve({
    clusters: [{ file: `clusters/${name}.yaml`, text: `name: ${name}\n${TEKTON}${text} }` }],
    releases: [release],
    teams: [team('alpha', ['alpha'], { cluster: teamOn })],
    stacks: [stackFile('alpha', [app('web')])],
  });

function files(text = '', release = RELEASE): ReadonlyMap<string, string> {
  const { fleet, said } = cluster(text, release);
  if (fleet === undefined) throw new Error(said.join('\n'));
  return synthFleet(fleet).files;
}
const installed = (output: ReadonlyMap<string, string>): readonly Manifest[] => objectsOf(output, 'install/ci');
const named = (output: ReadonlyMap<string, string>, kind: string, name: string): Manifest => {
  const found = installed(output).find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
};

const AGAIN = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: feature-flags, namespace: tekton-pipelines }\n';

it('is in files that are applied one after another, and Argo CD waits between them', () => {
  const output = files();
  const order = [...output].filter(([path]) => path.startsWith('install/')).sort(([a], [b]) => (a < b ? -1 : 1));
  expect(
    order.map(([path, text]) => {
      const objects = loadAll(text) as Manifest[];
      const waves = objects.map(({ metadata }) => metadata.annotations?.['argocd.argoproj.io/sync-wave']);
      return [path, [...new Set(waves)], [...new Set(objects.map(({ kind }) => kind))]];
    }),
  ).toEqual([
    ['install/ci/00-namespaces.yaml', ['-5'], ['Namespace']],
    ['install/ci/10-definitions.yaml', ['-4'], ['CustomResourceDefinition']],
    ['install/ci/20-settings.yaml', ['-3'], ['ClusterRole', 'ServiceAccount', 'ConfigMap', 'Secret', 'Service']],
    [
      'install/ci/30-webhook.yaml',
      ['-2'],
      ['HorizontalPodAutoscaler', 'Deployment', 'ValidatingWebhookConfiguration', 'PodDisruptionBudget'],
    ],
    ['install/ci/40-controllers.yaml', ['-1'], ['Deployment']],
  ]);
});

it('holds every object of the release, and one budget more', () => {
  const identity = ({ kind, metadata }: Manifest) => `${kind} ${metadata.namespace}/${metadata.name}`;
  const released = loadAll(RELEASE.text) as Manifest[];
  expect(installed(files()).map(identity).sort()).toEqual(
    [...released.map(identity), 'PodDisruptionBudget tekton-pipelines/tekton-pipelines-webhook'].sort(),
  );
});

it('keeps the definitions, whoever removes them from Git', () => {
  expect(named(files(), 'CustomResourceDefinition', 'tasks.tekton.dev').metadata.annotations).toMatchObject({
    'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
  });
});

it('runs the controller as the cluster file says: what the release says of a flag comes before', () => {
  const controller = (text: string) => named(files(text), 'Deployment', 'tekton-pipelines-controller');
  const args = (text: string) =>
    (at(controller(text), 'spec', 'template', 'spec', 'containers') as { args: string[] }[])[0]?.args;
  const own = ['-kube-api-qps=5', '-nop-image', 'registry.example.com/nop:1.15.0'];
  expect(args('')).toEqual(own);
  expect(args(', performance: { threads: 32, kubeApiQps: 50 }')).toEqual([
    ...own,
    '-threads-per-controller=32',
    '-kube-api-qps=50',
    '-kube-api-burst=100',
  ]);
  expect(at(controller(', performance: { replicas: 3 }'), 'spec', 'replicas')).toBe(3);
});

it('divides the runs among the replicas of the controller', () => {
  const buckets = (text: string) =>
    at(named(files(text), 'ConfigMap', 'config-leader-election-controller'), 'data', 'buckets');
  expect(buckets('')).toBeUndefined();
  expect(buckets(', performance: { replicas: 3 }')).toBe('3');
});

it('has two webhooks at least, whose number the autoscaler alone sets', () => {
  const output = files();
  expect(named(output, 'HorizontalPodAutoscaler', 'tekton-pipelines-webhook').spec).toMatchObject({
    minReplicas: 2,
    maxReplicas: 5,
  });
  expect(named(output, 'Deployment', 'tekton-pipelines-webhook').spec).not.toHaveProperty('replicas');
  expect(named(output, 'PodDisruptionBudget', 'tekton-pipelines-webhook').spec).toEqual({
    maxUnavailable: 1,
    selector: { matchLabels: { app: 'webhook' } },
  });
  const one = installed(files(', performance: { webhookReplicas: 1 }'));
  expect(one.filter(({ kind }) => kind === 'PodDisruptionBudget')).toEqual([]);
  const many = files(', performance: { webhookReplicas: 8 }');
  expect(named(many, 'HorizontalPodAutoscaler', 'tekton-pipelines-webhook').spec).toMatchObject({
    minReplicas: 8,
    maxReplicas: 8,
  });
});

it('has the webhooks that are asked for where a release has no autoscaler', () => {
  const release = { ...RELEASE, text: RELEASE.text.replace('kind: HorizontalPodAutoscaler', 'kind: Other') };
  expect(named(files('', release), 'Deployment', 'tekton-pipelines-webhook').spec).toMatchObject({ replicas: 2 });
});

it('sets what the cluster file says in a ConfigMap, and leaves the rest', () => {
  const output = files(
    ', settings: { feature-flags: { enable-api-fields: stable }, config-defaults: { default-timeout-minutes: "90" } }',
  );
  expect(named(output, 'ConfigMap', 'feature-flags').data).toEqual({
    'enable-api-fields': 'stable',
    'running-in-environment-with-injected-sidecars': 'true',
  });
  expect(named(output, 'ConfigMap', 'config-defaults').data).toMatchObject({ 'default-timeout-minutes': '90' });
});

it('is no copy for Kind, and of no team', () => {
  const { fleet } = cluster('', RELEASE, 'kind-ci', 'kind-ci');
  expect(synthFleet(fleet!).files.get('kind.yaml')).not.toContain('tekton-pipelines-controller');
});

it('is there on a cluster without a team, and synth says nothing of that', () => {
  expect(cluster().said).toEqual([]);
});

describe('Argo CD', () => {
  const output = files();
  const application = find(output, 'Application', 'tekton-dag.ci.install');

  it('applies the folder to the cluster, in a project that permits just what is in it', () => {
    expect(application?.spec).toMatchObject({
      project: 'tekton-dag.install',
      source: { path: 'dist/install/ci' },
      destination: { name: 'ci' },
    });
    for (const object of installed(output))
      expect([object, permits(output, application!, object)]).toEqual([object, true]);
    const other = { ...named(output, 'Deployment', 'tekton-pipelines-webhook') };
    for (const object of [
      { ...other, metadata: { ...other.metadata, namespace: 'kube-system' } },
      {
        ...named(output, 'ClusterRole', 'tekton-pipelines-controller-cluster-access'),
        metadata: { name: 'cluster-admin' },
      },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', namespace: 'tekton-pipelines' } },
    ])
      expect([object, permits(output, application!, object)]).toEqual([object, false]);
  });

  it('never deletes an installation by itself', () => {
    expect(application.metadata.annotations).toMatchObject({
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
    });
  });

  it('has the installation before what teams own, and everything else beside it', () => {
    const waves = (files: ReadonlyMap<string, string>) =>
      Object.fromEntries(
        objectsOf(files, 'argocd')
          .filter(({ kind }) => kind.startsWith('Application'))
          .map(({ metadata: { name, annotations } }) => [name, annotations?.['argocd.argoproj.io/sync-wave'] ?? '0']),
      );
    expect(waves(output)).toEqual({
      'tekton-dag': '1',
      'tekton-dag-clusters': '0',
      'tekton-dag-platform': '0',
      'tekton-dag-projects': '0',
      'tekton-dag-teams': '1',
      'tekton-dag.ci.install': '0',
    });
    const { fleet } = resolve({ teams: [team('alpha', ['alpha'])], stacks: [stackFile('alpha', [app('web')])] });
    expect(waves(synthFleet(fleet!).files)['tekton-dag-teams']).toBe('0');
  });

  it('tries again until it works', () => {
    expect(at(application, 'spec', 'syncPolicy', 'retry', 'limit')).toBe(-1);
  });
});

describe('what the file says and the release has not', () => {
  it.each([
    [
      'a file that is not there',
      () => resolve({ clusters: [{ file: 'clusters/ci.yaml', text: `name: ci\n${TEKTON} }` }] }).said,
      /^clusters\/ci.yaml:2:38: tekton.release: there is no such file \(found vendor\/tekton.yaml; expected a path from the root of this repository\)/,
    ],
    [
      'a ConfigMap',
      () => cluster(', settings: { feature-flag: { a: b } }').said,
      /no such ConfigMap .*did you mean feature-flags\?/,
    ],
    [
      'a key',
      () => cluster(', settings: { feature-flags: { enable-api-field: stable } }').said,
      /ConfigMap feature-flags of vendor\/tekton.yaml has no such key .*did you mean enable-api-fields\?/,
    ],
    [
      'a key of an example',
      () => cluster(', settings: { config-defaults: { default-timeout: "1" } }').said,
      /: tekton.settings.config-defaults.default-timeout: ConfigMap config-defaults of vendor\/tekton.yaml has no such key \(expected a key such as default-timeout-minutes or default-service-account\)$/m,
    ],
    [
      'a number where text is due',
      () => cluster(', settings: { config-defaults: { default-timeout-minutes: 90 } }').said,
      /90/,
    ],
    [
      'less at once than in a second',
      () => cluster(', performance: { kubeApiQps: 50, kubeApiBurst: 10 }').said,
      /kubeApiBurst: is less than kubeApiQps \(found 10; expected 50 or more\)/,
    ],
    [
      'another version',
      () => cluster(' }\ntektonVersion: "1.14"\nemulation: true\nproxy: { https: http://p.example.com:1').said,
      /tektonVersion: is another version than that of vendor\/tekton.yaml: leave it out \(found 1.14; expected 1.15.0\)/,
    ],
    [
      'no release',
      () => cluster('', { ...RELEASE, text: 'apiVersion: v1\nkind: List\nmetadata: { name: x }\n' }).said,
      /^vendor\/tekton.yaml: is not a release manifest of Tekton Pipelines: it has no Deployment tekton-pipelines-controller.*; clusters\/ci.yaml:2:38 names it/,
    ],
    ['no objects', () => cluster('', { ...RELEASE, text: 'a: b\n' }).said, /is not an object of Kubernetes/],
    [
      'a Deployment without containers',
      () => cluster('', { ...RELEASE, text: RELEASE.text.replace('containers:', 'containerz:') }).said,
      /^vendor\/tekton.yaml:[0-9]+:[0-9]+: spec.template.spec.containers: Deployment tekton-pipelines-controller has none/,
    ],
    [
      'a definition without versions',
      () => cluster('', { ...RELEASE, text: RELEASE.text.replace('versions:', 'version:') }).said,
      /spec.versions: CustomResourceDefinition .* has none/,
    ],
    [
      'an object that is there twice',
      () => cluster('', { ...RELEASE, text: `${RELEASE.text}\n---\n${AGAIN}` }).said,
      /^vendor\/tekton.yaml:[0-9]+:[0-9]+: metadata.name: ConfigMap feature-flags is also /,
    ],
    ['no YAML', () => cluster('', { ...RELEASE, text: 'a: b\nc: [\n' }).said, /^vendor\/tekton.yaml:3:1: not YAML/],
  ])('is told of %s', (_, said, expected) => expect(said().join('\n')).toMatch(expected));

  it('is what its address led to, by its digest: one cluster may be behind another', () => {
    const address = 'https://example.com/latest/release.yaml';
    const texts = [RELEASE.text, RELEASE.text.replaceAll('1.15.0', '1.14.0')];
    const { fleet, said } = resolve({
      clusters: texts.map((text, index) => ({
        file: `clusters/c${index}.yaml`,
        text: `name: c${index}\ntekton: { install: release, release: "${address}", digest: "${digestOf(text)}" }\n`,
      })),
      releases: texts.map((text) => ({ file: address, text })),
      teams: [team('alpha', ['alpha'], { cluster: 'c0', clusters: ['c1'] })],
      stacks: [stackFile('alpha', [app('web')])],
    });
    expect(said.filter((line) => !line.startsWith('warning'))).toEqual([]);
    expect(fleet!.clusters.map(({ tekton }) => tekton?.manifest.version)).toEqual(['1.15.0', '1.14.0']);
  });

  it.each([
    ['wrong', 'kind: List\n', []],
    ['right', RELEASE.text, ['alpha']],
  ])('teams of a cluster whose manifest is %s are judged accordingly', (_, text, expected) => {
    const { fleet } = resolveSound({
      clusters: [{ file: 'clusters/ci.yaml', text: `name: ci\n${TEKTON} }\n` }],
      releases: [{ ...RELEASE, text }],
      teams: [team('alpha', ['alpha'], { cluster: 'ci' })],
      stacks: [stackFile('alpha', [app('web')])],
    });
    expect(fleet.teams.map(({ name }) => name)).toEqual(expected);
  });

  it('brings no values of Secrets into Git', () => {
    const secret =
      'apiVersion: v1\nkind: Secret\nmetadata: { name: token, namespace: tekton-pipelines }\nstringData: { a: b }';
    expect(() => files('', { ...RELEASE, text: `${RELEASE.text}\n---\n${secret}\n` })).toThrow(
      /install\/ci\/20-settings.yaml: Secret tekton-pipelines\/token stringData: the output holds no values of Secrets/,
    );
  });

  it('is told of what the Tekton of the release does not know', () => {
    const release = { ...RELEASE, text: RELEASE.text.replace('v1.15.0', 'v0.50.0') };
    const { fleet } = cluster('', release, 'ci', 'ci');
    expect(() => synthFleet(fleet!)).toThrow(/which the Tekton of cluster 'ci' does not know/);
  });
});
