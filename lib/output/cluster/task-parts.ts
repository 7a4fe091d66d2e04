import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Team } from '../../fleet/model';
import { manifestsOf } from '../../kube/files';
import type { Manifest } from '../../kube/manifest';
import { object } from '../../kube/object';
import { isPipeline } from '../../tekton/admission/view';
import { taskPlace } from '../../tekton/spec/task-place';
import type { PipelineSpec } from '../../tekton/spec/wire';
import { ANNOTATIONS, MANAGED_BY, MANAGER } from '../../words/labels';
import { TASKS_NAMESPACE } from '../../words/names';
import type { ObjectsPart } from '../layout';
import { YAML, folderOf } from '../layout';
import { clusterTasks } from '../tasks/cluster-tasks';
import { restrictedNamespace } from './restricted-namespace';

const FILE = 'tasks';

/**
 * What each cluster holds of the Tasks that its teams share: those that some Pipeline names, in a namespace of their own.
 * @param teams on each of their clusters, as they were made
 * @param parts of these teams
 */
export function taskParts(teams: readonly Team[], parts: readonly ObjectsPart[]): readonly ObjectsPart[] {
  const clusters = [...new Set(teams.map(({ cluster }) => cluster))].sort();
  return clusters.flatMap((name) => {
    // teams that are kept from an earlier synth have an earlier one, which is the same
    const nobodies = [...new Set(teams.flatMap(({ cluster, nobody }) => (cluster === name && nobody) || []))];
    if (nobodies.length === 0) return [];
    const there = parts.filter(({ clusters: on }) => on.includes(name));
    // code may name one that there is not, which is told as of every reference
    const tasks = namedIn(there).flatMap(
      (task) => nobodies.flatMap((one) => clusterTasks(one).named(task) ?? [])[0] ?? [],
    );
    if (tasks.length === 0) return [];
    return [
      {
        folder: folderOf('tasks', { cluster: name }),
        file: `${FILE}${YAML}`,
        owner: 'platform' as const,
        clusters: [name],
        objects: [...place(), ...tasks],
        existing: [],
      },
    ];
  });
}

/** The Tasks of the cluster that Pipelines name, sorted, each once. */
function namedIn(parts: readonly ObjectsPart[]): readonly string[] {
  const places = parts
    .flatMap(({ objects }) => objects.filter(isPipeline))
    .flatMap(({ spec }) => {
      const { tasks = [], finally: last = [] } = spec as PipelineSpec;
      return [...tasks, ...last].map(({ taskRef }) => taskPlace(taskRef, undefined));
    });
  return [...new Set(places.flatMap((one) => (one?.namespace === TASKS_NAMESPACE ? one.name : [])))].sort();
}

/** The namespace. No pod has a place in it: what is there is run elsewhere, as the accounts of teams. */
function place(): readonly Manifest[] {
  const app = new App();
  const chart = new Chart(app, FILE, { labels: { [MANAGED_BY]: MANAGER }, disableResourceNameHashes: true });
  restrictedNamespace(chart, TASKS_NAMESPACE);
  object(
    chart,
    k8s.KubeResourceQuota,
    { name: 'no-pods', namespace: TASKS_NAMESPACE, annotations: { [ANNOTATIONS.syncWave]: '-1' } },
    { spec: { hard: { pods: k8s.Quantity.fromString('0') } } },
  );
  return [...manifestsOf(app).values()].flat();
}
