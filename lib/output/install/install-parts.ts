import { App, Chart } from 'cdk8s';
import type { Cluster } from '../../fleet/cluster';
import type { Manifest } from '../../kube/manifest';
import { manifestsOf } from '../../kube/files';
import { MANAGED_BY, MANAGER } from '../../words/labels';
import { TEKTON, instanceNamespace } from '../../words/names';
import type { InstallFile, ObjectsPart } from '../layout';
import { INSTALL_FILES, YAML, folderOf, installFileName } from '../layout';
import { observability } from './observability/observability';
import { instanceObjects } from './instance';
import { sharedObjects } from './shared-part';
import { inFiles, tektonObjects } from './tekton';

/** What each cluster that says so installs before a team arrives: a part for each step of it. */
export const installParts = (clusters: readonly Cluster[]): readonly ObjectsPart[] =>
  clusters.flatMap((cluster) => [...tektonParts(cluster), ...instanceParts(cluster), ...observabilityPart(cluster)]);

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

function observabilityPart({ name, settings, instances }: Cluster): readonly ObjectsPart[] {
  if (settings?.observability === undefined) return [];
  const app = new App();
  observability(
    new Chart(app, 'observability', { labels: { [MANAGED_BY]: MANAGER }, disableResourceNameHashes: true }),
    settings.observability,
    settings.webhookRouter !== undefined,
    instances?.instances.map((instance) => instanceNamespace(instance.name)) ?? [TEKTON.namespace],
  );
  const { namespace } = settings.observability;
  return [
    {
      ...part(name, 'observability', [...manifestsOf(app).values()].flat()),
      existing: [{ kind: 'Namespace', name: namespace }],
    },
  ];
}
