import type * as wire from '../wire';
import type { Param, When } from '../wire';

/** Tekton v1 as it is written: what the checks read of it, beside what is read to compose a run. https://tekton.dev/docs/pipelines/pipeline-api/ */

export type { Param, Matrix, When } from '../wire';
export { paramType, valueType } from '../wire';
export type Value = wire.ParamValue;

export interface ParamSpec extends wire.ParamSpec {
  readonly enum?: readonly string[];
}
export interface ResultSpec {
  readonly name: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
  readonly value?: Value;
}
export interface Workspace {
  readonly name: string;
  readonly optional?: boolean;
  readonly mountPath?: string;
}
export interface Ref {
  readonly name?: string;
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly resolver?: string;
  readonly params?: readonly Param[];
}
export interface Resources {
  readonly requests?: Readonly<Record<string, string | number>>;
  readonly limits?: Readonly<Record<string, string | number>>;
}
export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
}
export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: unknown;
}
/** What containers, steps and sidecars share. */
export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly unknown[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  /** Of a container of a Pod. */
  readonly resources?: Resources;
  /** Of a step or sidecar. */
  readonly computeResources?: Resources;
}
export interface Step extends Container {
  readonly script?: string;
  readonly workingDir?: string;
  readonly timeout?: string;
  readonly onError?: string;
  readonly ref?: Ref;
  readonly params?: readonly Param[];
  readonly results?: readonly ResultSpec[];
  readonly workspaces?: readonly Workspace[];
  readonly when?: readonly When[];
  readonly stdoutConfig?: unknown;
  readonly stderrConfig?: unknown;
}
export interface Volume {
  readonly name: string;
  readonly [source: string]: unknown;
}
export interface TaskSpec {
  readonly params?: readonly ParamSpec[];
  readonly results?: readonly ResultSpec[];
  readonly workspaces?: readonly Workspace[];
  readonly volumes?: readonly Volume[];
  readonly stepTemplate?: Step;
  readonly steps?: readonly Step[];
  readonly sidecars?: readonly Step[];
}
export interface PipelineTask extends Omit<wire.PipelineTask, 'taskRef' | 'taskSpec'> {
  readonly taskRef?: Ref;
  readonly taskSpec?: TaskSpec & { readonly apiVersion?: string; readonly kind?: string };
  readonly pipelineRef?: Ref;
  readonly pipelineSpec?: object;
}
export interface PipelineSpec extends Omit<wire.PipelineSpec, 'params' | 'results' | 'tasks' | 'finally'> {
  readonly params?: readonly ParamSpec[];
  readonly results?: readonly ResultSpec[];
  readonly tasks?: readonly PipelineTask[];
  readonly finally?: readonly PipelineTask[];
}

/** A result without a type is a string. */
export const resultType = (result: ResultSpec): string => result.type ?? 'string';
