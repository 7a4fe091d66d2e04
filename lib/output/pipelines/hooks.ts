import type { Hook } from '../../fleet/stack';
import { CATALOGUE_HOOKS } from '../../fleet/stack';
import { hookTask as hookTaskName } from '../../words/names';
import type { Pipeline, PipelineTask } from '../../tekton/pipeline';
import type { Guard } from '../../tekton/task';
import type { ArrayValue, StringValue } from '../../tekton/value';
import { pipelineContext } from '../../tekton/value';
import type { ParamDeclarations } from '../../tekton/param';
import { Param } from '../../tekton/param';
import type { PipelineContext } from './context';
import { TIMEOUTS } from './context';
import type { HookTask, TaskFactory } from '../tasks/catalogue';
import type { App } from '../../fleet/model';
import { imageScan } from '../tasks/hooks/image-scan';
import { notify } from '../tasks/hooks/notify';

/** The hooks of the catalogue, by the name that a stack gives. */
const CATALOGUE: Readonly<Record<(typeof CATALOGUE_HOOKS)[number], TaskFactory<HookTask>>> = {
  'image-scan': imageScan,
  notify,
};

/** The Task of a hook: one of the catalogue, or one that the team brings, which may take every param that is known. */
function useHook({ tasks }: PipelineContext, name: string, params: readonly string[]): HookTask {
  const known = CATALOGUE_HOOKS.find((each) => each === name);
  if (known !== undefined) return tasks.use(CATALOGUE[known]);
  const declarations = params.map((param) => [param, param === CHANGED_APPS ? Param.array() : Param.string()] as const);
  return tasks.useExternal(name, Object.fromEntries(declarations));
}

const CHANGED_APPS = 'changed-apps';

/** What every hook may take as params; its Task declares those that it wants. */
export interface HookFacts {
  readonly revision: StringValue;
  readonly session: StringValue;
  /** Those that a pull request changes, that are deployed, or that are released. */
  readonly 'changed-apps': ArrayValue;
  /** Who brought what is built: release, pr or fork. */
  readonly scope: StringValue;
}

/** An app that was built, for a hook that runs for it. */
export interface BuiltForHook {
  readonly app: App;
  readonly image: StringValue;
  readonly commit: StringValue;
  readonly when: readonly Guard[];
}

/** With these a hook can check out what was built; each Task clones what it needs. */
const factsOf = ({ app, image, commit }: BuiltForHook) => ({
  app: app.name,
  image,
  url: app.cloneUrl,
  commit,
  'context-dir': app.contextDir,
});

const facts = ({ stack }: PipelineContext, pipeline: Pipeline<ParamDeclarations>, given: HookFacts) => ({
  stack: stack.name,
  pipeline: pipeline.name,
  'run-name': pipelineContext.runName,
  ...given,
});

/** The values of the params that the Task declares. */
const declared = <V>(
  { params }: { readonly params: ParamDeclarations },
  known: Readonly<Record<string, V>>,
): Record<string, V> => Object.fromEntries(Object.entries(known).filter(([name]) => name in params));

/** Adds the hooks of one kind, one after another. Returns the last one, or `where.after` if there is none, to wait for. */
export function addHooks(
  context: PipelineContext,
  pipeline: Pipeline<ParamDeclarations>,
  hook: Hook,
  given: HookFacts,
  where: {
    readonly after?: readonly PipelineTask[];
    readonly built?: BuiltForHook;
  } = {},
): readonly PipelineTask[] {
  let before = where.after ?? [];
  context.stack.hooks[hook].forEach((name, index) => {
    const params = {
      ...facts(context, pipeline, given),
      ...(where.built && factsOf(where.built)),
    };
    const hookTask = useHook(context, name, Object.keys(params));
    const task = pipeline.task(hookTaskName(hook, index, where.built?.app.name), hookTask, {
      params: declared(hookTask, params),
      when: where.built?.when,
      after: before,
      timeout: TIMEOUTS.test,
    });
    before = [task];
  });
  return before;
}

/** Adds the hooks that run at the end whatever happened, and get the status of the run. */
export function addFinalHooks(
  context: PipelineContext,
  pipeline: Pipeline<ParamDeclarations>,
  hook: Hook,
  given: HookFacts,
): void {
  context.stack.hooks[hook].forEach((name, index) => {
    const params = { ...facts(context, pipeline, given), status: pipeline.status };
    const hookTask = useHook(context, name, Object.keys(params));
    pipeline.finally(hookTaskName(hook, index), hookTask, {
      params: declared(hookTask, params),
      timeout: TIMEOUTS.short,
    });
  });
}
