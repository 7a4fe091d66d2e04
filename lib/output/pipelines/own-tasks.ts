import type { ParamDeclarations } from '../../tekton/param';
import type { Pipeline } from '../../tekton/pipeline';
import { isDuration } from '../../kube/checks/rule';
import type { AnyTask } from '../../tekton/interface';
import { renderGuard } from '../../tekton/guard';
import type { Guard } from '../../tekton/task';
import type { Expression, StringValue } from '../../tekton/value';
import { render } from '../../tekton/value';
import type { Account } from '../../words/names';
import { GUARDED_ACCOUNTS, isBuildTask, isTestTask } from '../../words/names';
import { list, show } from '../../words/phrase';
import { SynthError } from '../../words/problem';
import type { Catalogue } from '../tasks/catalogue';

/** An app of a stack in the Pipeline that tests pull requests, once it is built. */
export interface BuiltApp {
  readonly name: string;
  readonly repo: string;
  /** What `git clone` is given, for `checkout`. */
  readonly url: string;
  /** Folder of the app in its repository; `.` is the root. */
  readonly contextDir: string;
  /** The image by its digest, as nodes pull it. To pass it to a task makes the task wait for the build. */
  readonly image: StringValue;
  /** The commit that the image was made of. */
  readonly commit: StringValue;
  /**
   * Holds where a member's pull request changes the app. A task with this guard is in no run that leaves the app out, and what
   * others brought does not meet its Secrets.
   */
  readonly when: readonly Guard[];
  /** The same of pull requests of forks, too. */
  readonly whenAlsoOfForks: readonly Guard[];
}

/** The Pipeline that tests pull requests of a stack, as code of a repository may add to it. */
export interface PrTest {
  readonly team: string;
  readonly stack: string;
  /** `task` and `finally` add to it. */
  readonly pipeline: Pick<Pipeline<ParamDeclarations>, 'task' | 'finally' | 'status'>;
  /** The Tasks of the team: `use(factory)` makes one of one's own, once. */
  readonly tasks: Catalogue['own'];
  /** The origin of the code: `pr` for members, `fork` for others. `notIn(scope, ['fork'])` keeps a task from what others brought. */
  readonly scope: Expression<'string'>;
  /** In the order in which they are built. */
  readonly apps: readonly BuiltApp[];
}

/** Adds tasks to the Pipeline that tests pull requests. */
export type AddToPrTest = (prTest: PrTest) => void;

/**
 * The Pipeline for code of a repository. A task that may run for forks gets no account that can change releases, and none has a name
 * by which the orchestrator knows tasks of another kind.
 * @param laterTasks names of tasks that are added once the code has added its own
 */
export function forOwnTasks(
  pipeline: PrTest['pipeline'],
  scope: Expression<'string'>,
  laterTasks: readonly string[],
): PrTest['pipeline'] {
  const check = (
    name: string,
    { account, when = [] }: { readonly account?: Account; readonly when?: readonly Guard[] },
  ) => {
    if (
      account === undefined ||
      !GUARDED_ACCOUNTS.includes(account) ||
      when.some((guard) => keepsOutForks(guard, scope))
    )
      return;
    throw new SynthError(
      'account-of-forks',
      `task '${name}' runs as '${account}' for pull requests of forks, too: give it \`when\` of an app or notIn(scope, ['fork']), or leave its account out`,
    );
  };
  return {
    status: pipeline.status,
    task(name, task, options) {
      checkName(name, laterTasks);
      check(name, options);
      checkTimeout(name, options);
      checkParams(name, task, options);
      return pipeline.task(name, task, options);
    },
    finally(name, task, options) {
      checkName(name, laterTasks);
      check(name, options);
      checkTimeout(name, options);
      checkParams(name, task, options);
      return pipeline.finally(name, task, options);
    },
  };
}

function checkName(name: string, laterTasks: readonly string[]): void {
  if (laterTasks.includes(name))
    throw new SynthError(
      'duplicate-task',
      `task '${name}' has the name of a task that tekton-dag adds: give it another`,
    );
  if (isBuildTask(name) || isTestTask(name))
    throw new SynthError(
      'kept-name',
      `task '${name}' has a name of ${isBuildTask(name) ? 'builds' : 'tests of apps'}, and the orchestrator would take it for one: give it another, such as own-${name}`,
    );
}

/** Without one a task may hold a slot for as long as its run. https://tekton.dev/docs/pipelines/pipelines/#configuring-the-failure-timeout */
function checkTimeout(name: string, { timeout }: { readonly timeout?: unknown }): void {
  if (!isDuration(timeout))
    throw new SynthError(
      'no-timeout',
      `task '${name}' has no timeout that Tekton reads (found ${show(timeout)}; expected such as 5m, 90s or 1h30m)`,
    );
}

/** Code whose types nobody has checked may give a Task other params than it has. */
function checkParams(name: string, task: AnyTask, { params = {} }: { readonly params?: object }): void {
  const known = Object.keys(task.params);
  const given = Object.entries(params).flatMap(([param, value]) => (value === undefined ? [] : [param]));
  const unknown = given.find((param) => !known.includes(param));
  if (unknown !== undefined)
    throw new SynthError(
      'unknown-param',
      `task '${name}' gives Task ${task.name} param '${unknown}', which it does not have (expected ${known.length > 0 ? list(known) : 'no params'})`,
    );
  const missing = known.find((param) => task.params[param]?.default === undefined && !given.includes(param));
  if (missing !== undefined)
    throw new SynthError('missing-param', `task '${name}' gives Task ${task.name} no param '${missing}'`);
}

function keepsOutForks(guard: Guard, scope: Expression<'string'>): boolean {
  const { input, operator, values } = renderGuard(guard);
  return operator === 'notin' && input === render(scope) && values.includes('fork');
}
