import { App, Chart } from 'cdk8s';
import type { SharedOrchestrator } from '../../fleet/cluster';
import type { Fleet, Team } from '../../fleet/model';
import type { Site } from '../../fleet/site';
import { siteOf } from '../../fleet/site';
import { manifestsOf } from '../../kube/files';
import { MANAGED_BY, MANAGER } from '../../words/labels';
import { SHARED_NAMESPACE, WEBHOOK_ROUTER } from '../../words/names';
import type { ObjectsPart } from '../layout';
import { YAML, folderOf } from '../layout';
import { isMade } from '../secrets/required-secret';
import { orchestratorSecrets, routerSecrets } from '../secrets/secrets-of';
import type { RequiredSecret } from '../secrets/required-secret';
import { caConfigMaps } from '../tasks/shared/surroundings';
import { clusterObjects } from './cluster-objects';
import { sharedOrchestrator } from './shared-orchestrator';
import { webhookRouter } from './webhook-router';
import type { RouterFile } from './webhook-router';

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
    existing: given(routerSecrets(file), siteOf(file), WEBHOOK_ROUTER),
  });

/** The orchestrator of a cluster, beside what every cluster holds. */
export const orchestratorParts = (orchestrator: SharedOrchestrator): readonly ObjectsPart[] =>
  partsOf('orchestrator', (scope) => sharedOrchestrator(scope, orchestrator), {
    folder: folderOf('cluster', { cluster: orchestrator.cluster }),
    clusters: [orchestrator.cluster],
    existing: given(orchestratorSecrets(orchestrator), orchestrator.site, SHARED_NAMESPACE),
  });

/** What a program of the cluster reads and somebody else makes. */
const given = (secrets: readonly RequiredSecret[], site: Site, namespace: string): ObjectsPart['existing'] =>
  [
    ...secrets.filter((secret) => !isMade(secret)).map(({ name }) => ({ kind: 'Secret', name })),
    ...caConfigMaps(site),
  ].map((one) => ({ ...one, namespace }));

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
