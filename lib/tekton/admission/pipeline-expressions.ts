import { list } from '../../kube/manifest';
import type { Expression } from '../spec/expression';
import { expressionsOf, isIsolated, resultRef, written } from '../spec/expression';
import { misuseOfParam } from './params';
import type { Report, Rules } from '../../kube/checks/rule';
import { among } from '../../kube/checks/rule';
import { taskExpressionRules } from './task-expressions';
import { taskShapeRules } from './task-shape';
import type { PipelineTaskView, PipelineView, Use } from './view';
import { taskView } from './view';

/** What may stand in `$(…)` of a Pipeline. https://tekton.dev/docs/pipelines/variables/#variables-available-in-a-pipeline */

const ROOTS = ['params', 'tasks', 'finally', 'context', 'workspaces', 'results'];
const CONTEXT: Readonly<Record<string, readonly string[]>> = {
  pipelineRun: ['name', 'namespace', 'uid'],
  pipeline: ['name'],
  pipelineTask: ['retries'],
};

/** A rule on each expression of each pipeline task. */
const eachUse =
  (check: (use: Use, report: Report, task: PipelineTaskView, pipeline: PipelineView) => void) =>
  (pipeline: PipelineView, report: Report): void => {
    for (const task of pipeline.all) for (const use of task.uses) check(use, report, task, pipeline);
  };

/** `tasks.status`, `tasks.<task>.status` or `tasks.<task>.reason`: the task, or none for the aggregate. */
function statusOf({ names }: Expression): { task?: string } | undefined {
  if (names[0] !== 'tasks') return undefined;
  if (names.length === 2 && names[1] === 'status') return {};
  return names.length === 3 && (names[2] === 'status' || names[2] === 'reason') ? { task: names[1] } : undefined;
}

export const pipelineExpressionRules: Rules<PipelineView> = {
  'tekton-14': eachUse((use, report, { final }, { tasks, finally: last }) => {
    const ref = resultRef(use.expression);
    if (!final || ref === undefined || tasks.has(ref.task)) return;
    report(
      use.path,
      `${written(use.expression)}: ${last.has(ref.task) ? 'a task of finally cannot use results of another one' : 'the Pipeline has no such task'}`,
    );
  }),
  'tekton-18': eachUse((use, report, _task, { params }) => {
    const [root, name = ''] = use.expression.names;
    if (root !== 'params') return;
    const param = params.get(name);
    if (param === undefined) {
      report(
        use.path,
        `${written(use.expression)}: the Pipeline declares no param of this name`,
        among(name, params.keys()),
      );
      return;
    }
    const whole = { array: ['param', 'element', 'matrix', 'value'].includes(use.field), object: use.field === 'param' };
    const misuse = misuseOfParam(use, param, whole);
    if (misuse !== undefined) report(use.path, `${written(use.expression)} ${misuse}`);
  }),
  'tekton-19': eachUse((use, report) => {
    const [root, owner = '', field = ''] = use.expression.names;
    if (root === 'context' && !CONTEXT[owner]?.includes(field)) {
      report(use.path, `${written(use.expression)} is not a context variable of a Pipeline`, {
        expected: 'context.pipelineRun.name, .namespace, .uid, context.pipeline.name, context.pipelineTask.retries',
      });
    }
  }),
  'tekton-20': eachUse((use, report, { final }, { tasks }) => {
    const status = statusOf(use.expression);
    if (status === undefined) return;
    if (!final) report(use.path, `${written(use.expression)}: only tasks of finally can read the status of others`);
    else if (status.task !== undefined && !tasks.has(status.task))
      report(use.path, `${written(use.expression)}: the Pipeline has no such task`, { found: status.task });
  }),
  'tekton-21': eachUse((use, report) => {
    const { expression } = use;
    const unreadable =
      expression.names[0] === 'tasks' &&
      !resultRef(expression) &&
      !statusOf(expression) &&
      expression.names[2] !== 'outputs';
    if (unreadable || !ROOTS.includes(expression.names[0] ?? '')) {
      report(use.path, `${written(expression)} is nothing that Tekton substitutes`, {
        expected: `${ROOTS.join(', ')}; a variable of the shell is \${NAME}`,
      });
    }
  }),
  'tekton-24': (pipeline, report) =>
    list(pipeline.spec.results).forEach(({ value }, i) => {
      for (const [at, text] of textsOf(value)) checkResultText(text, `spec.results[${i}].value${at}`, pipeline, report);
    }),
  'tekton-25': eachUse((use, report, _task, { tasks }) => {
    const ref = resultRef(use.expression);
    const target = ref && tasks.get(ref.task)?.task;
    if (target?.pipelineRef !== undefined || target?.pipelineSpec !== undefined)
      report(use.path, `${written(use.expression)}: a task that is a pipeline has no results`);
  }),
  'tekton-26-results': eachUse((use, report, _task, { tasks }) => {
    const ref = resultRef(use.expression);
    if (ref === undefined || tasks.get(ref.task)?.task.matrix === undefined) return;
    if (use.expression.index !== '*' || !isIsolated(use.text, use.expression))
      report(use.path, `${written(use.expression)}: results of a matrix are taken together, as [*]`);
  }),
  'tekton-28': eachUse((use, report) => {
    if (use.expression.names[0] === 'tasks' && use.expression.names[2] === 'outputs')
      report(use.path, `${written(use.expression)}: artifacts are an alpha feature, off by default`);
  }),
  'tekton-29': (pipeline, report) => {
    for (const { task, path } of pipeline.all) {
      if (task.taskSpec?.steps === undefined) continue;
      const view = taskView(pipeline.object, task.taskSpec, `${path}.taskSpec`, pipeline.params);
      for (const check of [...Object.values(taskShapeRules), ...Object.values(taskExpressionRules)])
        check(view, report, undefined);
    }
  },
};

const textsOf = (value: unknown): readonly (readonly [string, string])[] =>
  typeof value === 'string'
    ? [['', value]]
    : Object.entries((value ?? {}) as Record<string, string>).map(([key, text]) => [
        Array.isArray(value) ? `[${key}]` : `.${key}`,
        text,
      ]);

function checkResultText(text: string, path: string, { tasks, finally: last }: PipelineView, report: Report): void {
  const found = expressionsOf(text);
  if (found.length === 0)
    report(path, 'value of a Pipeline result is the result of a task', {
      found: text,
      expected: '$(tasks.<task>.results.<result>)',
    });
  for (const expression of found) {
    const ofTask = resultRef(expression);
    const ofFinally = resultRef(expression, 'finally');
    if (ofTask === undefined && ofFinally === undefined)
      report(path, `${written(expression)} is not the result of a task`);
    else if ((ofTask && !tasks.has(ofTask.task)) ?? (ofFinally && !last.has(ofFinally.task)))
      report(path, `${written(expression)}: the Pipeline has no such task`);
  }
}
