import type { Expression } from '../spec/expression';
import { written } from '../spec/expression';
import { misuseOfParam, paramName } from './params';
import type { Report, Rules } from '../../kube/checks/rule';
import { among } from '../../kube/checks/rule';
import type { TaskView, Use } from './view';

/** What may stand in `$(…)` of a Task. https://tekton.dev/docs/pipelines/variables/#variables-available-in-a-task */

const CONTEXT: Readonly<Record<string, readonly string[]>> = {
  taskRun: ['name', 'namespace', 'uid'],
  task: ['name', 'retry-count'],
};
/** Where a step may read what an earlier step gave. */
const STEP_RESULT_FIELDS = ['env', 'command', 'args', 'when', 'params'];
const ARRAY_FIELDS = ['command', 'args', 'when', 'params'];

const isArtifact = ({ names, text }: Expression): boolean =>
  text.startsWith('artifacts.') ||
  text.startsWith('step.artifacts.') ||
  names[2] === 'outputs' ||
  (names[0] === 'steps' && names[2] === 'inputs');

/** Each use in the Task of an expression with this first name. */
function eachUse(task: TaskView, root: string, check: (use: Use, name: string) => void): void {
  for (const uses of [task.stepUses, task.otherUses]) {
    for (const use of uses) if (use.expression.names[0] === root) check(use, use.expression.names[1] ?? '');
  }
}

export const taskExpressionRules: Rules<TaskView> = {
  'tekton-42': (task, report) =>
    task.stepUses.forEach(({ expression, field, path }) => {
      const { names } = expression;
      if (names[0] === 'steps' && names[2] === 'results' && !STEP_RESULT_FIELDS.includes(field)) {
        report(path, `${written(expression)}: the result of a step can be read in env, command and args only`);
      }
    }),
  'tekton-43': (task, report) =>
    [...task.stepUses, ...task.otherUses].forEach(({ expression, path }) => {
      if (isArtifact(expression))
        report(path, `${written(expression)}: artifacts are an alpha feature, off by default`);
    }),
  'tekton-45': (task, report) =>
    eachUse(task, 'params', (use, name) => {
      const param = task.params.get(name) ?? task.inherited.get(name);
      if (param === undefined) return;
      const misuse = misuseOfParam(use, param, { array: ARRAY_FIELDS.includes(use.field), object: false });
      if (misuse !== undefined) report(use.path, `${written(use.expression)} ${misuse}`);
    }),
  'tekton-46': (task, report) =>
    eachUse(task, 'params', (use, name) => {
      if (task.params.has(name) || task.inherited.has(name)) return;
      report(
        use.path,
        `${written(use.expression)}: the Task declares no param of this name`,
        among(paramName(use), task.params.keys()),
      );
    }),
  'tekton-47': (task, report) =>
    eachUse(task, 'context', (use, name) => {
      if (!CONTEXT[name]?.includes(use.expression.names[2] ?? '')) {
        report(use.path, `${written(use.expression)} is not a context variable of a Task`, {
          expected: 'context.taskRun.name, .namespace, .uid, context.task.name, .retry-count',
        });
      }
    }),
  'tekton-48': (task, report) => {
    eachUse(task, 'results', (use, name) => {
      if (!task.results.has(name))
        report(
          use.path,
          `${written(use.expression)}: the Task declares no result of this name`,
          among(name, task.results.keys()),
        );
    });
    checkStepResults(task, report);
  },
  'run-workspace-name': (task, report) => {
    const declared = new Set(task.spec.workspaces?.map(({ name }) => name));
    eachUse(task, 'workspaces', (use, name) => {
      if (!declared.has(name))
        report(
          use.path,
          `${written(use.expression)}: the Task declares no workspace of this name`,
          among(name, declared),
        );
    });
  },
};

/** `$(step.results.x.path)` is one of the step's own results. */
function checkStepResults({ stepUses, steps }: TaskView, report: Report): void {
  for (const { expression, path, step } of stepUses) {
    const [first, second, name] = expression.names;
    if (first !== 'step' || second !== 'results') continue;
    if (!steps[step]?.results?.some((result) => result.name === name))
      report(path, `${written(expression)}: the step declares no result of this name`, { found: name });
  }
}
