import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import type { PipelineSpecResults, PipelineSpecTasks } from '../../imports/tekton.dev';
import { Pipeline as PipelineKind } from '../../imports/tekton.dev';
import { emit } from '../kube/emit';
import { ANNOTATIONS } from '../words/labels';
import type { Account } from '../words/names';
import { combinationRuns } from '../words/names';
import { SynthError } from '../words/problem';
import type { AnyTask, ResultDeclarations, TaskInterface, WorkspaceDeclarations } from './interface';
import type { ParamDeclarations, ParamRefs } from './param';
import { paramRefs, renderParams } from './param';
import type {
  AnyOptions,
  FanOutOptions,
  FannedOut,
  FinallyOptions,
  PipelineTask,
  PipelineWorkspace,
  ResultRefs,
  StringNames,
  TaskOptions,
} from './pipeline-task';
import { inputsOf, renderTask } from './pipeline-task';
import type { Origin } from './value';
import { Expression, Status, describeOrigin, originsOf, present } from './value';

export type { PipelineTask } from './pipeline-task';

export interface PipelineProps<P extends ParamDeclarations, W extends WorkspaceDeclarations> {
  readonly description: string;
  /** @default - none */
  readonly params?: P;
  /** @default - none */
  readonly workspaces?: W;
  /** Tekton passes them on to the runs. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Entry {
  readonly account: Account;
  readonly rendered: PipelineSpecTasks & { readonly name: string };
}

/**
 * A Pipeline: renders one `tekton.dev/v1` Pipeline of this name in the chart's namespace, with all tasks that are added
 * until synth. A task is added by passing values to a Task, and passing a result is the edge.
 * https://tekton.dev/docs/pipelines/pipelines/
 *
 * An annotation names the tasks that run as another account than `build`. The runs are made from it.
 *
 * @typeParam P declared params, `W` workspaces: both are inferred from the props
 * @throws SynthError[duplicate-task | duplicate-run | foreign-reference | foreign-task] for what the types cannot refuse
 */
export class Pipeline<
  P extends ParamDeclarations = Record<never, never>,
  W extends WorkspaceDeclarations = Record<never, never>,
> extends Construct {
  readonly params: ParamRefs<P>;
  readonly workspaces: { readonly [N in keyof W]: PipelineWorkspace };
  /** How all tasks together ended (Succeeded, Completed, Failed or None); for `finally` alone. */
  readonly status = new Status('$(tasks.status)', [{ kind: 'status', owner: this, task: '*' }]);
  private readonly tasks: Entry[] = [];
  private readonly final: Entry[] = [];
  private readonly results: PipelineSpecResults[] = [];
  private readonly names = new Set<string>();
  /** Names of TaskRuns, as far as they go on after that of the run. */
  private readonly runs = new Map<string, string>();

  constructor(
    scope: Construct,
    readonly name: string,
    props: PipelineProps<P, W>,
  ) {
    super(scope, name);
    const declared = props.params ?? ({} as P);
    const workspaces = props.workspaces ?? ({} as W);
    this.params = paramRefs(this, declared);
    this.workspaces = Object.fromEntries<PipelineWorkspace>(
      Object.keys(workspaces).map((id) => [id, { name: id, owner: this }]),
    ) as {
      readonly [N in keyof W]: PipelineWorkspace;
    };
    const annotations = {
      [ANNOTATIONS.syncWave]: '2',
      // Known only once every task was added; the metadata resolves lazily like the spec.
      [ANNOTATIONS.accounts]: Lazy.any({ produce: () => this.accounts() }) as string,
      ...props.annotations,
    };
    emit(this, PipelineKind, { name, labels: props.labels, annotations }, () => ({
      spec: {
        description: props.description,
        params: present(renderParams(declared)),
        workspaces: present(
          Object.entries(workspaces).map(([id, w]) => ({ name: id, description: w.description, optional: w.optional })),
        ),
        tasks: this.tasks.map((entry) => entry.rendered),
        finally: present(this.final.map((entry) => entry.rendered)),
        results: present(this.results),
      },
    }));
  }

  /**
   * Adds a task: an entry of `spec.tasks`. Its place in the order comes from the results it is given and from `after`.
   * @returns its results and its status, to be passed to other tasks
   */
  task<TP extends ParamDeclarations, R extends ResultDeclarations, TW extends WorkspaceDeclarations>(
    name: string,
    task: TaskInterface<TP, R, TW>,
    options: TaskOptions<TP, TW>,
  ): PipelineTask<R> {
    this.add(this.tasks, name, task, options);
    return this.reference(
      name,
      task.results,
      (result) =>
        new Expression(`$(tasks.${name}.results.${result})`, [
          { kind: 'result', owner: this, task: name, name: result },
        ]),
    );
  }

  /**
   * Adds a task that runs once per combination, all at once. https://tekton.dev/docs/pipelines/matrix/
   * @returns its results, each the list of what the combinations gave
   */
  fanOut<
    TP extends ParamDeclarations,
    R extends ResultDeclarations,
    TW extends WorkspaceDeclarations,
    M extends StringNames<TP>,
  >(name: string, task: TaskInterface<TP, R, TW>, options: FanOutOptions<TP, TW, M>): FannedOut<R> {
    this.add(this.tasks, name, task, options);
    return this.reference(
      name,
      task.results,
      (result) =>
        new Expression(`$(tasks.${name}.results.${result}[*])`, [
          { kind: 'result', owner: this, task: name, name: result },
        ]),
    ) as FannedOut<R>;
  }

  /**
   * Adds a task that runs at the end whatever happened: an entry of `spec.finally`.
   * @returns its results, which nothing but `result` can use
   */
  finally<TP extends ParamDeclarations, R extends ResultDeclarations, TW extends WorkspaceDeclarations>(
    name: string,
    task: TaskInterface<TP, R, TW>,
    options: FinallyOptions<TP, TW>,
  ): ResultRefs<R> {
    this.add(this.final, name, task, options, 'finally');
    return refs(
      task.results,
      (result) =>
        new Expression(`$(finally.${name}.results.${result})`, [
          { kind: 'final-result', owner: this, task: name, name: result },
        ]),
    );
  }

  /** Exposes a task's result as the Pipeline's, such as `…IMAGE_URL` for Tekton Chains. */
  result(name: string, value: Expression<'string'>, description = ''): void {
    this.check(`result '${name}'`, originsOf(value), 'results');
    // Without a type it is a string, and no webhook adds that. A description Tekton always writes, so that Argo CD would see a difference.
    this.results.push({ name, description, value: value.rendered });
  }

  private accounts(): string {
    const byAccount: Partial<Record<Account, string[]>> = {};
    for (const { account, rendered } of [...this.tasks, ...this.final])
      if (account !== 'build') (byAccount[account] ??= []).push(rendered.name);
    return JSON.stringify(byAccount);
  }

  private reference<R extends ResultDeclarations>(
    name: string,
    results: R,
    make: (result: string) => Expression<'string' | 'array'>,
  ): PipelineTask<R> {
    return {
      name,
      pipeline: this,
      results: refs(results, make),
      status: new Status(`$(tasks.${name}.status)`, [{ kind: 'status', owner: this, task: name }]),
    };
  }

  private add(list: Entry[], name: string, task: AnyTask, options: AnyOptions, where: Where = 'tasks'): void {
    if (this.names.has(name)) throw new SynthError('duplicate-task', `pipeline '${this.name}' has two tasks '${name}'`);
    this.names.add(name);
    const inputs = inputsOf(task, options);
    this.nameRuns(name, inputs.combinations.length);
    this.check(`task '${name}'`, inputs.origins, where);
    for (const bound of Object.values(options.workspaces ?? {})) {
      if (bound?.owner !== this)
        throw new SynthError(
          'foreign-reference',
          `pipeline '${this.name}': task '${name}' uses workspace '${bound?.name}' of another Pipeline`,
        );
    }
    const byData = new Set(inputs.origins.flatMap((origin) => (origin.kind === 'result' ? [origin.task] : [])));
    const after = (options.after ?? []).map((before) => {
      if (before.pipeline !== this)
        throw new SynthError(
          'foreign-task',
          `pipeline '${this.name}': task '${name}' is to run after '${before.name}' of another Pipeline`,
        );
      return before.name;
    });
    const order = [...new Set(after)].filter((before) => !byData.has(before));
    list.push({ account: options.account ?? 'build', rendered: renderTask(name, task, options, inputs, order) });
  }

  /** Tekton takes the TaskRun of another task for one that this task has had already, and does not run it. */
  private nameRuns(task: string, combinations: number): void {
    for (const run of combinationRuns(task, combinations)) {
      const other = this.runs.get(run);
      if (other !== undefined)
        throw new SynthError(
          'duplicate-run',
          `pipeline '${this.name}': tasks '${other}' and '${task}' both have a TaskRun '${run}'; give one another name`,
        );
      this.runs.set(run, task);
    }
  }

  private check(where: string, origins: readonly Origin[], place: Where): void {
    for (const origin of origins) {
      const ours = origin.kind === 'context' ? origin.owner === 'pipeline' : origin.owner === this;
      if (!ours)
        throw new SynthError(
          'foreign-reference',
          `pipeline '${this.name}': ${where} uses ${describeOrigin(origin)}, which is not this Pipeline's`,
        );
      if (origin.kind === 'final-result' && place !== 'results')
        throw new SynthError(
          'foreign-reference',
          `pipeline '${this.name}': ${where} uses ${describeOrigin(origin)}, which only the Pipeline's own results may`,
        );
      if (origin.kind === 'status' && place !== 'finally')
        throw new SynthError(
          'foreign-reference',
          `pipeline '${this.name}': ${where} uses ${describeOrigin(origin)}, which only finally may`,
        );
    }
  }
}

/** What an expression is used in. */
type Where = 'tasks' | 'finally' | 'results';

const refs = <R extends ResultDeclarations>(
  declared: R,
  make: (result: string) => Expression<'string' | 'array'>,
): ResultRefs<R> => Object.fromEntries(Object.keys(declared).map((result) => [result, make(result)])) as ResultRefs<R>;
