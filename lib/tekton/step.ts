import {
  TaskSpecStepsComputeResourcesLimits as Limit,
  TaskSpecStepsComputeResourcesRequests as Request,
} from '../../imports/tekton.dev';
import { FAILURE_RESULT } from '../words/results';
import type { Guard } from './guard';
import { renderGuard } from './guard';
import type { ArrayValue, Origin, StringValue } from './value';
import { originsOf, present, render, renderList } from './value';
import type { Mount } from './volume';

/** What a step asks for and may take; every step says both. */
export interface Resources {
  readonly requests: Readonly<Record<'cpu' | 'memory', string>>;
  readonly limits: Readonly<Record<'cpu' | 'memory', string>>;
}

/** What a step is told of its own pod. https://kubernetes.io/docs/concepts/workloads/pods/downward-api/ */
export interface PodField {
  readonly fieldPath: string;
}
/** A label of the pod. Tekton passes those of a Pipeline on to its runs, and those of a run on to its pods. */
export const podLabel = (name: string): PodField => ({ fieldPath: `metadata.labels['${name}']` });
/** Name of the PipelineRun that a TaskRun belongs to; empty for one that was started by itself. */
export const PIPELINE_RUN_NAME: PodField = podLabel('tekton.dev/pipelineRun');

/** Variables of a script; one that is undefined is left out. */
export type StepEnv = Readonly<Record<string, StringValue | PodField | undefined>>;

/** One container of a Task, which runs after those before it. https://tekton.dev/docs/pipelines/tasks/#defining-steps */
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
  /**
   * Results of this step: for later steps by `stepResult`, and for the Task where it declares one of the name. The script
   * writes each to the file in `RESULT_<NAME>`.
   */
  readonly results?: readonly string[];
  /** Runs only if every guard holds. */
  readonly when?: readonly Guard[];
}

/** Where the expressions of a step come from. */
export const originsInStep = ({ image, env = {}, args = [], when = [] }: Step): readonly Origin[] =>
  [
    image,
    ...Object.values(env).filter((value): value is StringValue => value !== undefined && !isPodField(value)),
    args,
    ...when.flatMap((guard) => [guard.input, guard.values]),
  ].flatMap(originsOf);

/**
 * A step on the wire. Every step has result `MESSAGE` besides: why it failed.
 * @param typeOf type of a result by its name
 */
export const renderStep = (step: Step, typeOf: (result: string) => 'string' | 'array') => ({
  name: step.name,
  image: render(step.image),
  script: step.script,
  env: present([...renderEnv(step.env ?? {}), ...resultsOf(step).map(resultPath)]),
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
  results: resultsOf(step).map((name) => ({ name, type: typeOf(name) })),
  when: present((step.when ?? []).map(renderGuard)),
});

const resultsOf = ({ results = [] }: Step): readonly string[] => [...results, FAILURE_RESULT];

/** Variables on the wire. An empty value is left out, as the API server leaves it out. */
export const renderEnv = (env: StepEnv) =>
  Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [isPodField(value) ? { name, valueFrom: { fieldRef: value } } : { name, value: render(value) || undefined }];
  });

const isPodField = (value: StringValue | PodField): value is PodField =>
  typeof value === 'object' && 'fieldPath' in value;

/** Where a step writes a result of its own: `RESULT_<NAME>` in its environment. */
const resultPath = (name: string) => ({
  name: `RESULT_${name.toUpperCase().replaceAll('-', '_')}`,
  value: `$(step.results.${name}.path)`,
});

const quantities = <Q>(given: Readonly<Record<string, string>>, wrap: (text: string) => Q): Record<string, Q> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, wrap(value)]));
