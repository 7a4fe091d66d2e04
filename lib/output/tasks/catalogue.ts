import type { Construct } from 'constructs';
import type { ParamDeclarations } from '../../tekton/param';
import type { AnyTask } from '../../tekton/interface';
import type { TaskInterface } from '../../tekton/task';
import { giveEveryStep } from '../../tekton/every-step';
import { externalTask } from '../../tekton/task';
import { isMapping } from '../../words/mapping';
import { show } from '../../words/phrase';
import { SynthError } from '../../words/problem';
import type { TaskContext } from './shared/context';
import { surroundings } from './shared/surroundings';

/**
 * A function that makes a Task for a team, such as `deployApp`. It adds the Task to `scope` and returns it. A Task that
 * exists in variants (a build per tool) takes the variant as a further argument.
 */
export type TaskFactory<T, V extends readonly string[] = readonly []> = (
  scope: Construct,
  context: TaskContext,
  ...variant: V
) => T;

/** A Task that a Pipeline can run with params alone, and of whose results it needs none. */
export type HookTask = TaskInterface<ParamDeclarations, Record<never, never>, Record<never, never>>;

/** A Task of the catalogue in the variant that Pipelines use: it can be made for another team, too. */
export interface Use {
  readonly name: string;
  readonly make: TaskFactory<unknown>;
}

/** The Tasks of a team. Each is made when a Pipeline first uses it, so `dist/` holds those that are used and no other. */
export class Catalogue {
  private readonly made = new Map<unknown, Map<string, unknown>>();
  private readonly used = new Map<string, Use>();
  private readonly external = new Set<string>();

  /**
   * @param scope the chart that the Tasks are added to
   * @param context the team and its images, which every Task is made for
   */
  constructor(
    private readonly scope: Construct,
    readonly context: TaskContext,
  ) {
    giveEveryStep(scope, surroundings(context.team));
  }

  /**
   * The Task that `factory` makes, such as `use(deployApp)` or `use(buildTask, 'npm')`. The first call makes it; later
   * calls with the same function and variant return the same Task.
   * @throws SynthError[duplicate-name] if another function has made a Task of that name
   */
  use<T extends AnyTask, V extends readonly string[]>(factory: TaskFactory<T, V>, ...variant: V): T {
    const task = this.make(factory, ...variant);
    this.used.set(task.name, { name: task.name, make: (scope, context) => factory(scope, context, ...variant) });
    return task;
  }

  /** The same for code of the repository, whose Tasks stay with the team. */
  readonly own = {
    use: <T, V extends readonly string[]>(factory: TaskFactory<T, V>, ...variant: V): T => {
      if (typeof factory !== 'function')
        throw new SynthError('no-task', `use is given ${show(factory)}: give it a function that makes a Task`);
      const task = this.make(factory, ...variant);
      if (!isMapping(task) || !isMapping(task.params) || !isMapping(task.results))
        throw new SynthError(
          'no-task',
          `the function '${factory.name}' that use is given returns ${isMapping(task) ? 'no Task' : show(task)}: return the Task that it makes`,
        );
      return task;
    },
  };

  private make<T, V extends readonly string[]>(factory: TaskFactory<T, V>, ...variant: V): T {
    const variants = this.made.get(factory) ?? new Map<string, unknown>();
    this.made.set(factory, variants);
    const key = variant.join('/');
    if (!variants.has(key)) variants.set(key, factory(this.scope, this.context, ...variant));
    return variants.get(key) as T;
  }

  /** A Task that the team brings: it is not made here, and declares of these params those that it wants. */
  useExternal(name: string, params: ParamDeclarations): HookTask {
    this.external.add(name);
    return externalTask(name, params);
  }

  /** The Tasks that the Pipelines use, but for those of the repository's code and those that the team brings. */
  get uses(): readonly Use[] {
    return [...this.used.values()];
  }

  /** Names of the Tasks that the Pipelines use and the team brings. */
  get externalTasks(): ReadonlySet<string> {
    return this.external;
  }
}
