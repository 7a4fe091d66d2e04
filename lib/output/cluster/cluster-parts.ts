import { App, Chart } from 'cdk8s';
import type { Cluster, ClusterFile, SharedOrchestrator } from '../../fleet/cluster';
import { isDeployOnly } from '../../fleet/cluster';
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
import { clusterObjects, priorityClass } from './cluster-objects';
import { sharedOrchestrator } from './shared-orchestrator';
import { webhookRouter } from './webhook-router';
import type { RouterFile } from './webhook-router';

const chart = (app: App, id: string): Chart =>
  new Chart(app, id, { labels: { [MANAGED_BY]: MANAGER }, disableResourceNameHashes: true });

/**
 * What clusters hold whichever teams they have: the same on all where pipelines run, then what a cluster without pipelines needs for
 * sessions, and the orchestrator and the router of each that has one.
 * @param teams each on the cluster that it names first
 */
export const clusterParts = ({ clusters, teams }: Pick<Fleet, 'clusters' | 'teams'>): readonly ObjectsPart[] => [
  ...forPipelines(clusters, teams),
  ...clusters.flatMap(({ orchestrator, settings }) => [
    ...(isDeployOnly(settings) && settings?.sessions ? forSessions(settings) : []),
    ...(orchestrator ? orchestratorParts(orchestrator) : []),
    ...(settings?.webhookRouter ? routerParts({ ...settings, webhookRouter: settings.webhookRouter }, teams) : []),
  ]),
];

/** What each cluster holds on which pipelines run. */
function forPipelines(clusters: readonly Cluster[], teams: readonly Team[]): readonly ObjectsPart[] {
  const running = clusters.filter(({ settings }) => !isDeployOnly(settings));
  if (running.length === 0 && clusters.length > 0) return [];
  return partsOf('tekton-dag', (scope) => clusterObjects(scope, teams), {
    folder: folderOf('allClusters', {}),
    clusters: running.length === clusters.length ? 'all' : running.map(({ name }) => name),
    existing: [],
  });
}

/** What the routers of a cluster rely on that has no pipelines, and so none of what is for these. */
const forSessions = ({ name }: ClusterFile): readonly ObjectsPart[] =>
  partsOf('sessions', priorityClass, {
    folder: folderOf('cluster', { cluster: name }),
    clusters: [name],
    existing: [],
  });

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
