import { list } from '../../kube/manifest';
import type { Expression } from '../spec/expression';
import { expressionsOf, isIsolated, resultRef, wholeExpression, written } from '../spec/expression';
import type { Report, Rules } from '../../kube/checks/rule';
import { among } from '../../kube/checks/rule';
import type { PipelineView, TaskLookup, TaskView } from './view';
import type { Param, ParamSpec, ParamValue, PipelineTask } from '../spec/wire';
import { paramType, resultType, valueType } from '../spec/wire';

/**
 * What a Pipeline gives to its Tasks and takes from them. Tekton finds these once a run has started
 * (pkg/reconciler/pipelinerun/resources); Tasks that are not ours are unknown and left out.
 */

interface Bound {
  readonly task: PipelineTask;
  readonly path: string;
  /** The Task that it runs. */
  readonly of: TaskView;
}

/** A rule on each pipeline task whose Task is known. */
const eachBound =
  (check: (bound: Bound, report: Report, pipeline: PipelineView, tasks: TaskLookup) => void) =>
  (pipeline: PipelineView, report: Report, tasks: TaskLookup): void => {
    for (const view of pipeline.all) {
      const of = tasks.taskOf(view);
      if (of !== undefined) check({ task: view.task, path: view.path, of }, report, pipeline, tasks);
    }
  };

const taskName = ({ of }: Pick<Bound, 'of'>): string => `Task '${of.object.manifest.metadata.name}'`;

export const bindingRules: Rules<PipelineView, TaskLookup> = {
  'run-param-missing': eachBound((bound, report) => {
    const { params, matrix } = bound.task;
    const given = [params, matrix?.params, ...list(matrix?.include).map((include) => include.params)];
    for (const param of bound.of.params.values()) {
      if (param.default !== undefined) continue;
      if (!given.some((some) => list(some).some(({ name }) => name === param.name)))
        report(`${bound.path}.params`, `${taskName(bound)} needs a param that is not given`, { expected: param.name });
    }
  }),
  'run-param-unknown': eachBound((bound, report) => {
    const check = (params: readonly Param[] | undefined, path: string): void =>
      list(params).forEach(({ name }, i) => {
        if (!bound.of.params.has(name))
          report(
            `${bound.path}.${path}[${i}]`,
            `${taskName(bound)} declares no param of this name`,
            among(name, bound.of.params.keys()),
          );
      });
    check(bound.task.params, 'params');
    check(bound.task.matrix?.params, 'matrix.params');
    list(bound.task.matrix?.include).forEach(({ params }, i) => check(params, `matrix.include[${i}].params`));
  }),
  'run-param-type': eachBound((bound, report, pipeline, tasks) => {
    const check = (params: readonly Param[] | undefined, path: string, typeOf: (param: Param) => string): void =>
      list(params).forEach((param, i) => {
        const declared = bound.of.params.get(param.name);
        const type = typeOf(param);
        if (declared === undefined || type === paramType(declared)) return;
        report(
          `${bound.path}.${path}[${i}].value`,
          `${taskName(bound)} declares param '${param.name}' with another type`,
          { found: type, expected: paramType(declared) },
        );
      });
    check(bound.task.params, 'params', ({ value }) => givenType(value, pipeline, tasks));
    check(bound.task.matrix?.params, 'matrix.params', () => 'string');
    list(bound.task.matrix?.include).forEach(({ params }, i) =>
      check(params, `matrix.include[${i}].params`, () => 'string'),
    );
  }),
  'run-object-keys': eachBound((bound, report, pipeline) =>
    list(bound.task.params).forEach((param, i) => {
      const declared = bound.of.params.get(param.name);
      if (declared === undefined || paramType(declared) !== 'object') return;
      const given = keysGiven(param.value, pipeline);
      if (given === undefined) return;
      const missing = Object.keys(declared.properties ?? {}).filter(
        (key) => !given.has(key) && !(key in ((declared.default ?? {}) as object)),
      );
      if (missing.length > 0)
        report(`${bound.path}.params[${i}].value`, `${taskName(bound)} needs more keys in param '${param.name}'`, {
          expected: missing.join(', '),
        });
    }),
  ),
  'run-array-index': (pipeline, report) => {
    for (const { uses } of pipeline.all) {
      for (const { expression, path } of uses) {
        const { names, index } = expression;
        const fallback = names[0] === 'params' ? pipeline.params.get(names[1] ?? '')?.default : undefined;
        if (typeof index === 'number' && Array.isArray(fallback) && index >= fallback.length)
          report(path, `${written(expression)} is behind the end of the param's default`, {
            found: `${fallback.length} elements`,
          });
      }
    }
  },
  'run-workspace': eachBound((bound, report, { spec }) => {
    const declared = new Map(list(bound.of.spec.workspaces).map((workspace) => [workspace.name, workspace]));
    const optional = new Set(list(spec.workspaces).flatMap(({ name, optional: may }) => (may ? [name] : [])));
    const given = new Set<string>();
    list(bound.task.workspaces).forEach(({ name, workspace }, i) => {
      const path = `${bound.path}.workspaces[${i}]`;
      const target = declared.get(name);
      given.add(name);
      if (target === undefined)
        report(path, `${taskName(bound)} declares no workspace of this name`, among(name, declared.keys()));
      else if (!target.optional && optional.has(workspace ?? name))
        report(path, `${taskName(bound)} needs a workspace that is optional in the Pipeline`, { found: name });
    });
    for (const { name, optional: may } of declared.values()) {
      if (!may && !given.has(name))
        report(`${bound.path}.workspaces`, `${taskName(bound)} needs a workspace that is not given`, {
          expected: name,
        });
    }
  }),
  'run-result': (pipeline, report, tasks) => {
    for (const { uses } of pipeline.all)
      for (const use of uses)
        checkResult(use.expression, use.path, pipeline, tasks, report, isIsolated(use.text, use.expression));
  },
  'run-pipeline-result': (pipeline, report, tasks) =>
    list(pipeline.spec.results).forEach(({ value }, i) => {
      for (const text of typeof value === 'string' ? [value] : Object.values(value ?? {})) {
        for (const expression of expressionsOf(text))
          checkResult(expression, `spec.results[${i}].value`, pipeline, tasks, report, isIsolated(text, expression));
      }
    }),
};

/** The type of what a task gets: an isolated `[*]` passes on the whole array or object. */
function givenType(value: ParamValue, pipeline: PipelineView, tasks: TaskLookup): string {
  const expression = typeof value === 'string' && value.endsWith('[*])') ? wholeExpression(value) : undefined;
  if (expression?.index !== '*') return valueType(value);
  const [root, name = ''] = expression.names;
  if (root === 'params') return paramType(pipeline.params.get(name) ?? { name });
  const ref = resultRef(expression);
  const producer = ref && pipeline.tasks.get(ref.task);
  if (producer?.task.matrix !== undefined) return 'array';
  const declared = producer && tasks.taskOf(producer)?.results.get(ref?.result ?? '');
  return declared === undefined ? 'array' : resultType(declared);
}

/** Keys of an object that a task gets; undefined if only a run knows. */
function keysGiven(value: ParamValue, pipeline: PipelineView): ReadonlySet<string> | undefined {
  if (valueType(value) === 'object') return new Set(Object.keys(value));
  const name = typeof value === 'string' ? expressionsOf(value)[0]?.names : undefined;
  const param: ParamSpec | undefined = name?.[0] === 'params' ? pipeline.params.get(name[1] ?? '') : undefined;
  return param?.properties && new Set(Object.keys(param.properties));
}

/** The Task declares the result, and it is used as what it is. */
function checkResult(
  expression: Expression,
  path: string,
  pipeline: PipelineView,
  tasks: TaskLookup,
  report: Report,
  isolated: boolean,
): void {
  const ref = resultRef(expression) ?? resultRef(expression, 'finally');
  if (ref === undefined) return;
  const producer = (expression.names[0] === 'finally' ? pipeline.finally : pipeline.tasks).get(ref.task);
  const task = producer && tasks.taskOf(producer);
  if (producer === undefined || task === undefined) return;
  const result = task.results.get(ref.result);
  if (result === undefined) {
    report(
      path,
      `${written(expression)}: ${taskName({ of: task })} declares no result of this name`,
      among(ref.result, task.results.keys()),
    );
    return;
  }
  const type = producer.task.matrix === undefined ? resultType(result) : 'array';
  const whole = expression.index === '*';
  if (type === 'string' && (expression.index !== undefined || ref.key !== undefined))
    report(path, `${written(expression)} asks a string result for a part of it`);
  if (type === 'array' && expression.index === undefined)
    report(path, `${written(expression)} puts in an array result without [*]`);
  if (type === 'object' && !whole && !(ref.key !== undefined && ref.key in (result.properties ?? {})))
    report(path, `${written(expression)} asks an object result for a key that it does not declare`);
  if (type !== 'string' && whole && !isolated)
    report(path, `${written(expression)} mixes a whole ${type} result with other text`);
}
