import { givenWanted } from '../../lib/doctor/given';
import { checkKinds, kindsWanted } from '../../lib/doctor/kinds';
import type { Read } from '../../lib/doctor/reading';
import type { Cluster } from '../../lib/fleet/cluster';
import { tektonSchema } from '../../lib/fleet/tekton-install';
import type { Resource } from '../../lib/kube/client';
import { clusterPart } from '../../lib/words/names';
import { read, refused, told, wanted } from './support';

const CLUSTER: Cluster = { name: 'kind-local' };
const KINDS = kindsWanted(wanted().objects);
/** A cluster that serves all of these kinds, but for some. */
const serving = (kinds: typeof KINDS, ...without: readonly string[]): Map<string, Read<readonly Resource[]>> => {
  const served = new Map<string, Read<readonly Resource[]>>();
  for (const { apiVersion } of kinds) {
    const own = kinds.filter((one) => one.apiVersion === apiVersion && !without.includes(one.kind));
    served.set(apiVersion, read(own.map(({ kind }) => ({ kind, name: `${kind.toLowerCase()}s` }))));
  }
  return served;
};

it('finds nothing where all is served', () => expect(checkKinds(KINDS, serving(KINDS), CLUSTER)).toEqual([]));

it('names a kind that is not served in this version, who needs it, and the remedy', () => {
  const [finding, ...others] = checkKinds(KINDS, serving(KINDS, 'TaskRun'), CLUSTER);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ severity: 'error', subject: 'tekton.dev/v1 TaskRun' });
  expect(finding!.remedy).toContain('tekton-releases/pipeline');
});

it('has Tekton come as the file of the cluster says', () => {
  const manifest = { file: 'vendor/tekton.yaml', digest: '', objects: [] };
  const tekton = { ...tektonSchema.parse({ install: 'release', release: manifest.file }), manifest };
  const [finding] = checkKinds(KINDS, serving(KINDS, 'Task'), { name: 'arn:aws:eks:eu', tekton });
  expect(finding!.remedy).toBe(`kubectl apply --server-side -f dist/install/${clusterPart('arn:aws:eks:eu')}`);
});

it('wants what is watched by, and where', () => {
  const watched = wanted({}, { observability: { namespace: 'watching' } });
  expect(kindsWanted(watched.objects)).toContainEqual(
    expect.objectContaining({ apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' }),
  );
  expect(givenWanted(watched)).toContainEqual(
    expect.objectContaining({ kind: 'Namespace', name: 'watching', remedy: 'kubectl create namespace watching' }),
  );
});

it('wants what the settings of a team bring, and nothing else', () => {
  const groups = (props: object) =>
    kindsWanted(wanted(props).objects).flatMap(({ apiVersion, kind }) =>
      apiVersion.startsWith('tekton.dev') || apiVersion.includes('.k8s.io') || !apiVersion.includes('.')
        ? []
        : [`${apiVersion} ${kind}`],
    );
  expect(groups({})).toEqual(['tekton-dag.io/v1alpha1 RunRequest']);
  const store = { backend: 'external-secrets', store: { name: 'vault' } };
  expect(groups({ secrets: store })).toContain('external-secrets.io/v1 ExternalSecret');
  expect(groups({ triggers: true })).toContain('triggers.tekton.dev/v1beta1 EventListener');
});

it('tells a version that it may not ask for as not checked', () => {
  const served = serving(KINDS).set('apps/v1', refused);
  expect(checkKinds(KINDS, served, CLUSTER)).toMatchObject([
    { subject: 'apps/v1', severity: 'note', notChecked: true },
  ]);
});

it('tells the kinds that one program brings together', () => {
  const kinds = ['ClusterQueue', 'LocalQueue'].map((kind) => ({
    apiVersion: 'kueue.x-k8s.io/v1beta2',
    kind,
    by: kind,
  }));
  expect(checkKinds(kinds, new Map(), CLUSTER)).toMatchObject([
    {
      subject: 'kueue.x-k8s.io/v1beta2 ClusterQueue and LocalQueue',
      message: 'the cluster does not serve them, and ClusterQueue needs the first',
      remedy: 'install Kueue and tekton-kueue: docs/queue.md#kueue-in-place-of-slots',
    },
  ]);
});

it.each([
  ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', 'Kubernetes'],
  ['tekton-dag.io/v1alpha1', 'RunRequest', 'dist/cluster'],
  ['monitoring.coreos.com/v1', 'PodMonitor', 'prometheus-operator.dev'],
  ['example.com/v1', 'Thing', 'CustomResourceDefinition'],
])('%s %s comes by %s', (apiVersion, kind, word) => {
  const [finding] = checkKinds([{ apiVersion, kind, by: 'x' }], new Map(), CLUSTER);
  expect(finding!.remedy).toContain(word);
  expect(told([finding!])).toEqual([`error ${apiVersion} ${kind} the cluster does not serve it, and x needs it`]);
});
