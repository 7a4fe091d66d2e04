import type { Hook } from '../../fleet/stack';
import { hookTask as hookTaskName } from '../../words/names';
import type { Pipeline, PipelineTask } from '../../tekton/pipeline';
import type { Guard } from '../../tekton/task';
import type { StringValue } from '../../tekton/value';
import { pipelineContext } from '../../tekton/value';
import type { ParamDeclarations } from '../../tekton/param';
import type { PipelineContext } from './context';
import { TIMEOUTS } from './context';
import type { HookTask, TaskFactory } from '../tasks/catalogue';
import { imageScan } from '../tasks/hooks/image-scan';
import { notify } from '../tasks/hooks/notify';

/** The examples of hooks, by the name that a stack gives. */
const EXAMPLES: ReadonlyMap<string, TaskFactory<HookTask>> = new Map<string, TaskFactory<HookTask>>([
  ['image-scan', imageScan],
  ['notify', notify],
]);

/** The Task of a hook: one of the examples, or one that the team brings, which may take every param that is known. */
function useHook({ tasks }: PipelineContext, name: string, params: readonly string[]): HookTask {
  const example = EXAMPLES.get(name);
  return example === undefined ? tasks.useExternal(name, params) : tasks.use(example);
}

/** What every hook is told; a Task takes of it what it declares. */
export interface HookFacts {
  readonly revision: StringValue;
  readonly session: StringValue;
}

const facts = ({ stack }: PipelineContext, pipeline: Pipeline<ParamDeclarations>, given: HookFacts) => ({
  stack: stack.name,
  pipeline: pipeline.name,
  'run-name': pipelineContext.runName,
  ...given,
});

/** Of all that is known, what the Task asks for. */
const declared = <V>(
  { params }: { readonly params: ParamDeclarations },
  known: Readonly<Record<string, V>>,
): Record<string, V> => Object.fromEntries(Object.entries(known).filter(([name]) => name in params));

/** The hooks of one kind, one after another; returns the last, for whoever must wait for them. */
export function addHooks(
  context: PipelineContext,
  pipeline: Pipeline<ParamDeclarations>,
  hook: Hook,
  given: HookFacts,
  where: {
    readonly after?: readonly PipelineTask[];
    readonly app?: { readonly name: string; readonly image: StringValue; readonly when: readonly Guard[] };
  } = {},
): readonly PipelineTask[] {
  let before = where.after ?? [];
  context.stack.hooks[hook].forEach((name, index) => {
    const params = {
      ...facts(context, pipeline, given),
      ...(where.app && { app: where.app.name, image: where.app.image }),
    };
    const hookTask = useHook(context, name, Object.keys(params));
    const task = pipeline.task(hookTaskName(hook, index, where.app?.name), hookTask, {
      params: declared(hookTask, params),
      when: where.app?.when,
      after: before,
      timeout: TIMEOUTS.test,
    });
    before = [task];
  });
  return before;
}

/** The hooks that run at the end whatever happened, and are told how it ended. */
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
