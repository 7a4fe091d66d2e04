import type { PipelineSpecTasks } from '../../imports/tekton.dev';
import type { Account } from '../words/names';
import type { Guard } from './guard';
import { renderGuard } from './guard';
import type { AnyTask, ResultDeclarations, WorkspaceDeclarations } from './interface';
import type { ParamDeclaration, ParamDeclarations, ParamValues } from './param';
import type { Expression, Origin, Status, StringValue, Value } from './value';
import { originsOf, present, render } from './value';

/** A task of a Pipeline: what may be said of it, and how it stands on the wire. https://tekton.dev/docs/pipelines/pipelines/#adding-tasks-to-the-pipeline */

/** References to the results of a task, by name. */
export type ResultRefs<R extends ResultDeclarations> = { readonly [N in keyof R]: Expression<R[N]['type']> };
/** Names of the params that may differ between combinations. */
export type StringNames<P extends ParamDeclarations> = {
  [N in keyof P]: P[N]['type'] extends 'string' ? N : never;
}[keyof P] &
  string;
type Given<V> = Record<never, never> extends V ? { readonly params?: V } : { readonly params: V };

/** A workspace of a Pipeline, to be bound to one of a Task. */
export interface PipelineWorkspace {
  readonly name: string;
  readonly owner: object;
}

/** Options of every task of a Pipeline. */
export interface Common<W extends WorkspaceDeclarations> {
  /** Runs only if every guard holds. */
  readonly when?: readonly Guard[];
  /** Longest that one attempt may take, such as `30m`. */
  readonly timeout: string;
  /** Only where a second attempt is safe. */
  readonly retries?: number;
  /** @default build - the account without rights */
  readonly account?: Account;
  readonly workspaces?: { readonly [N in keyof W]?: PipelineWorkspace };
}
/** Options of tasks outside of `finally`. */
export interface Ordered {
  /** Order without data; a result that is used makes its edge by itself. */
  readonly after?: readonly PipelineTask[];
  /** The run goes on when it fails; whoever uses its results is cut off. */
  readonly onError?: 'continue';
}

/** Options of `Pipeline.task`. */
export type TaskOptions<P extends ParamDeclarations, W extends WorkspaceDeclarations> = Common<W> &
  Ordered &
  Given<ParamValues<P>>;
/** Options of `Pipeline.finally`. Its params may read how tasks ended. */
export type FinallyOptions<P extends ParamDeclarations, W extends WorkspaceDeclarations> = Common<W> &
  Given<ParamValues<P, Status>>;
/** One of the TaskRuns of a task that fans out: its name, for people, and the params that are its own. */
export interface Combination<M extends string = string> {
  readonly name: string;
  readonly params: Readonly<Record<M, StringValue>>;
}
/** Options of `Pipeline.fanOut`. A param is given to all combinations or to each of them, not both. */
export type FanOutOptions<
  P extends ParamDeclarations,
  W extends WorkspaceDeclarations,
  M extends StringNames<P>,
> = Common<W> & Ordered & { readonly combinations: readonly Combination<M>[] } & Given<Omit<ParamValues<P>, M>>;

/** A task of a Pipeline: who is given one of its results runs after it. */
export interface PipelineTask<R extends ResultDeclarations = ResultDeclarations> {
  readonly name: string;
  readonly pipeline: object;
  readonly results: ResultRefs<R>;
  /** Succeeded, Failed or None; for `finally` alone. */
  readonly status: Status;
}
/** A matrixed task: each result is the list of what its combinations gave. */
export type FannedOut<R extends ResultDeclarations> = PipelineTask<{
  readonly [N in keyof R]: { type: 'array'; description: string };
}>;

/** Options as the Pipeline sees them, whatever the Task. */
export type AnyOptions = Common<WorkspaceDeclarations> &
  Ordered & { readonly params?: object; readonly combinations?: readonly Combination[] };

/** The inputs of a task: params that differ from the Task's own defaults, and those of each combination. */
export interface Inputs {
  readonly params: readonly (readonly [name: string, value: Value])[];
  readonly combinations: readonly Combination[];
  /** Where their expressions and those of the guards come from. */
  readonly origins: readonly Origin[];
}

export function inputsOf(task: AnyTask, options: AnyOptions): Inputs {
  const params = Object.entries((options.params ?? {}) as Record<string, Value | undefined>).filter(
    (param): param is [string, Value] => {
      const [name, value] = param;
      // what a Task takes by itself need not be said at each of its uses
      return value !== undefined && !isDefault(value, task.params[name]?.default);
    },
  );
  const { combinations = [] } = options;
  const origins: Origin[] = [];
  const come = (value: Value): void => void (typeof value === 'string' || origins.push(...originsOf(value)));
  for (const [, value] of params) come(value);
  for (const one of combinations) Object.values(one.params).forEach(come);
  for (const { input, values } of options.when ?? []) [input, values].forEach(come);
  return { params, combinations, origins };
}

/** Of lists and objects, where what they hold stands in the same order. */
const isDefault = (value: Value, byItself: ParamDeclaration['default']): boolean =>
  byItself !== undefined &&
  (value === byItself ||
    (typeof value === 'object' && originsOf(value).length === 0 && JSON.stringify(value) === JSON.stringify(byItself)));

/** @param after names of the tasks that it waits for without using a result of theirs */
export function renderTask(
  name: string,
  task: AnyTask,
  options: AnyOptions,
  { params, combinations }: Inputs,
  after: readonly string[],
): PipelineSpecTasks & { readonly name: string } {
  const given = ([id, value]: readonly [string, Value]) => ({ name: id, value: render(value) });
  return {
    name,
    taskRef: { kind: 'Task', name: task.name },
    params: present(params.map(given)),
    matrix: matrixOf(combinations),
    when: present((options.when ?? []).map(renderGuard)),
    runAfter: present(after),
    workspaces: present(
      Object.entries(options.workspaces ?? {}).map(([id, bound]) => ({ name: id, workspace: bound?.name })),
    ),
    timeout: options.timeout,
    retries: options.retries,
    onError: options.onError,
  };
}

/** Each combination is said whole: Tekton crosses lists, but takes none of what they make away. */
const matrixOf = (combinations: readonly Combination[]) =>
  combinations.length === 0
    ? undefined
    : {
        include: combinations.map(({ name, params }) => ({
          name,
          params: Object.entries(params).map(([id, value]) => ({ name: id, value: render(value) })),
        })),
      };
