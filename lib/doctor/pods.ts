import type { Manifest } from '../kube/manifest';
import { describe, list } from '../kube/manifest';
import type { PodTemplate } from '../runs/run/pod-template';
import { EVERY_TASK, readPodTemplates } from '../runs/run/pod-template';
import { containersOf } from '../tekton/admission/containers';
import { isPipeline, isTask, taskView } from '../tekton/admission/view';
import { taskPlace } from '../tekton/spec/task-place';
import type { PipelineSpec } from '../tekton/spec/wire';
import { ANNOTATIONS } from '../words/labels';
import { amount } from '../words/scalars';

/** The pods that runs make, as Tekton makes one of each Task: all steps are containers of it, and what they request adds up. */

export const RESOURCES = ['cpu', 'memory'] as const;
export type Amounts = Readonly<Record<(typeof RESOURCES)[number], number>>;

/** A pod of a run. */
export interface RunPod {
  /** For messages: `Task team-a/build-npm`. */
  readonly task: string;
  readonly namespace: string;
  /** In cores and bytes. */
  readonly requests: Amounts;
  readonly limits: Amounts;
  /** Steps that name no limit, by resource. */
  readonly unlimited: Readonly<Record<(typeof RESOURCES)[number], readonly string[]>>;
  readonly template: PodTemplate;
}

/** The pod of each Task, by `<namespace>/<name>`. */
export const podsOfTasks = (objects: readonly Manifest[]): ReadonlyMap<string, Omit<RunPod, 'template'>> =>
  new Map(objects.filter(isTask).map((task) => [`${task.metadata.namespace}/${task.metadata.name}`, podOf(task)]));

/** Each Task that a Pipeline runs, once for each way in which its pods are scheduled. */
export function podsOfRuns(objects: readonly Manifest[]): readonly RunPod[] {
  const tasks = podsOfTasks(objects);
  const pods = new Map<string, RunPod>();
  for (const pipeline of objects.filter(isPipeline)) {
    const { namespace, annotations } = pipeline.metadata;
    const templates = readPodTemplates(annotations?.[ANNOTATIONS.podTemplates] ?? '{}') ?? {};
    const { tasks: first, finally: last } = pipeline.spec as PipelineSpec;
    for (const { name, taskRef } of [...list(first), ...list(last)]) {
      // a Task that the team brings is not known here
      const place = taskPlace(taskRef, namespace);
      const pod = place && tasks.get(`${place.namespace}/${place.name}`);
      if (pod === undefined) continue;
      const template = templates[name] ?? templates[EVERY_TASK] ?? {};
      pods.set(`${pod.task} ${JSON.stringify(template)}`, { ...pod, template });
    }
  }
  return [...pods.values()];
}

function podOf(task: Manifest): Omit<RunPod, 'template'> {
  const containers = containersOf(taskView({ file: '', manifest: task }));
  const sum = (part: 'requests' | 'limits'): Amounts => {
    const [cpu, memory] = RESOURCES.map((resource) =>
      containers.reduce((total, { resources }) => total + amount(String(resources[part]?.[resource] ?? 0)), 0),
    );
    return { cpu: cpu!, memory: memory! };
  };
  const without = (resource: (typeof RESOURCES)[number]): readonly string[] =>
    containers
      .filter(({ resources }) => resources.limits?.[resource] === undefined)
      .map(({ container }) => container.name ?? '');
  return {
    task: describe(task),
    namespace: task.metadata.namespace ?? '',
    requests: sum('requests'),
    limits: sum('limits'),
    unlimited: { cpu: without('cpu'), memory: without('memory') },
  };
}

const MEBI = 2 ** 20;
/** An amount for a person: cores, or mebibytes. */
export const shown = (resource: string, value: number): string =>
  resource.endsWith('memory') ? `${Math.ceil(value / MEBI)}Mi` : `${Math.round(value * 1000) / 1000}`;

/** Both amounts for a person. */
export const shownBoth = ({ cpu, memory }: Amounts): string =>
  `${shown('cpu', cpu)} CPU and ${shown('memory', memory)} of memory`;

/** The pod that requests most, by memory and then by CPU. */
export const largest = (pods: readonly RunPod[]): RunPod | undefined =>
  [...pods].sort((a, b) => b.requests.memory - a.requests.memory || b.requests.cpu - a.requests.cpu)[0];
