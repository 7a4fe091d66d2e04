import { isBuildTask } from '../../words/names';
import type { PipelineTask, When } from './wire';
import { isList } from './wire';
import { expressionsIn, isOpen, isWholeArray, taskOf } from './expression';
import type { Values } from './param-values';
import { wholeArray, withParams } from './param-values';
import { inOrder } from '../../words/order';

/**
 * Which tasks of a Pipeline start, as far as the params of the run tell. Tekton skips a task in two ways:
 * - `guarded`: its own `when` is false. What merely runs after it still runs; what consumes its results is cut off.
 * - `cut-off`: a result that it consumes will never be there, or its matrix is empty. All that is after it is cut off,
 *   unless its own `when` is false, which counts first.
 * https://tekton.dev/docs/pipelines/pipelines/#guard-task-execution-using-when-expressions
 */
export type Fate = 'starts' | 'guarded' | 'cut-off';

export interface Outlook {
  readonly fates: ReadonlyMap<string, Fate>;
  /** Of each task that starts: the guards that only the run can tell, empty if there are none. */
  readonly guards: ReadonlyMap<string, readonly When[]>;
  /**
   * False if what starts may differ once the tasks that never start are gone and lanes are laid anew. That is so where
   * only the run can tell
   * - in which of the two ways a task is skipped that others wait for,
   * - whether those in front of a guarded task are cut off, from which the guarded one shields what is behind it,
   * - whether a build is cut off, and with it the rest of its lane.
   */
  readonly certain: boolean;
}

/** Tasks whose results a task consumes: the edges of Tekton that carry data. */
export function producers(task: PipelineTask): readonly string[] {
  const { params, matrix, when, taskSpec } = task;
  const consumed = expressionsIn([params, matrix, when, taskSpec]).flatMap((expression) => {
    const found = taskOf(expression);
    return found?.what === 'results' ? [found.task] : [];
  });
  return [...new Set(consumed)];
}

/** All that a task waits for. */
export const parents = (task: PipelineTask): readonly string[] => [
  ...new Set([...(task.runAfter ?? []), ...producers(task)]),
];

export function outlook(tasks: readonly PipelineTask[], values: Values): Outlook {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const waitedFor = new Set(tasks.flatMap(parents));
  const fates = new Map<string, Fate>();
  const guards = new Map<string, readonly When[]>();
  /** Those that start, but may be cut off during the run. */
  const exposed = new Set<string>();
  let certain = true;

  for (const name of inOrder([...byName.keys()], (of) => parentsOf(byName, of))) {
    const task = byName.get(name) as PipelineTask;
    const missing = producers(task).some((producer) => fates.get(producer) !== 'starts');
    // Tekton puts in the results that a task consumes all or none: if one is missing, `when` compares the bare text.
    const verdicts = (task.when ?? []).map((guard) => ({ guard, holds: holds(guard, values, missing) }));
    const open = verdicts.filter(({ holds }) => holds === undefined).map(({ guard }) => guard);
    const cutOff =
      missing || emptyMatrix(task, values) || parents(task).some((parent) => fates.get(parent) === 'cut-off');

    const behindExposed = parentsOf(byName, name).some((parent) => exposed.has(parent) && !isLaneEdge(parent, name));
    if (verdicts.some(({ holds }) => holds === false)) {
      fates.set(name, 'guarded');
      if (behindExposed && waitedFor.has(name)) certain = false;
    } else if (cutOff) {
      fates.set(name, 'cut-off');
      if (open.length > 0 && waitedFor.has(name)) certain = false;
    } else {
      fates.set(name, 'starts');
      guards.set(name, open);
      if (behindExposed || mayBeCutOff(task, byName, guards)) exposed.add(name);
    }
  }
  const builds = [...guards.keys()].filter(isBuildTask);
  return { fates, guards, certain: certain && !(builds.length > 1 && builds.some((build) => exposed.has(build))) };
}

/** Lanes bound parallelism and nothing else: exactly the `runAfter` from a build to a build. */
export const isLaneEdge = (before: string, after: string): boolean => isBuildTask(before) && isBuildTask(after);

const parentsOf = (tasks: ReadonlyMap<string, PipelineTask>, name: string): readonly string[] => {
  const task = tasks.get(name);
  return task === undefined ? [] : parents(task);
};

/** Whether a task that starts by its params may turn out cut off during the run. */
function mayBeCutOff(
  task: PipelineTask,
  tasks: ReadonlyMap<string, PipelineTask>,
  guards: ReadonlyMap<string, readonly When[]>,
): boolean {
  const consumed = producers(task);
  if (consumed.some((producer) => (guards.get(producer)?.length ?? 0) > 0)) return true;
  if (consumed.some((producer) => tasks.get(producer)?.onError === 'continue')) return true;
  return expressionsIn(task.matrix).some((expression) => taskOf(expression) !== undefined);
}

/**
 * Whether a guard holds; undefined if only the run can tell.
 * @param bare results of tasks will stay as they are written
 */
export function holds(guard: When, values: Values, bare = false): boolean | undefined {
  if (guard.cel !== undefined && guard.cel !== '') return undefined;
  const put = (text: string) => withParams(text, values);
  const input = put(guard.input ?? '');
  // Here, unlike in params, Tekton expands an array only in this one spelling.
  const list = (guard.values ?? []).flatMap(
    (text) =>
      (text.startsWith('$(params.') && isWholeArray(text) ? wholeArray(text, values) : undefined) ?? [put(text)],
  );
  const settled = (text: string) =>
    !isOpen(text) || (bare && expressionsIn(text).every((expression) => taskOf(expression)?.what === 'results'));
  if (![input, ...list].every(settled)) return undefined;
  return list.includes(input) === (guard.operator === 'in');
}

/** A matrix with an empty list makes no TaskRun: the task is skipped. */
export const emptyMatrix = (task: PipelineTask, values: Values): boolean =>
  (task.matrix?.params ?? []).some(({ value }) => {
    if (typeof value === 'string') return wholeArray(value, values)?.length === 0;
    return isList(value) && value.flatMap((text) => wholeArray(text, values) ?? [text]).length === 0;
  });
