import { Construct } from 'constructs';
import { Task as TaskKind } from '../../imports/tekton.dev';
import { emit } from '../kube/emit';
import { ANNOTATIONS } from '../words/labels';
import { isMapping } from '../words/mapping';
import { list, show } from '../words/phrase';
import { SynthError } from '../words/problem';
import { everyStepOf, surrounded } from './every-step';
import type { ResultDeclarations, TaskInterface, WorkspaceDeclarations } from './interface';
import type { ParamDeclarations, ParamRefs } from './param';
import { paramRefs, renderParams } from './param';
import type { Step } from './step';
import { originsInStep, renderEnv, renderStep } from './step';
import type { Origin } from './value';
import { Expression, describeOrigin, present } from './value';
import type { Volume } from './volume';
import { originsInVolume, renderVolume } from './volume';

// all that a Task is written with
export type { Guard } from './guard';
export { isIn, notIn } from './guard';
export type { ResultDeclarations, TaskInterface, WorkspaceDeclarations } from './interface';
export { Result, externalTask } from './interface';
export type { PodField, Resources, Step } from './step';
export { PIPELINE_RUN_NAME, podLabel } from './step';
export type { Mount, Volume } from './volume';

/** References that the steps and volumes of a Task may use. */
export interface TaskRefs<P extends ParamDeclarations, W extends WorkspaceDeclarations> {
  readonly params: ParamRefs<P>;
  readonly workspaces: {
    readonly [N in keyof W]: { readonly path: Expression<'string'>; readonly bound: Expression<'string'> };
  };
  /** A result of an earlier step. */
  readonly stepResult: (step: string, result: string) => Expression<'string'>;
}

export interface TaskProps<P extends ParamDeclarations, R extends ResultDeclarations, W extends WorkspaceDeclarations> {
  readonly description: string;
  /** @default - none */
  readonly params?: P;
  /** Each is given by one step, as its result of this name. @default - none */
  readonly results?: R;
  /** @default - none */
  readonly workspaces?: W;
  /** @default - none */
  readonly volumes?: (refs: TaskRefs<P, W>) => readonly Volume[];
  readonly steps: (refs: TaskRefs<P, W>) => readonly Step[];
  /** Security context of every step that names none. */
  readonly securityContext?: Readonly<Record<string, unknown>>;
  /** Environment of every step. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A Task: renders one `tekton.dev/v1` Task of this name in the chart's namespace. https://tekton.dev/docs/pipelines/tasks/
 *
 * Tekton looks a Task up by its name when a run starts, so its interface only grows. A result comes from a step: the folder
 * that Tekton has for results of Tasks is open to every step of the pod, and nothing here reads or writes it. So is why a
 * step failed: result `MESSAGE` of that step, since Tekton keeps the results of a TaskRun that failed, too.
 *
 * @typeParam P declared params, `R` results, `W` workspaces: all three are inferred from the props
 * @throws SynthError[foreign-reference] for a reference of another Task or of a Pipeline
 * @throws SynthError[unknown-step-result] for a result that no earlier step declares
 * @throws SynthError[duplicate-name] for a second Task of a name
 * @throws SynthError[step-field] for a step without one of the fields that each has
 * @throws SynthError[result-of-no-step] for a result of the Task that not exactly one step declares
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
    super(scope, freeName(scope, name));
    this.params = props.params ?? ({} as P);
    this.results = props.results ?? ({} as R);
    this.workspaces = props.workspaces ?? ({} as W);
    const refs = this.refs();
    const given = everyStepOf(this);
    const own = props.volumes?.(refs) ?? [];
    const steps = wholeSteps(name, props.steps(refs)).map((step) => surrounded(step, given, own));
    const volumes = [...own, ...given.volumes];
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
          params: present(renderParams(this.params)),
          results: present(this.renderResults(steps)),
          workspaces: present(Object.entries(this.workspaces).map(([id, declared]) => ({ name: id, ...declared }))),
          volumes: present(volumes.map(renderVolume)),
          stepTemplate: {
            computeResources: {},
            securityContext: mixed ? undefined : props.securityContext,
            env: present([...variables(given.env), ...renderEnv(props.env ?? {})]),
            volumeMounts: present([...given.mounts]),
          },
          steps: steps.map((step) =>
            renderStep(
              mixed ? { ...step, securityContext: step.securityContext ?? props.securityContext } : step,
              (result) => this.results[result]?.type ?? 'string',
            ),
          ),
        },
      },
    );
  }

  private refs(): TaskRefs<P, W> {
    const each = <D extends object, T>(declared: D, make: (name: string) => T) =>
      Object.fromEntries(Object.keys(declared).map((name) => [name, make(name)])) as { readonly [N in keyof D]: T };
    const ref = (kind: 'workspace' | 'step-result', name: string, rendered: string) =>
      new Expression<'string'>(rendered, [{ kind, owner: this, name }]);
    return {
      params: paramRefs(this, this.params),
      workspaces: each(this.workspaces, (name) => ({
        path: ref('workspace', name, `$(workspaces.${name}.path)`),
        bound: ref('workspace', name, `$(workspaces.${name}.bound)`),
      })),
      stepResult: (step, result) => ref('step-result', `${step}.${result}`, `$(steps.${step}.results.${result})`),
    };
  }

  private renderResults(steps: readonly Step[]) {
    return Object.entries(this.results).map(([name, declared]) => {
      const [giver, another] = steps.filter(({ results }) => results?.includes(name));
      if (giver === undefined || another !== undefined) {
        throw new SynthError(
          'result-of-no-step',
          `task '${this.name}': result '${name}' is given by ${giver === undefined ? 'no step' : 'several steps'}; one step has to declare it`,
        );
      }
      return { name, ...declared, value: `$(steps.${giver.name}.results.${name})` };
    });
  }

  private checkOrigins(steps: readonly Step[], volumes: readonly Volume[]): void {
    const check = (where: string, origins: readonly Origin[], stepResults: ReadonlySet<string>) => {
      for (const origin of origins) {
        if (origin.owner !== this && !(origin.kind === 'context' && origin.owner === 'task')) {
          throw new SynthError(
            'foreign-reference',
            `task '${this.name}': ${where} uses ${describeOrigin(origin)}, which is not this Task's`,
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
      check(`step '${step.name}'`, originsInStep(step), earlier);
      for (const result of step.results ?? []) earlier.add(`${step.name}.${result}`);
    }
    for (const volume of volumes) check(`volume '${volume.name}'`, originsInVolume(volume), earlier);
  }
}

const variables = (env: Readonly<Record<string, string>>) =>
  Object.entries(env).map(([name, value]) => ({ name, value }));

/** @throws SynthError[duplicate-name] where the chart has a Task of this name */
function freeName(scope: Construct, name: string): string {
  if (scope.node.tryFindChild(name) === undefined) return name;
  throw new SynthError('duplicate-name', `another function makes a Task '${name}', too: give this one another name`);
}

const STEP_NEEDS = ['name', 'image', 'script', 'resources'] as const satisfies readonly (keyof Step)[];

/** Code whose types nobody has checked may leave something out. @throws SynthError[step-field] */
function wholeSteps(task: string, steps: readonly Step[]): readonly Step[] {
  if (!Array.isArray(steps))
    throw new SynthError('step-field', `steps of Task '${task}' return ${show(steps)}: return a list of steps`);
  steps.forEach((step: unknown, index) => {
    const missing = STEP_NEEDS.filter((field) => !isMapping(step) || step[field] === undefined || step[field] === null);
    if (missing.length > 0)
      throw new SynthError('step-field', `step ${index + 1} of Task '${task}' has no ${list(missing, 'and no')}`);
  });
  return steps;
}
