import { App, Chart } from 'cdk8s';
import type { Cluster } from '../../fleet/cluster';
import { isByOperator, tektonNamespaceOf } from '../../fleet/cluster';
import type { Manifest } from '../../kube/manifest';
import { manifestsOf } from '../../kube/files';
import { MANAGED_BY, MANAGER } from '../../words/labels';
import type { ExistingObject } from '../checks/inventory';
import type { InstallFile, ObjectsPart } from '../layout';
import { INSTALL_FILES, YAML, folderOf, installFileName } from '../layout';
import { observability } from './observability/observability';
import { operator, operatorRelies } from './operator';
import { resultsExternalSecrets, resultsIngress } from './results';
import { resultsNamespace, resultsObjects } from './results-release';
import { tektonObjects } from './tekton';

/** What each cluster that says so installs before a team arrives: a part for each step of it. */
export const installParts = (clusters: readonly Cluster[]): readonly ObjectsPart[] =>
  clusters.flatMap((cluster) => [
    ...tektonParts(cluster),
    ...operatorParts(cluster),
    ...resultsParts(cluster),
    ...observabilityPart(cluster),
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

function operatorParts({ name, settings }: Cluster): readonly ObjectsPart[] {
  if (!isByOperator(settings)) return [];
  return partsOf(name, (chart) => operator(chart, settings), operatorRelies(settings));
}

function resultsParts({ name, settings, results }: Cluster): readonly ObjectsPart[] {
  const bundle = results?.database.tls.caBundle ?? settings?.caBundle;
  if (results === undefined || bundle === undefined) return [];
  const namespace = resultsNamespace(results);
  return [
    { ...part(name, 'results', resultsObjects(results, bundle)), isForeign: true },
    ...partsOf(
      name,
      (chart) => {
        const access = chart('results-access');
        resultsExternalSecrets(access, namespace, results, false);
        resultsIngress(access, namespace, results);
      },
      [{ kind: 'Namespace', name: namespace }],
    ),
  ];
}

function observabilityPart({ name, settings }: Cluster): readonly ObjectsPart[] {
  if (settings?.observability === undefined) return [];
  const { observability: said } = settings;
  return partsOf(name, (chart) => observability(chart('observability'), said, tektonNamespaceOf(settings)), [
    { kind: 'Namespace', name: said.namespace },
  ]);
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
