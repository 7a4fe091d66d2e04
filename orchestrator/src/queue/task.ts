import { readResult } from '../../../lib/runs/report/told';
import type { FailedCase, Told } from '../../../lib/runs/report/told';
import { COMBINATION_PARAM, VERDICT_TASK, matrixTask } from '../../../lib/words/names';
import { FAILURE_RESULT, TESTS_RESULT } from '../../../lib/words/results';
import type { KubeApi, KubeObject } from '../../../lib/kube/api';
import type { Condition, Request } from './objects';
import { TASK_RUNS } from './objects';

/** The tasks of a run, as its TaskRuns tell them. */

type Results = readonly { readonly name: string; readonly value: unknown }[];

/** A TaskRun, as far as the queue and the reports read it. https://tekton.dev/docs/pipelines/taskruns/#monitoring-execution-status */
export interface TaskRun extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly ownerReferences?: readonly { readonly uid: string }[] };
  readonly spec?: { readonly params?: readonly { readonly name: string; readonly value?: unknown }[] };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly podName?: string;
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly steps?: readonly {
      readonly name: string;
      readonly container?: string;
      /** As the node had it: with its digest, once it is there. */
      readonly imageID?: string;
      readonly running?: { readonly startedAt?: string };
      readonly terminated?: {
        readonly exitCode: number;
        readonly reason?: string;
        readonly startedAt?: string;
        readonly finishedAt?: string;
      };
      /** Why it ended; `terminated.reason` does not tell what was skipped. */
      readonly terminationReason?: string;
      readonly results?: Results;
    }[];
  };
}

/** What is told about a TaskRun. */
export interface Task {
  /** In the Pipeline. Those of a matrix have one name. */
  readonly name: string;
  readonly combination?: CombinationOf;
  readonly state: 'passed' | 'failed' | 'cancelled' | 'running';
  /** Why it failed, in the words of the step that did, or else in Tekton's. */
  readonly message?: string;
  readonly startedAt?: string;
  readonly seconds?: number;
  /** The first step that failed: what it wrote tells more than what went on after it. */
  readonly step?: StepOfPod;
  /** The last lines that it wrote, if they still exist. */
  readonly log?: string;
  /** What its tests came to, if it has reports of some, and the step that read them. */
  readonly tests?: Told & { readonly step?: StepOfPod };
  /** Of its test cases that failed what that step wrote of them, if it still exists. */
  readonly failedCases?: readonly FailedCase[];
}

/** Of tests that run in several ways. */
export interface CombinationOf {
  readonly name: string;
  /** The task of the Pipeline that stands for all of them, though they may be of several. */
  readonly task: string;
}

interface StepOfPod {
  readonly pod: string;
  readonly container: string;
}

/** The label of TaskRuns and pods that bears the name of their task in the Pipeline. */
export const PIPELINE_TASK = 'tekton.dev/pipelineTask';

/** The TaskRuns of this very run, and not of another run of its name. */
export async function taskRunsOf(
  api: Pick<KubeApi, 'list'>,
  { metadata: { namespace, name }, status }: Request,
): Promise<readonly TaskRun[]> {
  if (status?.runUID === undefined) return [];
  const { items } = await api.list<TaskRun>(TASK_RUNS, namespace, `tekton.dev/pipelineRun=${name}`);
  return items.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === status.runUID));
}

/** How a task is called where it stands alone. */
export const titleOf = ({ name, combination }: Pick<Task, 'name' | 'combination'>): string =>
  combination === undefined ? name : `${combination.task} ${combination.name}`;

/** Which combination a TaskRun is, as Tekton was told by the Pipeline: nothing that runs in it may say so. */
export function combinationOf({ metadata, spec }: TaskRun): CombinationOf | undefined {
  const param = (name: string): string | undefined => {
    const value = spec?.params?.find((each) => each.name === name)?.value;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [name, app, task] = [param(COMBINATION_PARAM), param('app'), metadata.labels?.[PIPELINE_TASK]];
  return name === undefined || app === undefined || task === undefined
    ? undefined
    : { name, task: matrixTask(app, task) };
}

/** The tasks of a run, in the order in which they began. */
export const tasksOf = (taskRuns: readonly TaskRun[]): readonly Task[] =>
  taskRuns
    .map(taskOf)
    .sort((a, b) => (a.startedAt ?? '~').localeCompare(b.startedAt ?? '~') || titleOf(a).localeCompare(titleOf(b)));

/** What is told about one. */
export function taskOf(taskRun: TaskRun): Task {
  const { metadata, status = {} } = taskRun;
  const combination = combinationOf(taskRun);
  const { status: succeeded, reason = '', message } = status.conditions?.find(({ type }) => type === 'Succeeded') ?? {};
  const step = status.steps?.find(({ terminated }) => terminated !== undefined && terminated.exitCode !== 0);
  const isCancelled = ['TaskRunCancelled', 'Cancelled'].includes(reason);
  const reader = status.steps?.find((each) => resultOf(each, TESTS_RESULT) !== undefined);
  const tests = readResult(resultOf(reader, TESTS_RESULT));
  return {
    name: metadata.labels?.[PIPELINE_TASK] ?? metadata.name,
    ...(combination && { combination }),
    state: succeeded === 'True' ? 'passed' : succeeded !== 'False' ? 'running' : isCancelled ? 'cancelled' : 'failed',
    message: messageOf(status.steps) ?? message,
    startedAt: status.startTime,
    ...(status.startTime !== undefined &&
      status.completionTime !== undefined && {
        seconds: Math.round((Date.parse(status.completionTime) - Date.parse(status.startTime)) / 1000),
      }),
    ...(step && { step: placeOf(step, status.podName) }),
    ...(tests && { tests: { ...tests, step: reader && placeOf(reader, status.podName) } }),
  };
}

export type StepState = NonNullable<NonNullable<TaskRun['status']>['steps']>[number];

/** Tekton ends what comes after a step that failed, and says so here alone. https://tekton.dev/docs/pipelines/tasks/#specifying-onerror-for-a-step */
export const isSkipped = ({ terminationReason }: StepState): boolean => terminationReason === 'Skipped';

/**
 * Why a task failed, in the words of the step that ended it: the last that says something. One that failed before it let the task go on;
 * those after it were killed with their pod, and say nothing.
 */
export function messageOf(steps: readonly StepState[] = []): string | undefined {
  const failed = steps.filter((step) => (step.terminated?.exitCode ?? 0) !== 0 && !isSkipped(step));
  return failed
    .map((step) => resultOf(step, FAILURE_RESULT))
    .findLast((own): own is string => typeof own === 'string' && own !== '');
}

const resultOf = (step: StepState | undefined, result: string): unknown =>
  step?.results?.find(({ name }) => name === result)?.value;

const placeOf = ({ name, container }: StepState, pod: string | undefined): StepOfPod | undefined =>
  pod === undefined ? undefined : { pod, container: container ?? `step-${name}` };

const FAILURES_TOLD = 3;

/** The tasks that failed and why, in one line; undefined if none did. */
export function failureOf(tasks: readonly Task[]): string | undefined {
  const all = tasks.filter(({ state }) => state === 'failed');
  if (all.length === 0) return undefined;
  const others = all.filter(({ name }) => name !== VERDICT_TASK);
  const failed = others.length > 0 ? others : all;
  const told = failed.slice(0, FAILURES_TOLD).map((task) => `${titleOf(task)}: ${firstLine(task.message ?? 'failed')}`);
  return [...told, ...(failed.length > FAILURES_TOLD ? [`and ${failed.length - FAILURES_TOLD} more`] : [])].join('; ');
}

/** The first line that says anything: a table shows no other. */
export const firstLine = (text: string): string => text.trim().split('\n', 1)[0] ?? '';
