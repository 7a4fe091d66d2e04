import { App, Chart } from 'cdk8s';
import type { Cluster } from '../../fleet/cluster';
import type { Manifest } from '../../kube/manifest';
import { manifestsOf } from '../../kube/files';
import { MANAGED_BY, MANAGER } from '../../words/labels';
import type { InstallFile, ObjectsPart } from '../layout';
import { INSTALL_FILES, YAML, folderOf, installFileName } from '../layout';
import { observability } from './observability/observability';
import { tektonObjects } from './tekton';

/** What each cluster that says so installs before a team arrives: a part for each step of it. */
export const installParts = (clusters: readonly Cluster[]): readonly ObjectsPart[] =>
  clusters.flatMap((cluster) => [...tektonParts(cluster), ...observabilityPart(cluster)]);

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
  const app = new App();
  observability(
    new Chart(app, 'observability', { labels: { [MANAGED_BY]: MANAGER }, disableResourceNameHashes: true }),
    settings.observability,
    settings.webhookRouter !== undefined,
  );
  const { namespace } = settings.observability;
  return [
    {
      ...part(name, 'observability', [...manifestsOf(app).values()].flat()),
      existing: [{ kind: 'Namespace', name: namespace }],
    },
  ];
}
