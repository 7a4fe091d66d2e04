import { App, Chart } from 'cdk8s';
import type { Cluster, SharedOrchestrator } from '../../fleet/cluster';
import { manifestsOf } from '../../kube/files';
import { MANAGED_BY, MANAGER } from '../../words/labels';
import { SHARED_NAMESPACE } from '../../words/names';
import type { ObjectsPart } from '../layout';
import { YAML, folderOf } from '../layout';
import { isMade } from '../secrets/required-secret';
import { orchestratorSecrets } from '../secrets/secrets-of';
import { caConfigMaps } from '../tasks/shared/surroundings';
import { clusterObjects } from './cluster-objects';
import { sharedOrchestrator } from './shared-orchestrator';

const chart = (app: App, id: string): Chart =>
  new Chart(app, id, { labels: { [MANAGED_BY]: MANAGER }, disableResourceNameHashes: true });

/** What clusters hold whichever teams they have: the same on all, then the orchestrator of each that has one. */
export const clusterParts = (clusters: readonly Cluster[]): readonly ObjectsPart[] => [
  ...partsOf('tekton-dag', clusterObjects, { folder: folderOf('allClusters', {}), clusters: 'all', existing: [] }),
  ...clusters.flatMap(({ orchestrator }) => (orchestrator ? orchestratorParts(orchestrator) : [])),
];

/** The orchestrator of a cluster, beside what every cluster holds. */
export const orchestratorParts = (orchestrator: SharedOrchestrator): readonly ObjectsPart[] =>
  partsOf('orchestrator', (scope) => sharedOrchestrator(scope, orchestrator), {
    folder: folderOf('cluster', { cluster: orchestrator.cluster }),
    clusters: [orchestrator.cluster],
    existing: [
      ...orchestratorSecrets(orchestrator)
        .filter((secret) => !isMade(secret))
        .map(({ name }) => ({ kind: 'Secret', name })),
      ...caConfigMaps(orchestrator.site),
    ].map((one) => ({ ...one, namespace: SHARED_NAMESPACE })),
  });

/** The part of one chart. */
function partsOf(
  id: string,
  render: (scope: Chart) => void,
  rest: Pick<ObjectsPart, 'folder' | 'clusters' | 'existing'>,
): readonly ObjectsPart[] {
  const app = new App();
  render(chart(app, id));
  return [...manifestsOf(app)].map(([file, objects]) => ({
    ...rest,
    file: `${file}${YAML}`,
    owner: 'platform',
    objects,
  }));
}
