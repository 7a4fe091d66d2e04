import type { Placed, Workload } from '../../kube/checks/workload';
import type { Rules } from '../../kube/checks/rule';
import { list } from '../../kube/manifest';
import { expressionsOf } from '../spec/expression';
import type { Step } from '../spec/wire';
import type { TaskView } from './view';

/** Steps (stepTemplate merged in) and sidecars of a Task, where the rules on containers find them. */
export function containersOf({ steps, spec, base }: TaskView): readonly Placed[] {
  const placed = (field: string) => (container: Step, i: number) => ({
    container,
    path: `${base}.${field}[${i}]`,
    resources: container.computeResources ?? {},
  });
  return [
    ...steps.filter(({ ref }) => ref === undefined).map(placed('steps')),
    ...list(spec.sidecars).map(placed('sidecars')),
  ];
}

const SHELL = /(^|\/)(sh|ash|bash|dash|zsh)$/;
const ROOTS = new Set(['params', 'context', 'tasks', 'workspaces', 'results', 'steps', 'finally']);

export const scriptRules: Rules<Workload> = {
  // text of a person in a script is code: values reach it by the environment
  'value-in-script': ({ containers }, report) => {
    for (const { container, path } of containers) {
      const { script, command, args } = container;
      const lines = SHELL.test(command?.[0] ?? '') ? [...list(command), ...list(args)] : [];
      const found = [script ?? '', ...lines]
        .flatMap(expressionsOf)
        .find(({ names }) => names.length > 1 && ROOTS.has(names[0] ?? ''));
      if (found !== undefined)
        report(`${path}.${script === undefined ? 'args' : 'script'}`, 'a value is substituted into a script', {
          found: `$(${found.text})`,
          expected: 'a variable of the environment',
        });
    }
  },
};
