import type { Cluster, ClusterFile } from '../fleet/cluster';
import { isDeployOnly } from '../fleet/cluster';
import type { Resource } from '../kube/client';
import type { Manifest } from '../kube/manifest';
import { describe, groupOf } from '../kube/manifest';
import { RUN_REQUEST } from '../runs/ask/run-request';
import { list } from '../words/phrase';
import type { Finding } from './finding';
import { APPLY_CLUSTER, findings } from './finding';
import type { Read } from './reading';
import { judged } from './reading';
import { applyTekton } from './wanted';

/** Each kind that synth emits, and those of runs, must be served by the cluster in the same version. */

const found = findings('kinds');

/** A kind, and who needs it. */
export interface KindWanted {
  readonly apiVersion: string;
  readonly kind: string;
  readonly by: string;
}

const TEKTON = 'tekton.dev/v1';
/** What nobody emits: it comes with events. */
const OF_RUNS: readonly KindWanted[] = [
  { apiVersion: TEKTON, kind: 'PipelineRun', by: 'each run' },
  { apiVersion: TEKTON, kind: 'TaskRun', by: 'each run' },
  { apiVersion: `${RUN_REQUEST.group}/${RUN_REQUEST.version}`, kind: RUN_REQUEST.kind, by: 'the orchestrator' },
];

/**
 * Each kind once, with the first object that is of it.
 * @param settings what the file of the cluster says
 */
export function kindsWanted(objects: readonly Manifest[], settings?: ClusterFile): readonly KindWanted[] {
  const kinds = new Map<string, KindWanted>();
  for (const object of objects) {
    const { apiVersion, kind } = object;
    const key = `${apiVersion} ${kind}`;
    if (!kinds.has(key)) kinds.set(key, { apiVersion, kind, by: describe(object) });
  }
  return [...kinds.values(), ...(isDeployOnly(settings) ? [] : OF_RUNS)];
}

/** @param served the resources of each API version that is wanted */
export function checkKinds(
  wanted: readonly KindWanted[],
  served: ReadonlyMap<string, Read<readonly Resource[]>>,
  cluster: Cluster,
): readonly Finding[] {
  const versions = [...new Set(wanted.map(({ apiVersion }) => apiVersion))];
  return versions.flatMap((apiVersion) =>
    judged('kinds', apiVersion, served.get(apiVersion) ?? { value: [] }, (resources) =>
      missing(
        apiVersion,
        wanted.filter((one) => one.apiVersion === apiVersion && !resources.some(({ kind }) => kind === one.kind)),
        cluster,
      ),
    ),
  );
}

/** What comes to a cluster together is told together. */
function missing(apiVersion: string, wanted: readonly KindWanted[], cluster: Cluster): readonly Finding[] {
  const together = new Map<string, KindWanted[]>();
  for (const one of wanted) {
    const remedy = remedyFor(apiVersion, one.kind, cluster);
    together.set(remedy, [...(together.get(remedy) ?? []), one]);
  }
  return [...together].map(([remedy, kinds]) => {
    const them = kinds.length > 1 ? 'them' : 'it';
    return found(
      'error',
      `${apiVersion} ${list(
        kinds.map(({ kind }) => kind),
        'and',
      )}`,
      `the cluster does not serve ${them}, and ${kinds[0]!.by} needs ${kinds.length > 1 ? 'the first' : 'it'}`,
      remedy,
    );
  });
}

export const INSTALL_EXTERNAL_SECRETS =
  'install External Secrets: https://external-secrets.io/latest/introduction/getting-started/';
/** By group: how its kinds come to a cluster. */
const REMEDIES: Readonly<Record<string, string>> = {
  [RUN_REQUEST.group]: APPLY_CLUSTER,
  'triggers.tekton.dev':
    'kubectl apply --server-side --filename https://infra.tekton.dev/tekton-releases/triggers/latest/release.yaml',
  'external-secrets.io': INSTALL_EXTERNAL_SECRETS,
  'generators.external-secrets.io': INSTALL_EXTERNAL_SECRETS,
  'kueue.x-k8s.io': 'install Kueue and tekton-kueue: docs/queue.md#kueue-in-place-of-slots',
  'monitoring.coreos.com':
    'install the Prometheus Operator: https://prometheus-operator.dev/docs/getting-started/installation/',
  'gateway.networking.k8s.io': 'install the Gateway API: https://gateway-api.sigs.k8s.io/guides/getting-started/',
};

function remedyFor(apiVersion: string, kind: string, cluster: Cluster): string {
  const group = groupOf({ apiVersion, kind });
  const known = apiVersion === TEKTON ? applyTekton(cluster) : REMEDIES[group];
  if (known !== undefined) return known;
  const isOfKubernetes = !group.includes('.') || group.endsWith('.k8s.io');
  return isOfKubernetes
    ? 'upgrade Kubernetes: 1.30 or newer serves it'
    : `install the CustomResourceDefinition of ${kind} with version ${apiVersion}`;
}
