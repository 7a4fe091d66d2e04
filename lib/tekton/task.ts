import { Construct } from 'constructs';
import {
  TaskSpecStepsComputeResourcesLimits as Limit,
  TaskSpecStepsComputeResourcesRequests as Request,
  Task as TaskKind,
} from '../../imports/tekton.dev';
import { ANNOTATIONS } from '../words/labels';
import { FAILURE_RESULT } from '../words/results';
import { SynthError } from '../words/problem';
import { emit } from '../kube/emit';
import type { ParamDeclarations, ParamRefs } from './param';
import { paramRefs, renderParams } from './param';
import type { ArrayValue, Origin, StringValue } from './value';
import { Expression, originsOf, render, renderList } from './value';

/** https://tekton.dev/docs/pipelines/tasks/ */

/** Result name → its type; the description says what it holds. */
export interface ResultDeclaration<T extends 'string' | 'array' = 'string' | 'array'> {
  readonly type: T;
  readonly description: string;
}
export type ResultDeclarations = Readonly<Record<string, ResultDeclaration>>;
export const Result = {
  string: (description: string): ResultDeclaration<'string'> => ({ type: 'string', description }),
  array: (description: string): ResultDeclaration<'array'> => ({ type: 'array', description }),
};

export interface WorkspaceDeclaration {
  readonly description: string;
  readonly optional?: boolean;
  readonly readOnly?: boolean;
  readonly mountPath?: string;
}
export type WorkspaceDeclarations = Readonly<Record<string, WorkspaceDeclaration>>;

/** What a Pipeline needs to know of a Task that it runs: its name and its interface. */
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

/** A Task that is not made here, such as a hook that a team brings. */
export const externalTask = <P extends ParamDeclarations>(
  name: string,
  params: P,
): TaskInterface<P, Record<never, never>, Record<never, never>> => ({
  name,
  params,
  results: {},
  workspaces: {},
});

export interface Resources {
  readonly requests: Readonly<Record<'cpu' | 'memory', string>>;
  readonly limits: Readonly<Record<'cpu' | 'memory', string>>;
}

export interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

/** A volume of the Task; names may come from params. https://tekton.dev/docs/pipelines/tasks/#specifying-volumes */
export type Volume = { readonly name: string } & (
  | { readonly emptyDir: { readonly sizeLimit?: string; readonly medium?: 'Memory' } }
  | {
      readonly secret: {
        readonly secretName: StringValue;
        readonly optional?: boolean;
        readonly defaultMode?: number;
        readonly items?: readonly { readonly key: string; readonly path: string }[];
      };
    }
  | { readonly configMap: { readonly name: StringValue; readonly optional?: boolean; readonly defaultMode?: number } }
  | { readonly persistentVolumeClaim: { readonly claimName: StringValue; readonly readOnly?: boolean } }
);

/** What a step is told of its own pod. https://kubernetes.io/docs/concepts/workloads/pods/downward-api/ */
export interface PodField {
  readonly fieldPath: string;
}
/** A label of the pod. Tekton passes those of a Pipeline on to its runs, and those of a run on to its pods. */
export const podLabel = (name: string): PodField => ({ fieldPath: `metadata.labels['${name}']` });
/** Name of the PipelineRun that a TaskRun belongs to; empty for one that was started by itself. */
export const PIPELINE_RUN_NAME: PodField = podLabel('tekton.dev/pipelineRun');

type StepEnv = Readonly<Record<string, StringValue | PodField | undefined>>;

export interface Step {
  readonly name: string;
  /** Exact version; from the image table, or by a param that is given one. */
  readonly image: StringValue;
  /** Text of a script file: values reach it by `env` and `args` alone. */
  readonly script: string;
  readonly env?: StepEnv;
  /** Arguments of the script; an array param is spread. */
  readonly args?: ArrayValue;
  readonly workingDir?: string;
  readonly resources: Resources;
  /** @default - the Task's */
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly mounts?: readonly Mount[];
  readonly timeout?: string;
  readonly onError?: 'continue' | 'stopAndFail';
  /** Results of this step, for later steps by `stepResult`; the script writes each to the file in `RESULT_<NAME>`. */
  readonly results?: readonly string[];
  /** Runs only if every guard holds. */
  readonly when?: readonly Guard[];
}

/** https://tekton.dev/docs/pipelines/pipelines/#guard-task-execution-using-when-expressions */
export interface Guard {
  readonly input: StringValue;
  readonly operator: 'in' | 'notin';
  readonly values: ArrayValue;
}
export const isIn = (input: StringValue, values: ArrayValue): Guard => ({ input, operator: 'in', values });
export const notIn = (input: StringValue, values: ArrayValue): Guard => ({ input, operator: 'notin', values });

export interface TaskRefs<P extends ParamDeclarations, R extends ResultDeclarations, W extends WorkspaceDeclarations> {
  readonly params: ParamRefs<P>;
  /** Where a step writes a result of the Task; passed by `env`. */
  readonly results: { readonly [N in keyof R]: { readonly path: Expression<'string'> } };
  readonly workspaces: {
    readonly [N in keyof W]: { readonly path: Expression<'string'>; readonly bound: Expression<'string'> };
  };
  /** A result of an earlier step. */
  readonly stepResult: (step: string, result: string) => Expression<'string'>;
}

export interface TaskProps<P extends ParamDeclarations, R extends ResultDeclarations, W extends WorkspaceDeclarations> {
  readonly description: string;
  readonly params?: P;
  readonly results?: R;
  readonly workspaces?: W;
  readonly volumes?: (refs: TaskRefs<P, R, W>) => readonly Volume[];
  readonly steps: (refs: TaskRefs<P, R, W>) => readonly Step[];
  /** Security context of every step that names none. */
  readonly securityContext?: Readonly<Record<string, unknown>>;
  /** Environment of every step. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A Task. Its name is its identity in the namespace: Tekton looks it up when a run starts, so its interface only grows.
 * Each has result `MESSAGE`, which a step that fails writes to the file in MESSAGE_PATH: Tekton keeps the results of a
 * TaskRun that failed, too.
 * @throws SynthError[foreign-reference] for a reference of another Task or of a Pipeline
 * @throws SynthError[unknown-step-result] for a result that no earlier step declares
 */
export class Task<
  P extends ParamDeclarations = Record<never, never>,
  R extends ResultDeclarations = Record<never, never>,
  W extends WorkspaceDeclarations = Record<never, never>,
>
  extends Construct
  implements TaskInterface<P, R, W>
{
  readonly params: P;
  readonly results: R;
  readonly workspaces: W;

  constructor(
    scope: Construct,
    readonly name: string,
    props: TaskProps<P, R, W>,
  ) {
    super(scope, name);
    this.params = props.params ?? ({} as P);
    this.results = props.results ?? ({} as R);
    this.workspaces = props.workspaces ?? ({} as W);
    const refs = this.refs();
    const steps = props.steps(refs);
    const volumes = props.volumes?.(refs) ?? [];
    this.checkOrigins(steps, volumes);
    // Tekton merges the template's into a step's field by field: a step of its own settings could not be without one
    const mixed = steps.some((step) => step.securityContext !== undefined);
    emit(
      this,
      TaskKind,
      { name, annotations: { [ANNOTATIONS.syncWave]: '1' } },
      {
        spec: {
          description: props.description,
          params: present(renderParams(this.params)) as never,
          results: Object.entries({ ...this.results, ...FAILURE }).map(([id, declared]) => ({
            name: id,
            ...declared,
          })) as never,
          workspaces: present(
            Object.entries(this.workspaces).map(([id, declared]) => ({ name: id, ...declared })),
          ) as never,
          volumes: present(volumes.map(renderTree)) as never,
          stepTemplate: {
            computeResources: {},
            securityContext: mixed ? undefined : props.securityContext,
            env: [...renderEnv(props.env ?? {}), FAILURE_PATH],
          },
          steps: steps.map((step) =>
            renderStep(mixed ? { ...step, securityContext: step.securityContext ?? props.securityContext } : step),
          ) as never,
        },
      },
    );
  }

  private refs(): TaskRefs<P, R, W> {
    const each = <D extends object, T>(declared: D, make: (name: string) => T) =>
      Object.fromEntries(Object.keys(declared).map((name) => [name, make(name)])) as { readonly [N in keyof D]: T };
    const ref = (kind: 'result-path' | 'workspace' | 'step-result', name: string, rendered: string) =>
      new Expression<'string'>(rendered, [{ kind, owner: this, name }]);
    return {
      params: paramRefs(this, this.params),
      results: each(this.results, (name) => ({ path: ref('result-path', name, `$(results.${name}.path)`) })),
      workspaces: each(this.workspaces, (name) => ({
        path: ref('workspace', name, `$(workspaces.${name}.path)`),
        bound: ref('workspace', name, `$(workspaces.${name}.bound)`),
      })),
      stepResult: (step, result) => ref('step-result', `${step}.${result}`, `$(steps.${step}.results.${result})`),
    };
  }

  private checkOrigins(steps: readonly Step[], volumes: readonly Volume[]): void {
    const check = (where: string, origins: readonly Origin[], stepResults: ReadonlySet<string>) => {
      for (const origin of origins) {
        if (origin.owner !== this && !(origin.kind === 'context' && origin.owner === 'task')) {
          throw new SynthError(
            'foreign-reference',
            `task '${this.name}': ${where} uses ${describe(origin)}, which is not this Task's`,
          );
        }
        if (origin.kind === 'step-result' && !stepResults.has(origin.name)) {
          throw new SynthError(
            'unknown-step-result',
            `task '${this.name}': ${where} uses step result '${origin.name}', which no earlier step declares`,
          );
        }
      }
    };
    const earlier = new Set<string>();
    for (const step of steps) {
      const values = [
        step.image,
        ...Object.values(step.env ?? {}).filter(
          (value): value is StringValue => value !== undefined && !isPodField(value),
        ),
        step.args ?? [],
        ...(step.when ?? []).flatMap((guard) => [guard.input, guard.values]),
      ];
      check(`step '${step.name}'`, values.flatMap(originsOf), earlier);
      for (const result of step.results ?? []) earlier.add(`${step.name}.${result}`);
    }
    for (const volume of volumes) check(`volume '${volume.name}'`, leaves(volume).flatMap(originsOf), earlier);
  }
}

export const describe = (origin: Origin): string => {
  switch (origin.kind) {
    case 'result':
    case 'final-result':
      return `result '${origin.name}' of task '${origin.task}'`;
    case 'status':
      return `the status of task '${origin.task}'`;
    default:
      return `${origin.kind} '${origin.name}'`;
  }
};

/** What every Task gives besides. */
const FAILURE: ResultDeclarations = { [FAILURE_RESULT]: Result.string('Why it failed') };
const FAILURE_PATH = { name: 'MESSAGE_PATH', value: `$(results.${FAILURE_RESULT}.path)` };

const present = <T>(list: readonly T[]): T[] | undefined => (list.length > 0 ? [...list] : undefined);

const quantities = <Q>(given: Readonly<Record<string, string>>, wrap: (text: string) => Q): Record<string, Q> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, wrap(value)]));

/** An empty value is left out, as the API server leaves it out. */
const renderEnv = (env: StepEnv) =>
  Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [isPodField(value) ? { name, valueFrom: { fieldRef: value } } : { name, value: render(value) || undefined }];
  });

const isPodField = (value: StringValue | PodField): value is PodField =>
  typeof value === 'object' && 'fieldPath' in value;

const renderStep = (step: Step) => ({
  name: step.name,
  image: render(step.image),
  script: step.script,
  env: present([...renderEnv(step.env ?? {}), ...(step.results ?? []).map(resultPath)]),
  args: step.args && renderList(step.args),
  workingDir: step.workingDir,
  computeResources: {
    requests: quantities(step.resources.requests, Request.fromString),
    limits: quantities(step.resources.limits, Limit.fromString),
  },
  securityContext: step.securityContext,
  volumeMounts: present(step.mounts ?? []),
  timeout: step.timeout,
  onError: step.onError,
  results: present((step.results ?? []).map((name) => ({ name, type: 'string' }))),
  when: present((step.when ?? []).map(renderGuard)),
});

/** Where a step writes a result of its own: `RESULT_<NAME>` in its environment. */
const resultPath = (name: string) => ({
  name: `RESULT_${name.toUpperCase().replaceAll('-', '_')}`,
  value: `$(step.results.${name}.path)`,
});

export const renderGuard = (guard: Guard) => ({
  input: render(guard.input),
  operator: guard.operator,
  values: renderList(guard.values),
});

/** Every string and expression inside plain data. */
function leaves(data: unknown): StringValue[] {
  if (typeof data === 'string' || data instanceof Expression) return [data as StringValue];
  return data !== null && typeof data === 'object' ? Object.values(data).flatMap(leaves) : [];
}

/** The same data with every expression rendered. */
function renderTree(data: unknown): unknown {
  if (data instanceof Expression) return data.rendered;
  if (Array.isArray(data)) return data.map(renderTree);
  if (data !== null && typeof data === 'object')
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, renderTree(value)]));
  return data;
}
