import type { Emitted, Manifest } from '../manifest';
import { at } from '../manifest';
import type { ObjectLookup } from './lookup';
import type { Rules } from './rule';
import { isDnsLabel, isDnsSubdomain } from './rule';
import { KiB, MiB, bytes, mayReach } from './size';

/** What every object must satisfy, whatever its kind. */

/** Kinds without a namespace, of those that a platform repository may hold. */
const CLUSTER_KINDS = new Set([
  ...[
    'Namespace',
    'ClusterRole',
    'ClusterRoleBinding',
    'PriorityClass',
    'CustomResourceDefinition',
    'StorageClass',
    'PersistentVolume',
    'IngressClass',
    'RuntimeClass',
    'APIService',
  ],
  ...[
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
    'ValidatingWebhookConfiguration',
    'MutatingWebhookConfiguration',
    'GatewayClass',
    'ClusterSecretStore',
    'ClusterExternalSecret',
  ],
  ...[
    'TektonConfig',
    'TektonPipeline',
    'TektonResult',
    'TektonChain',
    'TektonPruner',
    'Workspace',
    'APIExport',
    'APIBinding',
    'APIResourceSchema',
    'ClusterQueue',
    'ResourceFlavor',
    'WorkloadPriorityClass',
    'ClusterImagePolicy',
    'ImageDigestMirrorSet',
  ],
]);
/** Their creation starts something: a sync of the output must not. */
const RUNS = new Set(['PipelineRun', 'TaskRun', 'CustomRun', 'Pod']);
const TEKTON_GROUP = 'tekton.dev';
/** Names that end in a Pod's host name or in DNS. */
const LABEL_NAMED = new Set(['Namespace', 'Service']);

/** Of all annotations of an object, keys and values; Kubernetes refuses more. */
const ANNOTATIONS_MAX = 256 * KiB;

const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const KEY_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

function isMetadataKey(key: string): boolean {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  return name.length <= 63 && KEY_NAME.test(name) && (slash === -1 || isDnsSubdomain(key.slice(0, slash)));
}

const isLabelValue = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= 63 && LABEL_VALUE.test(value);

/** Places of an object that hold labels. */
const LABELS: readonly (readonly string[])[] = [
  ['metadata', 'labels'],
  ['spec', 'selector', 'matchLabels'],
  ['spec', 'podSelector', 'matchLabels'],
  ['spec', 'template', 'metadata', 'labels'],
];

function nameProblem({ apiVersion, kind, metadata: { name } }: Manifest): string | undefined {
  if (apiVersion.startsWith('rbac.authorization.k8s.io/')) return /^[^/%]+$/.test(name) ? undefined : 'without / and %';
  if (LABEL_NAMED.has(kind)) return isDnsLabel(name) ? undefined : 'a DNS label of at most 63 characters';
  if (apiVersion.startsWith(`${TEKTON_GROUP}/`))
    return isDnsSubdomain(name) && name.length <= 63
      ? undefined
      : 'a DNS name of at most 63 characters, since it becomes the value of a label';
  return isDnsSubdomain(name) ? undefined : 'a DNS name of at most 253 characters';
}

export const metadataRules: Rules<Emitted, ObjectLookup> = {
  'tekton-m1': ({ manifest }, report) => {
    const expected = nameProblem(manifest);
    if (expected !== undefined)
      report('metadata.name', 'name is not allowed', { found: manifest.metadata.name, expected });
  },
  unique: (object, report, objects) => {
    const first = objects.first(object.manifest);
    if (first !== undefined && first !== object)
      report('metadata.name', 'two objects have the same group, kind, namespace and name', {
        found: `the other in ${first.file}`,
      });
  },
  namespace: ({ manifest: { kind, metadata } }, report, objects) => {
    const { namespace } = metadata;
    if (CLUSTER_KINDS.has(kind)) {
      if (namespace !== undefined) report('metadata.namespace', `a ${kind} has no namespace`, { found: namespace });
    } else if (namespace === undefined) report('metadata.namespace', `a ${kind} says its namespace`);
    else if (!objects.has('Namespace', undefined, namespace))
      report('metadata.namespace', 'nothing makes the namespace', { found: namespace });
  },
  kind: ({ manifest }, report) => {
    if (RUNS.has(manifest.kind))
      report('kind', `the output holds no ${manifest.kind}: applying it would start something`);
    const filled = ['data', 'stringData'].filter((field) => Object.keys((manifest[field] ?? {}) as object).length > 0);
    if (manifest.kind === 'Secret' && filled.length > 0)
      report(filled.join(', '), 'the output holds no values of Secrets', {
        expected: 'an ExternalSecret, or a Secret made by hand',
      });
  },
  labels: ({ manifest }, report) => {
    // the labels of an ApplicationSet's template become values only where Argo CD fills it in
    const places = manifest.kind === 'ApplicationSet' ? LABELS.filter(([first]) => first === 'metadata') : LABELS;
    for (const path of places) {
      for (const [key, value] of Object.entries((at(manifest, ...path) ?? {}) as Record<string, unknown>)) {
        const where = [...path, key].join('.');
        if (!isMetadataKey(key)) report(where, 'key of a label is not allowed', { found: key });
        if (!isLabelValue(value))
          report(where, 'value of a label is not allowed', {
            found: JSON.stringify(value),
            expected: 'a string of at most 63 letters, digits, dashes, dots and underscores',
          });
      }
    }
    // Argo CD may track by it, and Tekton copies labels to its runs: Argo CD would prune them.
    if (manifest.metadata.labels?.['app.kubernetes.io/instance'] !== undefined)
      report('metadata.labels', 'app.kubernetes.io/instance is left to Argo CD');
  },
  annotations: ({ manifest }, report) => {
    const annotations = Object.entries(manifest.metadata.annotations ?? {});
    for (const [key, value] of annotations) {
      if (!isMetadataKey(key.toLowerCase()))
        report(`metadata.annotations.${key}`, 'key of an annotation is not allowed', { found: key });
      if (typeof value !== 'string')
        report(`metadata.annotations.${key}`, 'value of an annotation is a string', { found: JSON.stringify(value) });
    }
    const total = annotations.reduce(
      (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)),
      0,
    );
    if (total > ANNOTATIONS_MAX)
      report('metadata.annotations', 'annotations are too large together', {
        found: `${total} bytes`,
        expected: `at most ${ANNOTATIONS_MAX}`,
      });
  },
  size: ({ manifest }, report) => {
    if (!mayReach(manifest, 512 * KiB)) return;
    const size = bytes(manifest);
    if (size >= MiB)
      report('', 'object is too large for the cluster to keep', {
        found: `${size} bytes`,
        expected: 'less than 1 MiB',
      });
    else if (size >= 512 * KiB)
      report('', 'object is near the 1 MiB that the cluster keeps', { found: `${size} bytes`, severity: 'warning' });
  },
};
