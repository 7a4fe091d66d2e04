import { list } from '../../kube/manifest';
import type { Report, Rules } from '../../kube/checks/rule';
import { among, isDnsLabel, isDuration, repeated } from '../../kube/checks/rule';
import { checkWhen } from './task-shape';
import type { PipelineTaskView, PipelineView } from './view';
import type { PipelineTask, Ref } from '../spec/wire';
import { valueType } from '../spec/wire';
import { isWholeArray, resultRef } from '../spec/expression';
import { findCycle } from '../../words/order';
import { KiB, bytes, mayReach } from '../../kube/checks/size';

/** What Tekton demands of a Pipeline's fields, whatever is substituted into them. */

/** `default-max-matrix-combinations-count` of config-defaults. */
const MATRIX_MAX = 256;
/** Linux passes at most this many bytes in one variable of the environment, which is how values reach a script. */
const VALUE_MAX = 128 * KiB;
const QUALIFIED_NAME = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const API_VERSION = /^[^/]+\/[^/]+$/;

/** A rule on each pipeline task, those of `finally` included. */
const eachTask =
  (check: (task: PipelineTask, path: string, report: Report, view: PipelineTaskView) => void) =>
  ({ all }: PipelineView, report: Report): void =>
    all.forEach((view) => check(view.task, view.path, report, view));

const isCustom = (ref: { apiVersion?: string; kind?: string } | undefined): boolean =>
  ref !== undefined &&
  (ref.apiVersion !== undefined
    ? !ref.apiVersion.startsWith('tekton.dev/')
    : ref.kind !== undefined && ref.kind !== '' && ref.kind !== 'Task');

export const pipelineShapeRules: Rules<PipelineView> = {
  'tekton-1': ({ spec }, report) => {
    if (Object.keys(spec).length === 0) report('spec', 'a Pipeline has a spec');
  },
  'tekton-2': eachTask(({ name }, path, report) => {
    if (!isDnsLabel(name))
      report(`${path}.name`, 'name of a pipeline task is not a DNS label of at most 63 characters', { found: name });
  }),
  'tekton-3': ({ all }, report) =>
    repeated(
      all,
      ({ task }) => task.name,
      ({ task, path }) => report(`${path}.name`, 'two pipeline tasks have the same name', { found: task.name }),
    ),
  'tekton-4': eachTask((task, path, report) => {
    const given = (['taskRef', 'taskSpec', 'pipelineRef', 'pipelineSpec'] as const).filter(
      (field) => task[field] !== undefined,
    );
    if (given.length !== 1)
      report(path, 'a pipeline task has one of taskRef and taskSpec', { found: given.join(', ') || 'none' });
    if (given.some((field) => field.startsWith('pipeline')))
      report(path, 'pipelines in pipelines are an alpha feature, off by default');
  }),
  'tekton-6': eachTask(({ taskSpec }, path, report) => {
    if (list(taskSpec?.steps).length === 0) return;
    for (const field of ['apiVersion', 'kind'] as const)
      if (taskSpec?.[field] !== undefined) report(`${path}.taskSpec.${field}`, `a taskSpec with steps has no ${field}`);
  }),
  'tekton-7': eachTask((task, path, report) => {
    for (const field of ['taskRef', 'taskSpec'] as const) {
      const custom = task[field];
      if (!isCustom(custom) || (field === 'taskSpec' && list(task.taskSpec?.steps).length > 0)) continue;
      if (custom?.kind === undefined || custom.kind === '')
        report(`${path}.${field}.kind`, 'a custom task says its kind');
      if (!API_VERSION.test(custom?.apiVersion ?? ''))
        report(`${path}.${field}.apiVersion`, 'a custom task says its apiVersion as group/version', {
          found: custom?.apiVersion,
        });
    }
  }),
  'tekton-8': eachTask(({ onError, retries }, path, report) => {
    if (retries !== undefined && (!Number.isInteger(retries) || retries < 0))
      report(`${path}.retries`, 'a pipeline task is tried again a number of times', {
        found: String(retries),
        expected: 'a whole number from 0',
      });
    if (onError === undefined || onError.startsWith('$(params')) return;
    if (onError !== 'continue' && onError !== 'stopAndFail')
      report(`${path}.onError`, 'onError of a pipeline task is unknown', {
        found: onError,
        expected: 'continue or stopAndFail',
      });
    if (onError === 'continue' && (retries ?? 0) > 0)
      report(`${path}.retries`, 'a pipeline task with onError: continue has no retries', { found: String(retries) });
  }),
  'tekton-10': eachTask(({ taskRef }, path, report) => {
    if (taskRef !== undefined && !isCustom(taskRef)) checkRef(taskRef, `${path}.taskRef`, report);
  }),
  'tekton-11': (pipeline, report) => checkGraph(pipeline, report),
  'tekton-12': ({ spec }, report) => {
    if (list(spec.finally).length > 0 && list(spec.tasks).length === 0)
      report('spec.finally', 'a Pipeline with finally has tasks');
  },
  'tekton-13': eachTask(({ runAfter }, path, report, { final }) => {
    if (final && list(runAfter).length > 0) report(`${path}.runAfter`, 'tasks of finally have no runAfter');
  }),
  'tekton-17': eachTask(({ params, matrix }, path, report) => {
    if (matrix === undefined && new Set(list(params).map(({ name }) => name)).size === list(params).length) return;
    const given = list(params).map(({ name }, i) => ({ name, path: `${path}.params[${i}]` }));
    const crossed = list(matrix?.params).map(({ name }, i) => ({ name, path: `${path}.matrix.params[${i}]` }));
    const twice = ({ name, path: at }: { readonly name: string; readonly path: string }): void =>
      report(at, 'a param is given twice', { found: name });
    repeated([...given, ...crossed], ({ name }) => name, twice);
    const forAll = new Set(given.map(({ name }) => name));
    list(matrix?.include).forEach((include, i) =>
      list(include.params).forEach(({ name }, j) => {
        if (forAll.has(name)) twice({ name, path: `${path}.matrix.include[${i}].params[${j}]` });
      }),
    );
  }),
  'tekton-22': ({ spec }, report) => {
    repeated(
      list(spec.workspaces),
      ({ name }) => name,
      ({ name }, i) => report(`spec.workspaces[${i}].name`, 'two workspaces have the same name', { found: name }),
    );
    list(spec.workspaces).forEach(({ name }, i) => {
      if (name === '') report(`spec.workspaces[${i}].name`, 'a workspace has a name');
    });
  },
  'tekton-23': ({ spec, all }, report) => {
    const declared = new Set(list(spec.workspaces).map(({ name }) => name));
    for (const { task, path } of all) {
      repeated(
        list(task.workspaces),
        ({ name }) => name,
        ({ name }, i) => report(`${path}.workspaces[${i}].name`, 'a workspace is bound twice', { found: name }),
      );
      list(task.workspaces).forEach(({ name, workspace }, i) => {
        const target = workspace === undefined || workspace === '' ? name : workspace;
        if (!declared.has(target))
          report(
            `${path}.workspaces[${i}]`,
            'the Pipeline declares no workspace of this name',
            among(target, declared),
          );
      });
    }
  },
  'tekton-26': eachTask(({ matrix }, path, report) => {
    if (matrix !== undefined) checkMatrix(matrix, `${path}.matrix`, report);
  }),
  'tekton-27': eachTask(({ when }, path, report) =>
    list(when).forEach((each, i) => checkWhen(each, `${path}.when[${i}]`, report)),
  ),
  'value-size': eachTask(({ params }, path, report) =>
    list(params).forEach(({ name, value }, i) => {
      const size = mayReach(value, VALUE_MAX) ? bytes(value) : 0;
      if (size > VALUE_MAX)
        report(`${path}.params[${i}].value`, `param '${name}' is too large for the environment of a step`, {
          found: `${size} bytes`,
          expected: `at most ${VALUE_MAX}`,
        });
    }),
  ),
  timeout: eachTask(({ timeout }, path, report) => {
    if (!isDuration(timeout))
      report(`${path}.timeout`, 'every pipeline task has a timeout', {
        found: timeout ?? 'none',
        expected: 'such as 30m',
      });
  }),
};

function checkRef(ref: Ref, path: string, report: Report): void {
  if (ref.resolver === undefined && ref.params === undefined) {
    if (!QUALIFIED_NAME.test(ref.name ?? ''))
      report(`${path}.name`, 'a taskRef names a Task', { found: ref.name ?? 'none' });
    return;
  }
  if (ref.name !== undefined)
    report(`${path}.name`, 'a taskRef with resolver or params has no name', { found: ref.name });
  if (ref.resolver === undefined) report(`${path}.resolver`, 'a taskRef with params has a resolver');
  repeated(
    list(ref.params),
    ({ name }) => name.toLowerCase(),
    ({ name }, i) => report(`${path}.params[${i}].name`, 'a param of the resolver is given twice', { found: name }),
  );
}

function checkMatrix(matrix: NonNullable<PipelineTask['matrix']>, path: string, report: Report): void {
  let combinations = 1;
  list(matrix.params).forEach(({ value }, i) => {
    if (Array.isArray(value)) combinations *= value.length;
    else if (!(typeof value === 'string' && isWholeArray(value)))
      report(`${path}.params[${i}].value`, 'params of a matrix are arrays', { found: valueType(value) });
  });
  list(matrix.include).forEach(({ params }, i) => {
    repeated(
      list(params),
      ({ name }) => name,
      ({ name }, j) => report(`${path}.include[${i}].params[${j}]`, 'a param is given twice', { found: name }),
    );
    list(params).forEach(({ value }, j) => {
      if (typeof value !== 'string')
        report(`${path}.include[${i}].params[${j}].value`, 'params of an include are strings', {
          found: valueType(value),
        });
    });
  });
  const total = (list(matrix.params).length > 0 ? combinations : 0) + list(matrix.include).length;
  if (total > MATRIX_MAX)
    report(path, 'a matrix has too many combinations', { found: String(total), expected: `at most ${MATRIX_MAX}` });
}

/** Targets exist and nothing waits for itself. Edges are runAfter and the results that a task uses. */
function checkGraph({ tasks }: PipelineView, report: Report): void {
  const before = new Map<string, readonly string[]>();
  for (const [name, { task, path, uses }] of tasks) {
    const targets = new Map<string, string>();
    list(task.runAfter).forEach((target, i) => targets.set(target, `${path}.runAfter[${i}]`));
    for (const use of uses) {
      const ref = resultRef(use.expression);
      if (ref !== undefined && !targets.has(ref.task)) targets.set(ref.task, use.path);
    }
    for (const [target, place] of targets)
      if (!tasks.has(target))
        report(place, 'waits for a task that is not among the tasks of the Pipeline', { found: target });
    before.set(name, [...targets.keys()]);
  }
  const cycle = findCycle([...tasks.keys()], (name) => before.get(name) ?? []);
  if (cycle !== undefined) report('spec.tasks', 'tasks wait for each other in a cycle', { found: cycle.join(' > ') });
}
