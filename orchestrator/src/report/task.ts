import { FAILURE_RESULT } from '../../../lib/words/results';
import type { KubeObject } from '../../../lib/kube/api';
import type { Condition } from '../queue/objects';

/** A TaskRun, as far as reports read it. https://tekton.dev/docs/pipelines/taskruns/#monitoring-execution-status */
export interface TaskRun extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly ownerReferences?: readonly { readonly uid: string }[] };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly podName?: string;
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly results?: readonly { readonly name: string; readonly value: unknown }[];
    readonly steps?: readonly {
      readonly name: string;
      readonly container?: string;
      readonly terminated?: { readonly exitCode: number };
    }[];
  };
}

/** What a report says about a TaskRun. */
export interface Task {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'cancelled' | 'running';
  /** Why it failed, in the Task's own words, or else in Tekton's. */
  readonly message?: string;
  readonly startedAt?: string;
  readonly seconds?: number;
  /** The step that failed. */
  readonly step?: { readonly pod: string; readonly container: string };
  /** The last lines that it wrote, if they still exist. */
  readonly log?: string;
}

const PIPELINE_TASK = 'tekton.dev/pipelineTask';

/** The tasks of a run, in the order in which they began. */
export const tasksOf = (taskRuns: readonly TaskRun[]): readonly Task[] =>
  taskRuns
    .map(taskOf)
    .sort((a, b) => (a.startedAt ?? '~').localeCompare(b.startedAt ?? '~') || a.name.localeCompare(b.name));

function taskOf({ metadata, status = {} }: TaskRun): Task {
  const { status: succeeded, reason = '', message } = status.conditions?.find(({ type }) => type === 'Succeeded') ?? {};
  const step = status.steps?.find(({ terminated }) => terminated !== undefined && terminated.exitCode !== 0);
  const isCancelled = ['TaskRunCancelled', 'Cancelled'].includes(reason);
  const own = status.results?.find(({ name }) => name === FAILURE_RESULT)?.value;
  return {
    name: metadata.labels?.[PIPELINE_TASK] ?? metadata.name,
    state: succeeded === 'True' ? 'passed' : succeeded !== 'False' ? 'running' : isCancelled ? 'cancelled' : 'failed',
    message: typeof own === 'string' && own !== '' ? own : message,
    startedAt: status.startTime,
    ...(status.startTime !== undefined &&
      status.completionTime !== undefined && {
        seconds: Math.round((Date.parse(status.completionTime) - Date.parse(status.startTime)) / 1000),
      }),
    ...(step !== undefined &&
      status.podName !== undefined && {
        step: { pod: status.podName, container: step.container ?? `step-${step.name}` },
      }),
  };
}
