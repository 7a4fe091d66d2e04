import type { Manifest } from '../kube/manifest';
import { describe, list } from '../kube/manifest';
import type { PipelineManifest } from '../runs/run/compose';
import type { PodTemplate } from '../runs/run/pod-template';
import { EVERY_TASK, readPodTemplates } from '../runs/run/pod-template';
import type { StepResources } from '../runs/run/step-resources';
import { readTaskResources } from '../runs/run/step-resources';
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

/** Each Task that a Pipeline runs, once for each way in which its pods are scheduled and what these request. */
export const podsOfRuns = (objects: readonly Manifest[]): readonly RunPod[] => [
  ...new Map(
    objects
      .filter(isPipeline)
      .flatMap((pipeline) => [...podsOfPipeline(pipeline, objects).values()])
      .map((pod) => [JSON.stringify([pod.task, pod.template]), pod]),
  ).values(),
];

/**
 * The pod of each task of a Pipeline, by its name. A Task that the team brings is not known here.
 * @param objects among them its Tasks
 */
export function podsOfPipeline(
  { metadata, spec }: Manifest | PipelineManifest,
  objects: readonly Manifest[],
): ReadonlyMap<string, RunPod> {
  const tasks = new Map(
    objects.filter(isTask).map((task) => [`${task.metadata.namespace}/${task.metadata.name}`, task]),
  );
  const templates = readPodTemplates(metadata.annotations?.[ANNOTATIONS.podTemplates] ?? '{}') ?? {};
  const resources = readTaskResources(metadata.annotations?.[ANNOTATIONS.resources] ?? '{}') ?? {};
  const { tasks: first, finally: last } = spec as PipelineSpec;
  return new Map(
    [...list(first), ...list(last)].flatMap(({ name, taskRef }) => {
      const place = taskPlace(taskRef, metadata.namespace);
      const task = place && tasks.get(`${place.namespace}/${place.name}`);
      if (task === undefined) return [];
      const own = resources[name];
      return [
        [
          name,
          {
            ...podOf(task, own),
            task: own === undefined ? describe(task) : `${describe(task)} as ${name}`,
            template: templates[name] ?? templates[EVERY_TASK] ?? {},
          },
        ],
      ];
    }),
  );
}

/** @param own what single steps request in this use of the Task */
function podOf(task: Manifest, own: StepResources = {}): Omit<RunPod, 'template' | 'task'> {
  const containers = containersOf(taskView({ file: '', manifest: task })).map(({ container, resources }) => ({
    container,
    resources: own[container.name ?? ''] ?? resources,
  }));
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
