import { App, Chart } from 'cdk8s';
import type { Cluster } from '../../fleet/cluster';
import { isByOperator, tektonNamespaceOf } from '../../fleet/cluster';
import type { Team } from '../../fleet/model';
import type { Manifest } from '../../kube/manifest';
import { manifestsOf } from '../../kube/files';
import { MANAGED_BY, MANAGER } from '../../words/labels';
import { CHAINS, instanceNamespace } from '../../words/names';
import type { ExistingObject } from '../checks/inventory';
import type { InstallFile, ObjectsPart } from '../layout';
import { INSTALL_FILES, YAML, folderOf, installFileName } from '../layout';
import { externalSecrets } from '../secrets/external-secrets';
import { chainsSecrets } from '../secrets/secrets-of';
import { chainsObjects } from './chains';
import { imagePolicies } from './image-policy';
import { observability } from './observability/observability';
import { instanceObjects } from './instance';
import { operator, operatorRelies } from './operator';
import { queue } from './queue';
import { bundleGiven, bundleOf, resultsAccess } from './results';
import { resultsNamespace, resultsObjects } from './results-release';
import { sharedObjects } from './shared-part';
import { inFiles, tektonObjects } from './tekton';

/**
 * What each cluster that says so installs before a team arrives: a part for each step of it.
 * @param teams on each of their clusters
 */
export const installParts = (clusters: readonly Cluster[], teams: readonly Team[]): readonly ObjectsPart[] =>
  clusters.flatMap((cluster) => {
    const here = teams.filter((team) => team.cluster === cluster.name);
    return [
      ...tektonParts(cluster),
      ...instanceParts(cluster),
      ...operatorParts(cluster),
      ...resultsParts(cluster),
      ...chainsParts(cluster, here),
      ...observabilityPart(cluster),
      ...queuePart(cluster, here),
      ...imagePolicyPart(cluster, here),
    ];
  });

const part = (cluster: string, file: InstallFile, objects: readonly Manifest[], instance?: string) => ({
  folder: folderOf('install', { cluster }),
  file: `${installFileName(file, instance)}${YAML}`,
  owner: 'platform' as const,
  clusters: [cluster],
  objects,
  existing: [],
});

/** The files of a Tekton that are not empty. @param given namespaces that somebody else makes */
const foreignParts = (
  cluster: string,
  objects: ReadonlyMap<InstallFile, readonly Manifest[]>,
  instance?: string,
  given: readonly string[] = [],
): readonly ObjectsPart[] =>
  INSTALL_FILES.flatMap((file) => {
    const there = objects.get(file) ?? [];
    const existing = given.map((name) => ({ kind: 'Namespace', name }));
    return there.length > 0 ? [{ ...part(cluster, file, there, instance), existing, isForeign: true }] : [];
  });

const tektonParts = ({ name, tekton }: Cluster): readonly ObjectsPart[] =>
  tekton === undefined ? [] : foreignParts(name, tektonObjects(tekton));

/** Files of what all share, and files of each instance: whose a change is, its path says. */
function instanceParts({ name, instances: all }: Cluster): readonly ObjectsPart[] {
  if (all === undefined) return [];
  const { isInstalled, isKept } = all.shared;
  return [
    ...(isInstalled ? foreignParts(name, inFiles(sharedObjects(all), isKept ? () => true : undefined)) : []),
    ...all.instances.flatMap((instance) =>
      foreignParts(name, inFiles(instanceObjects(instance)), instance.name, instance.listed),
    ),
  ];
}

function operatorParts({ name, settings }: Cluster): readonly ObjectsPart[] {
  if (!isByOperator(settings)) return [];
  return partsOf(name, (chart) => operator(chart, settings), operatorRelies(settings));
}

function resultsParts({ name, settings, results }: Cluster): readonly ObjectsPart[] {
  const bundle = settings && results && bundleOf(settings, results);
  if (settings === undefined || results === undefined || bundle === undefined) return [];
  const namespace = resultsNamespace(results);
  return [
    {
      ...part(name, 'results', resultsObjects(results, bundle)),
      existing: bundleGiven(bundle, namespace),
      isForeign: true,
    },
    ...partsOf(name, (chart) => resultsAccess(chart('results-access'), namespace, settings), [
      { kind: 'Namespace', name: namespace },
    ]),
  ];
}

function chainsParts({ name, settings, chains }: Cluster, teams: readonly Team[]): readonly ObjectsPart[] {
  if (settings === undefined || chains === undefined) return [];
  const existing = [{ kind: 'Namespace', name: CHAINS.namespace }];
  return [
    { ...part(name, 'chains', chainsObjects(settings, chains, teams)), isForeign: true },
    ...partsOf(name, (chart) => externalSecrets(chart('chains-access'), chainsSecrets(settings)), existing),
  ];
}

function imagePolicyPart({ name, settings }: Cluster, teams: readonly Team[]): readonly ObjectsPart[] {
  const policy = settings?.imagePolicy;
  return policy === undefined ? [] : partsOf(name, (chart) => imagePolicies(chart('image-policy'), policy, teams), []);
}

function observabilityPart({ name, settings, instances }: Cluster): readonly ObjectsPart[] {
  if (settings?.observability === undefined) return [];
  const { observability: watched, webhookRouter } = settings;
  const controllers = instances?.instances.map((instance) => instanceNamespace(instance.name)) ?? [
    tektonNamespaceOf(settings),
  ];
  return partsOf(
    name,
    (chart) => observability(chart('observability'), watched, webhookRouter !== undefined, controllers),
    [{ kind: 'Namespace', name: watched.namespace }],
  );
}

function queuePart({ name, settings }: Cluster, teams: readonly Team[]): readonly ObjectsPart[] {
  if (settings?.queue.kind !== 'kueue') return [];
  return partsOf(name, (chart) => queue(chart('queue'), settings.queue, teams), []);
}

/** The parts of what renders objects into the charts of files. */
function partsOf(
  cluster: string,
  render: (chart: (file: InstallFile) => Chart) => void,
  existing: readonly ExistingObject[],
): readonly ObjectsPart[] {
  const app = new App();
  render((file) => new Chart(app, file, { labels: { [MANAGED_BY]: MANAGER }, disableResourceNameHashes: true }));
  return [...manifestsOf(app)].map(([file, objects]) => ({
    ...part(cluster, file as InstallFile, objects),
    existing,
  }));
}
