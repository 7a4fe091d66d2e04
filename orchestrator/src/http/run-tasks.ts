import type { PipelineSpec, PipelineTask } from '../../../lib/tekton/spec/wire';
import { parents } from '../../../lib/tekton/spec/skip';
import { taskPlace } from '../../../lib/tekton/spec/task-place';
import type { KubeObject } from '../../../lib/kube/api';
import type { Condition } from '../queue/objects';
import { succeededOf } from '../queue/objects';
import type { StepState, TaskRun } from '../queue/task';
import { PIPELINE_TASK, combinationOf, isSkipped, messageOf } from '../queue/task';
import { byCombination } from '../../../lib/words/names';
import type { KeptTask } from '../test-reports/kept-run';

/** The tasks of a run as a graph: pure. What Tekton stores of the run says which there are, and its TaskRuns how they go. */

/** A PipelineRun, as far as its tasks are read from it. https://tekton.dev/docs/pipelines/pipelineruns/#monitoring-execution-status */
export interface WholeRun extends KubeObject {
  readonly spec: { readonly pipelineSpec?: PipelineSpec };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly pipelineSpec?: PipelineSpec;
    readonly skippedTasks?: readonly { readonly name: string; readonly reason?: string }[];
  };
}

export const TASK_STATES = ['waiting', 'running', 'passed', 'failed', 'cancelled', 'skipped'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** A step of a task. */
export interface ShownStep {
  readonly name: string;
  readonly state: TaskState;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly exitCode?: number;
}

/** One of the ways in which the tests of a task run. */
export interface ShownCombination extends Progress {
  readonly name: string;
}

/** A task of the run. One of a matrix stands for all of its combinations. */
export interface ShownTask {
  readonly name: string;
  /** Name of the Task that it runs. */
  readonly task?: string;
  readonly state: TaskState;
  /** Why it failed, or was skipped. */
  readonly message?: string;
  /** Names of the tasks that it waits for. */
  readonly after: readonly string[];
  /** Whether it runs at the end whatever happened. */
  readonly isFinal: boolean;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly steps: readonly ShownStep[];
  /** Of a matrix, those that have begun. */
  readonly combinations?: readonly ShownCombination[];
}

/** Tasks in the order of the Pipeline, those of `finally` last. A run that has not begun has those of its own Pipeline. */
export function shownTasks(run: WholeRun, taskRuns: readonly TaskRun[]): readonly ShownTask[] {
  const { tasks = [], finally: final = [] } = run.status?.pipelineSpec ?? run.spec.pipelineSpec ?? {};
  const skipped = new Map((run.status?.skippedTasks ?? []).map(({ name, reason }) => [name, reason]));
  const isOver = ['True', 'False'].includes(succeededOf(run)?.status ?? '');
  const shown = (task: PipelineTask, isFinal: boolean): ShownTask => {
    const own = taskRuns.filter(({ metadata }) => metadata.labels?.[PIPELINE_TASK] === task.name);
    return {
      name: task.name,
      task: taskPlace(task.taskRef, undefined)?.name,
      after: isFinal ? [] : parents(task),
      isFinal,
      ...(own.length > 0 ? begun(own) : notBegun(task.name, skipped, isOver)),
      ...combinationsOf(own),
    };
  };
  return [...tasks.map((task) => shown(task, false)), ...final.map((task) => shown(task, true))];
}

/** How far a task is, or one of its combinations. */
export type Progress = Pick<ShownTask, 'state' | 'message' | 'startedAt' | 'finishedAt' | 'steps'>;

const notBegun = (name: string, skipped: ReadonlyMap<string, string | undefined>, isOver: boolean): Progress => ({
  state: skipped.has(name) || isOver ? 'skipped' : 'waiting',
  message: skipped.get(name),
  steps: [],
});

function combinationsOf(taskRuns: readonly TaskRun[]): Pick<ShownTask, 'combinations'> {
  const combinations = taskRuns.flatMap((taskRun) => {
    const combination = combinationOf(taskRun);
    return combination === undefined ? [] : [{ name: combination.name, ...begun([taskRun]) }];
  });
  return combinations.length === 0 ? {} : { combinations: combinations.sort((a, b) => byCombination(a.name, b.name)) };
}

/** Of several combinations the worst tells the state, and shows its steps. */
function begun(taskRuns: readonly TaskRun[]): Progress {
  const worst = worstOf(taskRuns) as TaskRun;
  const state = stateOf(worst);
  const starts = taskRuns.flatMap(({ status }) => status?.startTime ?? []);
  const ends = taskRuns.flatMap(({ status }) => status?.completionTime ?? []);
  return {
    state,
    message: state === 'passed' ? undefined : (messageOf(worst.status?.steps) ?? conditionOf(worst)?.message),
    startedAt: starts.sort()[0],
    finishedAt: ends.length === taskRuns.length ? ends.sort().at(-1) : undefined,
    steps: (worst.status?.steps ?? []).map(stepOf),
  };
}

const worstOf = (taskRuns: readonly TaskRun[]): TaskRun | undefined =>
  [...taskRuns].sort((a, b) => RANK.indexOf(stateOf(a)) - RANK.indexOf(stateOf(b)))[0];

const RANK: readonly TaskState[] = ['failed', 'cancelled', 'running', 'waiting', 'passed', 'skipped'];

/** Reasons of Tekton. */
const CANCELLED: readonly string[] = ['TaskRunCancelled', 'Cancelled'];

const conditionOf = ({ status }: TaskRun) => status?.conditions?.find(({ type }) => type === 'Succeeded');

function stateOf(taskRun: TaskRun): TaskState {
  const { status: succeeded, reason = '' } = conditionOf(taskRun) ?? {};
  if (succeeded === 'True') return 'passed';
  if (succeeded === 'False') return CANCELLED.includes(reason) ? 'cancelled' : 'failed';
  return taskRun.status?.podName === undefined ? 'waiting' : 'running';
}

function stepOf(step: StepState): ShownStep {
  const { name, running, terminated } = step;
  if (terminated !== undefined)
    return {
      name,
      state: isSkipped(step) ? 'skipped' : terminated.exitCode === 0 ? 'passed' : 'failed',
      startedAt: terminated.startedAt,
      finishedAt: terminated.finishedAt,
      exitCode: terminated.exitCode,
    };
  return { name, state: running === undefined ? 'waiting' : 'running', startedAt: running?.startedAt };
}

/**
 * Tasks of a run that the cluster has no more, as it kept them. Which waited for which is not known.
 * @param hasSucceeded the run: then so did what was not over when this was kept
 */
export const keptAsShown = (tasks: readonly KeptTask[], hasSucceeded: boolean): readonly ShownTask[] =>
  tasks.map(({ name, succeeded = hasSucceeded || undefined, reason, message, startedAt, finishedAt, steps }) => ({
    name,
    state: endOf(succeeded, reason),
    message: succeeded === undefined ? 'it still ran when this was kept, so nobody knows how it ended' : message,
    after: [],
    isFinal: false,
    startedAt,
    finishedAt,
    steps: steps.map((step) => ({
      ...step,
      state: step.exitCode === undefined ? endOf(succeeded, reason) : step.exitCode === 0 ? 'passed' : 'failed',
    })),
  }));

const endOf = (succeeded: boolean | undefined, reason?: string): TaskState =>
  succeeded === undefined
    ? 'running'
    : succeeded
      ? 'passed'
      : CANCELLED.includes(reason ?? '')
        ? 'cancelled'
        : 'failed';

/** Where the log of a step is: of this combination, or of the one whose steps are shown. */
export function logOf(
  taskRuns: readonly TaskRun[],
  task: string,
  step: string,
  combination?: string,
): { readonly pod: string; readonly container: string } | undefined {
  const own = taskRuns.filter(
    (taskRun) =>
      taskRun.metadata.labels?.[PIPELINE_TASK] === task &&
      (combination === undefined || combinationOf(taskRun)?.name === combination),
  );
  const { podName, steps = [] } = worstOf(own)?.status ?? {};
  const found = steps.find(({ name }) => name === step);
  return found === undefined || podName === undefined
    ? undefined
    : { pod: podName, container: found.container ?? `step-${step}` };
}
