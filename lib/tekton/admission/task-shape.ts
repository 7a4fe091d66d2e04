import { list } from '../../kube/manifest';
import type { Report, Rules } from '../../kube/checks/rule';
import { among, isDnsLabel, isDuration, repeated } from '../../kube/checks/rule';
import type { TaskView } from './view';
import type { TaskResult, Step, When } from '../spec/wire';
import { resultType, valueType } from '../spec/wire';
import { expressionsOf } from '../spec/expression';

/** What Tekton demands of a Task's fields, whatever is substituted into them. */

const RESULT_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const NOT_WITH_REF = ['image', 'command', 'args', 'script', 'workingDir', 'env', 'volumeMounts', 'results'] as const;
const RESERVED_SIDECAR = 'tekton-log-results';

/** One way of writing a mount path, as Tekton compares them. */
function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
/** A rule on each step, stepTemplate merged in. */
const eachStep =
  (check: (step: Step, path: string, report: Report, task: TaskView) => void) =>
  (task: TaskView, report: Report): void =>
    task.steps.forEach((step, i) => check(step, `${task.base}.steps[${i}]`, report, task));

export const taskShapeRules: Rules<TaskView> = {
  'tekton-30': ({ spec, base }, report) => {
    if (list(spec.steps).length === 0) report(`${base}.steps`, 'a Task has at least one step');
  },
  'tekton-31': ({ spec, base }, report) =>
    repeated(
      list(spec.volumes),
      ({ name }) => name,
      ({ name }, i) => report(`${base}.volumes[${i}].name`, 'two volumes have the same name', { found: name }),
    ),
  'tekton-32': ({ spec, base, steps }, report) => {
    const workspaces = list(spec.workspaces);
    repeated(
      workspaces,
      ({ name }) => name,
      ({ name }, i) => report(`${base}.workspaces[${i}].name`, 'two workspaces have the same name', { found: name }),
    );
    const mounted = new Set(steps.flatMap((step) => list(step.volumeMounts).map(({ mountPath }) => clean(mountPath))));
    workspaces.forEach(({ name, mountPath }, i) => {
      const path = clean(mountPath ?? `/workspace/${name}`);
      if (mounted.has(path))
        report(`${base}.workspaces[${i}].mountPath`, 'something else is mounted at the path of the workspace', {
          found: path,
        });
      mounted.add(path);
    });
  },
  'tekton-33': ({ spec, base }, report) => {
    const declared = new Set(list(spec.workspaces).map(({ name }) => name));
    for (const part of ['steps', 'sidecars'] as const) {
      list(spec[part]).forEach(({ workspaces }, i) =>
        list(workspaces).forEach(({ name }, j) => {
          if (!declared.has(name))
            report(
              `${base}.${part}[${i}].workspaces[${j}]`,
              'uses a workspace that the Task does not declare',
              among(name, declared),
            );
        }),
      );
    }
  },
  'tekton-34': ({ spec, base }, report) => {
    repeated(
      list(spec.steps),
      ({ name }) => (name === '' ? undefined : name),
      ({ name }, i) => report(`${base}.steps[${i}].name`, 'two steps have the same name', { found: name }),
    );
    list(spec.steps).forEach(({ name }, i) => {
      if (isGiven(name) && !isDnsLabel(name as string))
        report(`${base}.steps[${i}].name`, 'name of a step is not a DNS label', { found: name });
    });
  },
  'tekton-35': eachStep((step, path, report) => {
    if (step.ref === undefined && !isGiven(step.image)) report(`${path}.image`, 'a step has an image');
  }),
  'tekton-36': eachStep((step, path, report) => {
    if (step.ref === undefined) {
      if (isGiven(step.params)) report(`${path}.params`, 'only a step with ref has params');
      return;
    }
    for (const field of NOT_WITH_REF)
      if (isGiven(step[field])) report(`${path}.${field}`, `a step with ref has no ${field}`);
  }),
  'tekton-37': eachStep((step, path, report) => {
    if (isGiven(step.script) && isGiven(step.command))
      report(`${path}.script`, 'a step has a script or a command, not both');
  }),
  'tekton-38': eachStep((step, path, report) => {
    if (step.timeout !== undefined && !isDuration(step.timeout))
      report(`${path}.timeout`, 'timeout is not a duration', { found: step.timeout, expected: 'such as 1h30m' });
  }),
  'tekton-39': eachStep((step, path, report) =>
    list(step.volumeMounts).forEach(({ name, mountPath }, i) => {
      const mounted = clean(mountPath);
      if (mounted.startsWith('/tekton/') && !mounted.startsWith('/tekton/home')) {
        report(`${path}.volumeMounts[${i}].mountPath`, 'nothing may be mounted below /tekton but /tekton/home', {
          found: mountPath,
        });
      }
      if (name.startsWith('tekton-internal-'))
        report(`${path}.volumeMounts[${i}].name`, 'names of volumes starting tekton-internal- are reserved', {
          found: name,
        });
    }),
  ),
  'tekton-40': eachStep((step, path, report) => {
    if (
      isGiven(step.onError) &&
      !['continue', 'stopAndFail'].includes(step.onError as string) &&
      !step.onError?.startsWith('$(params')
    ) {
      report(`${path}.onError`, 'onError of a step is unknown', {
        found: step.onError,
        expected: 'continue or stopAndFail',
      });
    }
  }),
  'tekton-41': eachStep((step, path, report) => {
    if (step.script?.trimStart().startsWith('#!win'))
      report(`${path}.script`, 'scripts for Windows are an alpha feature, off by default');
    for (const field of ['stdoutConfig', 'stderrConfig'] as const) {
      if (step[field] !== undefined) report(`${path}.${field}`, `${field} is an alpha feature, off by default`);
    }
  }),
  'tekton-44': ({ spec, base }, report) =>
    list(spec.sidecars).forEach((sidecar, i) => {
      const path = `${base}.sidecars[${i}]`;
      if (sidecar.name === RESERVED_SIDECAR)
        report(`${path}.name`, 'name of a sidecar is reserved', { found: RESERVED_SIDECAR });
      if (!isGiven(sidecar.image)) report(`${path}.image`, 'a sidecar has an image');
      if (isGiven(sidecar.script) && isGiven(sidecar.command))
        report(`${path}.script`, 'a sidecar has a script or a command, not both');
    }),
  'tekton-49': ({ spec, base, steps }, report) => {
    list(spec.results).forEach((result, i) => {
      checkResult(result, `${base}.results[${i}]`, report);
      checkResultValue(result, `${base}.results[${i}].value`, report);
    });
    steps.forEach((step, i) =>
      list(step.results).forEach((result, j) => checkResult(result, `${base}.steps[${i}].results[${j}]`, report)),
    );
  },
  'tekton-51': eachStep((step, path, report) =>
    list(step.when).forEach((when, i) => checkWhen(when, `${path}.when[${i}]`, report)),
  ),
};

function checkResult(result: TaskResult, path: string, report: Report): void {
  if (!RESULT_NAME.test(result.name))
    report(`${path}.name`, 'name of a result is not allowed', { found: result.name, expected: RESULT_NAME.source });
  const type = resultType(result);
  if (!['string', 'array', 'object'].includes(type))
    report(`${path}.type`, 'type of a result is unknown', { found: type, expected: 'string, array or object' });
  if (type === 'object' && result.properties === undefined)
    report(`${path}.properties`, 'an object result says its keys in properties');
  for (const [key, property] of Object.entries(result.properties ?? {})) {
    if ((property.type ?? 'string') !== 'string')
      report(`${path}.properties.${key}.type`, 'properties of an object result are strings', { found: property.type });
  }
}

function checkResultValue({ value }: TaskResult, path: string, report: Report): void {
  if (value === undefined || value === '') return;
  const names = typeof value === 'string' ? expressionsOf(value)[0]?.names : undefined;
  if (
    valueType(value) !== 'string' ||
    names?.[0] !== 'steps' ||
    names[2] !== 'results' ||
    !isDnsLabel(names[1] ?? '') ||
    !RESULT_NAME.test(names[3] ?? '')
  ) {
    report(path, 'value of a result is not that of a step', {
      found: JSON.stringify(value),
      expected: '$(steps.<step>.results.<result>)',
    });
  }
}

/** Rules 52 and 53: a condition of a pipeline task or of a step. https://tekton.dev/docs/pipelines/pipelines/#guard-task-execution-using-when-expressions */
export function checkWhen(when: When, path: string, report: Report): void {
  if (when.cel !== undefined) report(`${path}.cel`, 'conditions in CEL are an alpha feature, off by default');
  else if (when.operator !== 'in' && when.operator !== 'notin')
    report(`${path}.operator`, 'operator of a condition is unknown', {
      found: String(when.operator),
      expected: 'in or notin',
    });
  else if (list(when.values).length === 0) report(`${path}.values`, 'a condition has at least one value');
}
