import type { Hook } from '../../fleet/stack';
import { hookTask } from '../../words/names';
import type { Pipeline, PipelineTask } from '../../tekton/pipeline';
import type { Guard } from '../../tekton/task';
import type { StringValue } from '../../tekton/value';
import { pipelineContext } from '../../tekton/value';
import type { ParamDeclarations } from '../../tekton/param';
import type { PipelineContext } from './context';
import { TIMEOUTS } from './context';

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
    const told = context.tasks.hook(name, Object.keys(params));
    const task = pipeline.task(hookTask(hook, index, where.app?.name), told, {
      params: declared(told, params),
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
    const told = context.tasks.hook(name, Object.keys(params));
    pipeline.finally(hookTask(hook, index), told, { params: declared(told, params), timeout: TIMEOUTS.short });
  });
}
