import type { Team } from '../../fleet/model';
import type { Manifest } from '../../kube/manifest';
import { isPipeline, isTask } from '../../tekton/admission/view';
import { refElsewhere, taskPlace } from '../../tekton/spec/task-place';
import type { PipelineSpec, PipelineTask } from '../../tekton/spec/wire';
import { LABELS } from '../../words/labels';
import { CLOSE_PREVIEWS, TASKS_NAMESPACE } from '../../words/names';
import { PUSH_IMAGE } from '../../words/provenance';
import type { Use } from '../tasks/catalogue';
import { clusterTasks } from '../tasks/cluster-tasks';

/**
 * The objects of a team without the Tasks that are as those of its cluster, which its Pipelines name in their stead. A Task is
 * the cluster's if and only if the team's would be the same but for its namespace and the label of the team, whatever other
 * teams there are.
 * @param uses the Tasks that the team's Pipelines use
 */
export function withSharedTasks(
  files: ReadonlyMap<string, readonly Manifest[]>,
  team: Team,
  uses: readonly Use[],
): ReadonlyMap<string, readonly Manifest[]> {
  const { namespace, nobody } = team;
  if (nobody === undefined) return files;
  const own = new Map(
    [...files.values()]
      .flat()
      .flatMap((object) =>
        isTask(object) && object.metadata.namespace === namespace ? [[object.metadata.name, object] as const] : [],
      ),
  );
  const isShared = (use: Use): boolean => {
    const task = own.get(use.name);
    return task !== undefined && content(task) === content(clusterTasks(nobody).of(use));
  };
  const shared = new Set(uses.filter((use) => !staysWith(team, use.name) && isShared(use)).map(({ name }) => name));
  const isLeft = (object: Manifest): boolean =>
    !(shared.has(object.metadata.name) && own.get(object.metadata.name) === object);
  const rest = [...files].map(
    ([file, objects]) =>
      [
        file,
        objects.filter(isLeft).map((object) => (isPipeline(object) ? referring(object, shared) : object)),
      ] as const,
  );
  return new Map(rest.filter(([, objects]) => objects.length > 0));
}

/** What others find by its name alone: programs that close previews, and whoever checks where an image comes from. */
const staysWith = ({ builder }: Team, task: string): boolean =>
  task === CLOSE_PREVIEWS || (task === PUSH_IMAGE && builder !== undefined);

/** An object without what it has of its team. */
const content = ({ metadata, ...object }: Manifest): string =>
  JSON.stringify({
    ...object,
    metadata: { ...metadata, namespace: undefined, labels: { ...metadata.labels, [LABELS.team]: undefined } },
  });

function referring(pipeline: Manifest, shared: ReadonlySet<string>): Manifest {
  const { namespace } = pipeline.metadata;
  const spec = pipeline.spec as PipelineSpec;
  const task = (one: PipelineTask): PipelineTask => {
    const place = taskPlace(one.taskRef, namespace);
    if (place === undefined || place.namespace !== namespace || !shared.has(place.name)) return one;
    return { ...one, taskRef: refElsewhere({ name: place.name, namespace: TASKS_NAMESPACE }) };
  };
  return {
    ...pipeline,
    spec: { ...spec, tasks: spec.tasks?.map(task), ...(spec.finally && { finally: spec.finally.map(task) }) },
  };
}
