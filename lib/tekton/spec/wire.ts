import type { Container, Resources, Volume } from '../../kube/container';

/**
 * Tasks and Pipelines as they stand on the wire: in `dist/` (raw), or in the cluster (with Tekton's defaults filled in).
 * Only the fields that pruning and the admission rules look into are typed; others pass through untouched.
 * https://tekton.dev/docs/pipelines/pipeline-api/
 */

export type ParamType = 'string' | 'array' | 'object';
export type ParamValue = string | readonly string[] | Readonly<Record<string, string>>;

export interface Param {
  readonly name: string;
  readonly value: ParamValue;
}

export interface ParamSpec {
  readonly name: string;
  /** Raw: absent where `properties` or the default tell it; else string. */
  readonly type?: ParamType;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, { readonly type?: 'string' }>>;
  readonly default?: ParamValue;
  readonly enum?: readonly string[];
}

/** https://tekton.dev/docs/pipelines/pipelines/#guard-task-execution-using-when-expressions */
export interface When {
  readonly input?: string;
  readonly operator?: 'in' | 'notin';
  readonly values?: readonly string[];
  /** Instead of the three above; only the cluster evaluates it. */
  readonly cel?: string;
}

/** A result of a Task or of one of its steps. */
export interface TaskResult {
  readonly name: string;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
  readonly value?: ParamValue;
}

/** Of a Task. */
export interface Workspace {
  readonly name: string;
  readonly optional?: boolean;
  readonly mountPath?: string;
}

/** What a step or a pipeline task runs that is written elsewhere. */
export interface Ref {
  readonly name?: string;
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly resolver?: string;
  readonly params?: readonly Param[];
}

/** A step, a sidecar or the template of steps. */
export interface Step extends Omit<Container, 'resources'> {
  readonly computeResources?: Resources;
  readonly script?: string;
  readonly workingDir?: string;
  readonly timeout?: string;
  readonly onError?: string;
  readonly ref?: Ref;
  readonly params?: readonly Param[];
  readonly results?: readonly TaskResult[];
  readonly workspaces?: readonly Workspace[];
  readonly when?: readonly When[];
  readonly stdoutConfig?: unknown;
  readonly stderrConfig?: unknown;
}

export interface TaskSpec {
  readonly params?: readonly ParamSpec[];
  readonly results?: readonly TaskResult[];
  readonly workspaces?: readonly Workspace[];
  readonly volumes?: readonly Volume[];
  readonly stepTemplate?: Step;
  readonly steps?: readonly Step[];
  readonly sidecars?: readonly Step[];
}

/** https://tekton.dev/docs/pipelines/matrix/ */
export interface Matrix {
  readonly params?: readonly Param[];
  readonly include?: readonly { readonly name?: string; readonly params?: readonly Param[] }[];
}

export interface PipelineTask {
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly taskRef?: Ref;
  readonly taskSpec?: TaskSpec & { readonly apiVersion?: string; readonly kind?: string };
  readonly pipelineRef?: Ref;
  readonly pipelineSpec?: object;
  readonly when?: readonly When[];
  readonly runAfter?: readonly string[];
  readonly params?: readonly Param[];
  readonly matrix?: Matrix;
  readonly workspaces?: readonly { readonly name: string; readonly workspace?: string; readonly subPath?: string }[];
  readonly timeout?: string;
  readonly retries?: number;
  readonly onError?: string;
}

export interface PipelineResult {
  readonly name: string;
  readonly type?: ParamType;
  readonly description?: string;
  readonly value: ParamValue;
}

export interface PipelineSpec {
  readonly displayName?: string;
  readonly description?: string;
  readonly params?: readonly ParamSpec[];
  readonly workspaces?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly optional?: boolean;
  }[];
  readonly tasks?: readonly PipelineTask[];
  readonly finally?: readonly PipelineTask[];
  readonly results?: readonly PipelineResult[];
}

/** The type that Tekton's webhook gives a param whose type is not written. */
export function paramType(spec: ParamSpec): ParamType {
  if (spec.type !== undefined) return spec.type;
  if (spec.properties !== undefined) return 'object';
  return spec.default === undefined ? 'string' : valueType(spec.default);
}

/** A result without a type is a string. */
export const resultType = (result: TaskResult): string => result.type ?? 'string';

export const valueType = (value: ParamValue): ParamType =>
  typeof value === 'string' ? 'string' : isList(value) ? 'array' : 'object';

export const isList = (value: ParamValue): value is readonly string[] => Array.isArray(value);
