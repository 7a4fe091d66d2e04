import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { Pipeline as PipelineKind } from '../../imports/tekton.dev';
import { ANNOTATIONS } from '../words/labels';
import type { Account } from '../words/names';
import { SynthError } from '../words/problem';
import { emit } from '../kube/emit';
import type { ParamDeclarations, ParamRefs, ParamValues } from './param';
import { paramRefs, renderParams } from './param';
import type { Guard, ResultDeclarations, TaskInterface, WorkspaceDeclarations } from './task';
import { describe, renderGuard } from './task';
import type { ArrayValue, Origin, Value } from './value';
import { Expression, Status, originsOf, render } from './value';

/** https://tekton.dev/docs/pipelines/pipelines/ */

type ResultRefs<R extends ResultDeclarations> = { readonly [N in keyof R]: Expression<R[N]['type']> };
type StringNames<P extends ParamDeclarations> = { [N in keyof P]: P[N]['type'] extends 'string' ? N : never }[keyof P] &
  string;
type Given<V> = Record<never, never> extends V ? { readonly params?: V } : { readonly params: V };

export interface PipelineWorkspace {
  readonly name: string;
  readonly owner: object;
}

interface Common<W extends WorkspaceDeclarations> {
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
interface Ordered {
  /** Order without data; a result that is used makes its edge by itself. */
  readonly after?: readonly PipelineTask[];
  readonly onError?: 'continue';
}

export type TaskOptions<P extends ParamDeclarations, W extends WorkspaceDeclarations> = Common<W> &
  Ordered &
  Given<ParamValues<P>>;
export type FinallyOptions<P extends ParamDeclarations, W extends WorkspaceDeclarations> = Common<W> &
  Given<ParamValues<P, Status>>;
export type FanOutOptions<
  P extends ParamDeclarations,
  W extends WorkspaceDeclarations,
  M extends StringNames<P>,
> = Common<W> & Ordered & { readonly matrix: Readonly<Record<M, ArrayValue>> } & Given<Omit<ParamValues<P>, M>>;

/** A task of a Pipeline; whoever uses one of its results runs after it. */
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

interface Entry {
  readonly name: string;
  readonly account: Account;
  readonly rendered: Record<string, unknown>;
}

export interface PipelineProps<P extends ParamDeclarations, W extends WorkspaceDeclarations> {
  readonly description: string;
  readonly params?: P;
  readonly workspaces?: W;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * A Pipeline: tasks are added by passing values to Tasks, and passing a result is the edge.
 * @throws SynthError[duplicate-task | foreign-reference | foreign-task] for what the types cannot refuse
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
  private readonly results: Record<string, unknown>[] = [];
  private readonly names = new Set<string>();

  constructor(
    scope: Construct,
    readonly name: string,
    props: PipelineProps<P, W>,
  ) {
    super(scope, name);
    const declared = props.params ?? ({} as P);
    const workspaces = props.workspaces ?? ({} as W);
    this.params = paramRefs(this, declared);
    this.workspaces = Object.fromEntries(Object.keys(workspaces).map((id) => [id, { name: id, owner: this }])) as never;
    const annotations = {
      [ANNOTATIONS.syncWave]: '2',
      // Known only once every task was added; the metadata resolves lazily like the spec.
      [ANNOTATIONS.accounts]: Lazy.any({ produce: () => this.accounts() }) as string,
      ...props.annotations,
    };
    emit(this, PipelineKind, { name, labels: props.labels, annotations }, () => ({
      spec: {
        description: props.description,
        params: present(renderParams(declared)) as never,
        workspaces: present(
          Object.entries(workspaces).map(([id, w]) => ({ name: id, description: w.description, optional: w.optional })),
        ),
        tasks: this.tasks.map((entry) => entry.rendered) as never,
        finally: present(this.final.map((entry) => entry.rendered)) as never,
        results: present(this.results) as never,
      },
    }));
  }

  /** Adds a task. Its place in the order comes from the results it is given and from `after`. */
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

  /** Adds a task that runs once per combination of `matrix`, at once. https://tekton.dev/docs/pipelines/matrix/ */
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

  /** Adds a task that runs at the end whatever happened. Nothing but `result` can use the results that it gives. */
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
  result(name: string, value: Expression<'string'>, description: string): void {
    this.check(`result '${name}'`, originsOf(value), 'results');
    this.results.push({ name, type: 'string', description, value: value.rendered });
  }

  private accounts(): string {
    const byAccount: Partial<Record<Account, string[]>> = {};
    for (const { account, name } of [...this.tasks, ...this.final])
      if (account !== 'build') (byAccount[account] ??= []).push(name);
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

  private add(
    list: Entry[],
    name: string,
    task: TaskInterface<ParamDeclarations, ResultDeclarations, WorkspaceDeclarations>,
    options: Common<WorkspaceDeclarations> & Partial<Ordered> & { readonly params?: object; readonly matrix?: object },
    where: Where = 'tasks',
  ): void {
    if (this.names.has(name)) throw new SynthError('duplicate-task', `pipeline '${this.name}' has two tasks '${name}'`);
    this.names.add(name);
    const params = Object.entries((options.params ?? {}) as Record<string, Value | undefined>).filter(
      (entry): entry is [string, Value] => entry[1] !== undefined && !isDefault(task, entry),
    );
    const matrix = Object.entries((options.matrix ?? {}) as Record<string, ArrayValue>);
    const guards = options.when ?? [];
    const origins = [
      ...params.map(([, value]) => value),
      ...matrix.map(([, value]) => value),
      ...guards.flatMap((guard) => [guard.input, guard.values]),
    ].flatMap(originsOf);
    this.check(`task '${name}'`, origins, where);
    for (const bound of Object.values(options.workspaces ?? {})) {
      if (bound?.owner !== this)
        throw new SynthError(
          'foreign-reference',
          `pipeline '${this.name}': task '${name}' uses workspace '${bound?.name}' of another Pipeline`,
        );
    }
    const byData = new Set(origins.flatMap((origin) => (origin.kind === 'result' ? [origin.task] : [])));
    const after = (options.after ?? []).map((before) => {
      if (before.pipeline !== this)
        throw new SynthError(
          'foreign-task',
          `pipeline '${this.name}': task '${name}' is to run after '${before.name}' of another Pipeline`,
        );
      return before.name;
    });
    list.push({
      name,
      account: options.account ?? 'build',
      rendered: {
        name,
        taskRef: { kind: 'Task', name: task.name },
        params: present(params.map(([id, value]) => ({ name: id, value: render(value) }))),
        matrix:
          matrix.length > 0 ? { params: matrix.map(([id, value]) => ({ name: id, value: render(value) })) } : undefined,
        when: present(guards.map(renderGuard)),
        runAfter: present([...new Set(after)].filter((before) => !byData.has(before))),
        workspaces: present(
          Object.entries(options.workspaces ?? {}).map(([id, bound]) => ({ name: id, workspace: bound?.name })),
        ),
        timeout: options.timeout,
        retries: options.retries,
        onError: options.onError,
      },
    });
  }

  private check(where: string, origins: readonly Origin[], place: Where): void {
    for (const origin of origins) {
      const ours = origin.kind === 'context' ? origin.owner === 'pipeline' : origin.owner === this;
      if (!ours)
        throw new SynthError(
          'foreign-reference',
          `pipeline '${this.name}': ${where} uses ${describe(origin)}, which is not this Pipeline's`,
        );
      if (origin.kind === 'final-result' && place !== 'results')
        throw new SynthError(
          'foreign-reference',
          `pipeline '${this.name}': ${where} uses ${describe(origin)}, which only the Pipeline's own results may`,
        );
      if (origin.kind === 'status' && place !== 'finally')
        throw new SynthError(
          'foreign-reference',
          `pipeline '${this.name}': ${where} uses ${describe(origin)}, which only finally may`,
        );
    }
  }
}

/** What a Task takes by itself need not be said at each of its uses. */
const isDefault = (
  { params }: TaskInterface<ParamDeclarations, ResultDeclarations, WorkspaceDeclarations>,
  [name, value]: readonly [string, Value | undefined],
): boolean => typeof value === 'string' && params[name]?.default === value;

/** What an expression is used in. */
type Where = 'tasks' | 'finally' | 'results';

const refs = <R extends ResultDeclarations>(
  declared: R,
  make: (result: string) => Expression<'string' | 'array'>,
): ResultRefs<R> => Object.fromEntries(Object.keys(declared).map((result) => [result, make(result)])) as ResultRefs<R>;

const present = <T>(list: readonly T[]): T[] | undefined => (list.length > 0 ? [...list] : undefined);
