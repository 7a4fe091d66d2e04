import type { ParamDeclarations } from './param';

/** What others see of a Task: its name, and what it takes and gives. */

/** A result: its type, and what it holds. */
export interface ResultDeclaration<T extends 'string' | 'array' = 'string' | 'array'> {
  readonly type: T;
  readonly description: string;
}
/** Results of a Task, by name. */
export type ResultDeclarations = Readonly<Record<string, ResultDeclaration>>;

/**
 * Declares a result of a Task: `results: { IMAGE_DIGEST: Result.string('the image that was built') }`. Its value is that of
 * the one step that gives a result of this name.
 * https://tekton.dev/docs/pipelines/tasks/#emitting-results
 */
export const Result = {
  string: (description: string): ResultDeclaration<'string'> => ({ type: 'string', description }),
  /** The file holds a JSON array of strings. */
  array: (description: string): ResultDeclaration<'array'> => ({ type: 'array', description }),
};

/** A volume that a run brings. https://tekton.dev/docs/pipelines/workspaces/ */
export interface WorkspaceDeclaration {
  readonly description: string;
  /** @default false */
  readonly optional?: boolean;
  /** @default false */
  readonly readOnly?: boolean;
  /** @default /workspace/<name> */
  readonly mountPath?: string;
}
/** Workspaces of a Task or a Pipeline, by name. */
export type WorkspaceDeclarations = Readonly<Record<string, WorkspaceDeclaration>>;

/** What a Pipeline needs to know of a Task that it runs. A `Task` is one; `externalTask` makes one of a Task made elsewhere. */
export interface TaskInterface<
  P extends ParamDeclarations,
  R extends ResultDeclarations,
  W extends WorkspaceDeclarations,
> {
  readonly name: string;
  readonly params: P;
  readonly results: R;
  readonly workspaces: W;
}

/** Any Task, where its params, results and workspaces do not matter to the types. */
export type AnyTask = TaskInterface<ParamDeclarations, ResultDeclarations, WorkspaceDeclarations>;

/**
 * A Task that is not made here, such as a hook that a team brings: a Pipeline renders a `taskRef` of this name, and nothing
 * is emitted, since the cluster holds it already.
 */
export const externalTask = <P extends ParamDeclarations>(
  name: string,
  params: P,
): TaskInterface<P, Record<never, never>, Record<never, never>> => ({
  name,
  params,
  results: {},
  workspaces: {},
});
