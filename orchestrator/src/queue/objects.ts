import { ANNOTATIONS, LABELS } from '../../../lib/words/labels';
import { PENDING } from '../../../lib/runs/run/pipeline-run';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { RUN_REQUEST } from '../../../lib/runs/ask/run-request';
import type { KindRef, KubeObject } from '../../../lib/kube/api';

/** The objects that the queue works with, as far as it reads them. */

export const REQUESTS: KindRef = {
  apiVersion: `${RUN_REQUEST.group}/${RUN_REQUEST.version}`,
  plural: RUN_REQUEST.plural,
};
export const RUNS: KindRef = { apiVersion: 'tekton.dev/v1', plural: 'pipelineruns' };
export const TASK_RUNS: KindRef = { apiVersion: 'tekton.dev/v1', plural: 'taskruns' };
export const PIPELINES: KindRef = { apiVersion: 'tekton.dev/v1', plural: 'pipelines' };
export const LEASES: KindRef = { apiVersion: 'coordination.k8s.io/v1', plural: 'leases' };

/** A RunRequest that the API server stores. */
export type Request = RunRequest & {
  readonly metadata: {
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
  };
};

/** A condition of a PipelineRun or TaskRun. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** A PipelineRun. */
export interface Run extends KubeObject {
  readonly metadata: KubeObject['metadata'] & {
    readonly namespace: string;
    readonly uid: string;
    readonly creationTimestamp: string;
  };
  readonly spec: { readonly status?: string };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly results?: readonly { readonly name: string; readonly value: unknown }[];
  };
}

/** A Lease `slot-<i>`. While it exists, the request whose UID it bears may have a run that goes on. */
export interface Slot extends KubeObject {
  readonly metadata: KubeObject['metadata'] & {
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
  readonly spec: { readonly holderIdentity?: string };
}

/** The `spec.status` of a run that waits to be started. https://tekton.dev/docs/pipelines/pipelineruns/#pending-pipelineruns */
export { PENDING };

/** Trims a PipelineRun to what the queue reads: without its Pipeline, which is most of it. */
export const trimRun = ({ metadata, spec, status }: Run): Run => ({
  metadata: {
    ...metadata,
    annotations: metadata.annotations && {
      [ANNOTATIONS.requestUid]: metadata.annotations[ANNOTATIONS.requestUid] ?? '',
    },
  },
  spec: { status: spec.status },
  status: status && {
    conditions: status.conditions,
    startTime: status.startTime,
    completionTime: status.completionTime,
    results: status.results,
  },
});

export { isFinal } from '../../../lib/runs/ask/run-request';
/** The UID of the request that a run was made for; empty for a run that somebody made by hand. */
export const requestUidOf = ({ metadata }: Run): string => metadata.annotations?.[ANNOTATIONS.requestUid] ?? '';
/** Whether a request has a run that Kueue has not let go on. */
export const isQueuedRun = ({ status }: Request): boolean => status?.runUID !== undefined && status.phase === 'Queued';
/** Whether a run waits to be started. */
export const isPending = (run: Run): boolean => run.spec.status === PENDING && !isDone(run);
/** The condition that says how a run ended. */
export const succeededOf = ({ status }: Pick<Run, 'status'>): Condition | undefined =>
  status?.conditions?.find(({ type }) => type === 'Succeeded');
/** Whether a run is over. */
export const isDone = (run: Pick<Run, 'status'>): boolean => ['True', 'False'].includes(succeededOf(run)?.status ?? '');
/** The name of the request that a slot is held for. */
export const requestNameOf = ({ metadata }: Slot): string => metadata.labels?.[LABELS.request] ?? '';
