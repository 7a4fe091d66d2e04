import { amount } from '../../../lib/words/scalars';
import type { KindRef, KubeObject } from '../../../lib/kube/api';
import type { Condition } from './objects';
import { PIPELINE_TASK, firstLine } from './task';

/** The pods of runs, and why one of them does not run: pure. */

export const PODS: KindRef = { apiVersion: 'v1', plural: 'pods' };
/** The label by which Tekton says of a pod which run it is of. Pods without one are of no run. */
export const OF_RUNS = 'tekton.dev/pipelineRunUID';
/** Field selector of the pods that are not over, which are few, however many runs are kept. */
export const UNFINISHED = 'status.phase!=Succeeded,status.phase!=Failed';

/** A pod of a TaskRun, as far as the queue reads it. */
export interface Pod extends KubeObject {
  readonly spec?: {
    readonly nodeName?: string;
    readonly initContainers?: readonly Container[];
    readonly containers: readonly Container[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

/** Trims a pod to what is read of it. Of one that runs that is only which run it is of. */
export function trimPod({
  metadata: { name, namespace, resourceVersion, creationTimestamp, ...rest },
  ...pod
}: Pod): Pod {
  const labels = { [OF_RUNS]: rest.labels?.[OF_RUNS] ?? '', [PIPELINE_TASK]: rest.labels?.[PIPELINE_TASK] ?? name };
  const metadata = { name, namespace, resourceVersion, creationTimestamp, labels };
  const phase = pod.status?.phase;
  if (phase !== 'Pending') return { metadata, status: { phase } };
  const container = ({ name, image, resources }: Container): Container => ({ name, image, resources });
  const status = ({ name, state }: ContainerStatus): ContainerStatus => ({ name, state });
  return {
    metadata,
    spec: pod.spec && {
      nodeName: pod.spec.nodeName,
      initContainers: pod.spec.initContainers?.map(container),
      containers: pod.spec.containers.map(container),
    },
    status: {
      phase,
      conditions: pod.status?.conditions?.filter(({ type }) => type === 'PodScheduled'),
      initContainerStatuses: pod.status?.initContainerStatuses?.map(status),
      containerStatuses: pod.status?.containerStatuses?.map(status),
    },
  };
}

/** Why a task does not run. */
export interface Wait {
  readonly task: string;
  /** What it waits for. While that is the same, its text is not told anew for every word that changes. */
  readonly for: 'image' | 'container' | 'node' | 'start' | 'pod';
  readonly text: string;
  /** The pod, where Events may say more than it does. */
  readonly pod?: string;
}

/** The UID of the run that a pod is of. */
export const runOfPod = ({ metadata }: Pod): string => metadata.labels?.[OF_RUNS] ?? '';

/** A pod takes some seconds to be placed and begun. One that takes longer waits for something. */
export const PATIENCE_MS = 20_000;

/** https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/images/types.go */
const IMAGE_REASONS = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ImageInspectError',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'InvalidImageName',
  'SignatureValidationFailed',
];
/** https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/kuberuntime/kuberuntime_container.go */
const CONTAINER_REASONS = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'];

/**
 * Why a pod does not run; undefined if it does, or has not had the time to.
 * @param cause what Events say of it
 */
export function waitOf(pod: Pod, now: number, cause?: string): Wait | undefined {
  if (pod.status?.phase !== 'Pending') return undefined;
  const task = pod.metadata.labels?.[PIPELINE_TASK] ?? pod.metadata.name;
  return waitOfContainer(pod, task) ?? (now - createdAt(pod) < PATIENCE_MS ? undefined : waitOfPod(pod, task, cause));
}

/** When a pod was made. */
export const createdAt = ({ metadata }: Pod): number => Date.parse(metadata.creationTimestamp ?? '');

function waitOfContainer({ spec, status = {} }: Pod, task: string): Wait | undefined {
  const states = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  for (const { name, state } of states) {
    const { reason = '', message = reason } = state?.waiting ?? {};
    if (IMAGE_REASONS.includes(reason)) {
      const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
      const image = containers.find((container) => container.name === name)?.image ?? 'of a step';
      const text = `${task} cannot pull image ${image}: ${pullError(message)}. Is it there, and may the pod pull it (secrets.names.imagePull of the team)?`;
      return { task, for: 'image', text };
    }
    if (CONTAINER_REASONS.includes(reason))
      return { task, for: 'container', text: `${task} cannot start container ${name}: ${firstLine(message)}` };
  }
  return undefined;
}

/** The kubelet says between two tries that it waits, and then what the try before said. */
function pullError(message: string): string {
  const [, said] = message.split('ErrImagePull: ');
  return withoutStop(firstLine(said ?? message));
}

function waitOfPod({ metadata: { name, namespace }, spec, status }: Pod, task: string, cause?: string): Wait {
  const look = `\`kubectl describe pod ${name} --namespace ${namespace}\` says more`;
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status !== 'False')
    return {
      task,
      for: 'start',
      pod: name,
      text: `${task} waits on node ${spec?.nodeName}${cause === undefined ? ' for its images or its volumes: ' : `: ${withoutStop(cause)}. `}${look}`,
    };
  // after that sentence the scheduler says of which other pods the end would not help
  const [why = ''] = (scheduled.message ?? scheduled.reason ?? 'it is not placed').split('. ', 1);
  const remedy = why.includes('Insufficient')
    ? 'Free or add nodes, or let fewer pods run at once (maxParallelBuilds and maxConcurrentRuns of the team)'
    : look;
  return { task, for: 'node', text: `${task} waits for a node: ${withoutStop(why)}${asked(spec)}. ${remedy}` };
}

/** What the containers of a pod ask for in all. */
function asked(spec: Pod['spec']): string {
  const total = (resource: string): number =>
    (spec?.containers ?? []).reduce((sum, { resources }) => sum + amount(resources?.requests?.[resource] ?? '0'), 0);
  const [cpu, memory] = [total('cpu'), total('memory')];
  const parts = [
    ...(cpu > 0 ? [cpu < 1 ? `${Math.round(cpu * 1000)}m CPU` : `${cpu} CPU`] : []),
    ...(memory > 0 ? [`${Math.ceil(memory / MI)}Mi memory`] : []),
  ];
  return parts.length === 0 ? '' : ` (its pod asks for ${parts.join(', ')})`;
}

const MI = 2 ** 20;

const withoutStop = (text: string): string => (text.endsWith('.') ? text.slice(0, -1) : text);
