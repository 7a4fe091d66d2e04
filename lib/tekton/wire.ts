/**
 * A Pipeline as it stands on the wire: what a run is made from, be it read from `dist/` (raw) or from the cluster (with
 * Tekton's defaults filled in). Only the fields that pruning looks into are typed; others pass through untouched.
 * https://tekton.dev/docs/pipelines/pipeline-api/#tekton.dev/v1.PipelineSpec
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
}

/** https://tekton.dev/docs/pipelines/pipelines/#guard-task-execution-using-when-expressions */
export interface When {
  readonly input?: string;
  readonly operator?: 'in' | 'notin';
  readonly values?: readonly string[];
  /** Instead of the three above; only the cluster evaluates it. */
  readonly cel?: string;
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
  readonly taskRef?: { readonly name?: string; readonly kind?: string; readonly apiVersion?: string };
  readonly taskSpec?: object;
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

export const valueType = (value: ParamValue): ParamType =>
  typeof value === 'string' ? 'string' : isList(value) ? 'array' : 'object';

export const isList = (value: ParamValue): value is readonly string[] => Array.isArray(value);
