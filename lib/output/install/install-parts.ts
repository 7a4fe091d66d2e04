import { App, Chart } from 'cdk8s';
import type { Cluster } from '../../fleet/cluster';
import type { Team } from '../../fleet/model';
import type { Manifest } from '../../kube/manifest';
import { manifestsOf } from '../../kube/files';
import { MANAGED_BY, MANAGER } from '../../words/labels';
import type { InstallFile, ObjectsPart } from '../layout';
import { INSTALL_FILES, YAML, folderOf, installFileName } from '../layout';
import { observability } from './observability/observability';
import { queue } from './queue';
import { tektonObjects } from './tekton';

/**
 * What each cluster that says so installs before a team arrives: a part for each step of it.
 * @param teams on each of their clusters
 */
export const installParts = (clusters: readonly Cluster[], teams: readonly Team[]): readonly ObjectsPart[] =>
  clusters.flatMap((cluster) => [
    ...tektonParts(cluster),
    ...observabilityPart(cluster),
    ...queuePart(
      cluster,
      teams.filter((team) => team.cluster === cluster.name),
    ),
  ]);

const part = (cluster: string, file: InstallFile, objects: readonly Manifest[]) => ({
  folder: folderOf('install', { cluster }),
  file: `${installFileName(file)}${YAML}`,
  owner: 'platform' as const,
  clusters: [cluster],
  objects,
  existing: [],
});

function tektonParts({ name, tekton }: Cluster): readonly ObjectsPart[] {
  if (tekton === undefined) return [];
  const objects = tektonObjects(tekton);
  return INSTALL_FILES.flatMap((file) => {
    const there = objects.get(file) ?? [];
    return there.length > 0 ? [{ ...part(name, file, there), isForeign: true }] : [];
  });
}

function observabilityPart({ name, settings }: Cluster): readonly ObjectsPart[] {
  if (settings?.observability === undefined) return [];
  const { observability: watched } = settings;
  const { namespace } = watched;
  return [
    {
      ...part(
        name,
        'observability',
        objectsOf('observability', (chart) => observability(chart, watched)),
      ),
      existing: [{ kind: 'Namespace', name: namespace }],
    },
  ];
}

function queuePart({ name, settings }: Cluster, teams: readonly Team[]): readonly ObjectsPart[] {
  if (settings?.queue.kind !== 'kueue') return [];
  return [
    part(
      name,
      'queue',
      objectsOf('queue', (chart) => queue(chart, settings.queue, teams)),
    ),
  ];
}

function objectsOf(file: InstallFile, render: (chart: Chart) => void): readonly Manifest[] {
  const app = new App();
  render(new Chart(app, file, { labels: { [MANAGED_BY]: MANAGER }, disableResourceNameHashes: true }));
  return [...manifestsOf(app).values()].flat();
}
