import type { Emitted, Manifest } from '../../kube/manifest';
import { list } from '../../kube/manifest';
import type { Expression } from '../spec/expression';
import { once } from '../../words/once';
import { expressionsOf } from '../spec/expression';
import type { Resources } from '../../kube/container';
import type { Param, ParamSpec, PipelineSpec, PipelineTask, Step, TaskResult, TaskSpec } from '../spec/wire';

/** Tasks and Pipelines with what several rules need from them, worked out once. */

/** One `$(…)` and where it stands. */
export interface Use {
  readonly path: string;
  /** The text that holds it. */
  readonly text: string;
  /** The field of the step, or the part of the pipeline task, that holds the text. */
  readonly field: string;
  readonly expression: Expression;
}

export interface TaskView {
  readonly object: Emitted;
  /** Field path of the spec: `spec`, or that of a taskSpec inside a Pipeline. */
  readonly base: string;
  readonly spec: TaskSpec;
  /** Steps with the stepTemplate merged in. */
  readonly steps: readonly Step[];
  readonly params: ReadonlyMap<string, ParamSpec>;
  /** Params that an inline taskSpec sees of its Pipeline, beside its own. */
  readonly inherited: ReadonlyMap<string, ParamSpec>;
  readonly results: ReadonlyMap<string, TaskResult>;
  /** Of steps; fields are those of a step. */
  readonly stepUses: readonly (Use & { readonly step: number })[];
  /** Of stepTemplate, sidecars, volumes and workspaces, which Tekton substitutes but does not look at before. */
  readonly otherUses: readonly Use[];
}

export interface PipelineTaskView {
  readonly task: PipelineTask;
  readonly path: string;
  readonly final: boolean;
  readonly uses: readonly Use[];
}

export interface PipelineView {
  readonly object: Emitted;
  readonly spec: PipelineSpec;
  readonly params: ReadonlyMap<string, ParamSpec>;
  /** `tasks`, then `finally`. */
  readonly all: readonly PipelineTaskView[];
  readonly tasks: ReadonlyMap<string, PipelineTaskView>;
  readonly finally: ReadonlyMap<string, PipelineTaskView>;
}

export const isTask = (manifest: Manifest): boolean =>
  manifest.kind === 'Task' && manifest.apiVersion === 'tekton.dev/v1';
export const isPipeline = (manifest: Manifest): boolean =>
  manifest.kind === 'Pipeline' && manifest.apiVersion === 'tekton.dev/v1';

/** How the rules find the Task that a pipeline task runs; undefined for one that is not emitted. */
export interface TaskLookup {
  taskOf(view: PipelineTaskView): TaskView | undefined;
}

const NONE: ReadonlyMap<string, ParamSpec> = new Map();

export function taskView(
  object: Emitted,
  spec = (object.manifest.spec ?? {}) as TaskSpec,
  base = 'spec',
  inherited = NONE,
): TaskView {
  return {
    object,
    base,
    spec,
    steps: list(spec.steps).map((step) => merge(spec.stepTemplate, step)),
    params: byName(spec.params),
    inherited,
    results: byName(spec.results),
    stepUses: list(spec.steps).flatMap((step, i) =>
      Object.entries(step).flatMap(([field, value]) =>
        usesIn(value, `${base}.steps[${i}].${field}`, field).map((use) => ({ ...use, step: i })),
      ),
    ),
    otherUses: (['stepTemplate', 'sidecars', 'volumes', 'workspaces'] as const).flatMap((field) =>
      usesIn(spec[field], `${base}.${field}`, field),
    ),
  };
}

export function pipelineView(object: Emitted): PipelineView {
  const spec = (object.manifest.spec ?? {}) as PipelineSpec;
  const view = (final: boolean) => (task: PipelineTask, i: number) => {
    const path = `spec.${final ? 'finally' : 'tasks'}[${i}]`;
    return { task, path, final, uses: usesOf(task, path) };
  };
  const tasks = list(spec.tasks).map(view(false));
  const final = list(spec.finally).map(view(true));
  const named = (views: readonly PipelineTaskView[]) => new Map(views.map((each) => [each.task.name, each]));
  return {
    object,
    spec,
    params: byName(spec.params),
    all: [...tasks, ...final],
    tasks: named(tasks),
    finally: named(final),
  };
}

export const byName = <T extends { readonly name: string }>(items: readonly T[] | undefined): ReadonlyMap<string, T> =>
  new Map(list(items).map((item) => [item.name, item]));

function merge(template: Step | undefined, step: Step): Step {
  if (template === undefined || step.ref !== undefined) return step;
  const { env, volumeMounts, computeResources, ...rest } = template;
  const resources = (part: keyof Resources) => ({ ...computeResources?.[part], ...step.computeResources?.[part] });
  const names = new Set(list(step.env).map((variable) => variable.name));
  const mounts = new Set(list(step.volumeMounts).map((mount) => mount.mountPath));
  return {
    ...rest,
    ...step,
    env: [...list(env).filter((variable) => !names.has(variable.name)), ...list(step.env)],
    volumeMounts: [...list(volumeMounts).filter((mount) => !mounts.has(mount.mountPath)), ...list(step.volumeMounts)],
    computeResources: { requests: resources('requests'), limits: resources('limits') },
  };
}

/** Fields: `param` (a string), `element` (of an array), `property` (of an object), `matrix`, `input`, `value` (of a when). */
function usesOf(task: PipelineTask, path: string): readonly Use[] {
  const uses: Use[] = [];
  const params = (given: readonly Param[] | undefined, at: string, ofString: string): void =>
    list(given).forEach(({ value }, i) => {
      // Most are plain text.
      if (typeof value === 'string' && !value.includes('$(')) return;
      collect(
        value,
        `${at}[${i}].value`,
        typeof value === 'string' ? ofString : Array.isArray(value) ? 'element' : 'property',
        uses,
      );
    });
  params(task.params, `${path}.params`, 'param');
  params(task.matrix?.params, `${path}.matrix.params`, 'matrix');
  list(task.matrix?.include).forEach((include, i) =>
    params(include.params, `${path}.matrix.include[${i}].params`, 'param'),
  );
  list(task.when).forEach(({ input, values, cel }, i) => {
    collect(input, `${path}.when[${i}].input`, 'input', uses);
    collect(values, `${path}.when[${i}].values`, 'value', uses);
    if (cel !== undefined) collect(cel, `${path}.when[${i}].cel`, 'cel', uses);
  });
  return uses;
}

function usesIn(value: unknown, path: string, field: string): readonly Use[] {
  const uses: Use[] = [];
  collect(value, path, field, uses);
  return uses;
}

const known = once(expressionsOf);

/** Every `$(…)` in the strings of a value. */
function collect(value: unknown, path: string, field: string, uses: Use[]): void {
  if (typeof value === 'string') {
    for (const expression of known(value)) uses.push({ path, text: value, field, expression });
  } else if (Array.isArray(value)) {
    value.forEach((item, i) => collect(item, `${path}[${i}]`, field, uses));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) collect(inner, `${path}.${key}`, field, uses);
  }
}
