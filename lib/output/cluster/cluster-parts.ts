import { App, Chart } from 'cdk8s';
import type { SharedOrchestrator } from '../../fleet/cluster';
import type { Fleet, Team } from '../../fleet/model';
import { siteOf } from '../../fleet/site';
import { manifestsOf } from '../../kube/files';
import { MANAGED_BY, MANAGER } from '../../words/labels';
import { SHARED_NAMESPACE, WEBHOOK_ROUTER } from '../../words/names';
import type { ObjectsPart } from '../layout';
import { YAML, folderOf } from '../layout';
import { caObjects } from '../tasks/shared/surroundings';
import { clusterObjects } from './cluster-objects';
import { SHARED_SECRETS, sharedOrchestrator } from './shared-orchestrator';
import type { RouterFile } from './webhook-router';
import { ROUTER_SECRET, webhookRouter } from './webhook-router';

const chart = (app: App, id: string): Chart =>
  new Chart(app, id, { labels: { [MANAGED_BY]: MANAGER }, disableResourceNameHashes: true });

/**
 * What clusters hold whichever teams they have: the same on all, then the orchestrator and the router of each that has one.
 * @param teams each on the cluster that it names first
 */
export const clusterParts = ({ clusters, teams }: Pick<Fleet, 'clusters' | 'teams'>): readonly ObjectsPart[] => [
  ...partsOf('tekton-dag', clusterObjects, { folder: folderOf('allClusters', {}), clusters: 'all', existing: [] }),
  ...clusters.flatMap(({ orchestrator, settings }) => [
    ...(orchestrator ? orchestratorParts(orchestrator) : []),
    ...(settings?.webhookRouter ? routerParts({ ...settings, webhookRouter: settings.webhookRouter }, teams) : []),
  ]),
];

/** The router of a cluster, beside what every cluster holds. */
export const routerParts = (file: RouterFile, teams: readonly Team[]): readonly ObjectsPart[] =>
  partsOf('webhook-router', (scope) => webhookRouter(scope, file, teams), {
    folder: folderOf('cluster', { cluster: file.name }),
    clusters: [file.name],
    existing: [{ kind: 'Secret', name: ROUTER_SECRET.name }, ...caObjects(siteOf(file))].map((one) => ({
      ...one,
      namespace: WEBHOOK_ROUTER,
    })),
  });

/** The orchestrator of a cluster, beside what every cluster holds. */
export const orchestratorParts = (orchestrator: SharedOrchestrator): readonly ObjectsPart[] =>
  partsOf('orchestrator', (scope) => sharedOrchestrator(scope, orchestrator), {
    folder: folderOf('cluster', { cluster: orchestrator.cluster }),
    clusters: [orchestrator.cluster],
    existing: [
      ...Object.values(SHARED_SECRETS).map((name) => ({ kind: 'Secret', name })),
      ...caObjects(orchestrator.site),
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
