import type { Manifest } from '../kube/manifest';
import { describe, list } from '../kube/manifest';
import { isPipeline, isTask } from '../tekton/admission/view';
import type { PipelineSpec, PipelineTask, TaskSpec } from '../tekton/spec/wire';
import { ANNOTATIONS } from '../words/labels';
import type { Finding } from './finding';
import { findings } from './finding';
import type { Wanted } from './wanted';

/**
 * Flags of Tekton (ConfigMap feature-flags) by which it refuses, or does otherwise, what the output relies on. Those that are
 * not here change nothing for it: no object has a workspace (affinity assistants of claims), and none has credentials
 * made of the Secrets of its account (disable-creds-init).
 * https://tekton.dev/docs/pipelines/additional-configs/
 */

const found = findings('tekton');

interface Flag {
  readonly name: string;
  /** Where the ConfigMap does not say it. */
  readonly byItself: string;
  /** Whether a value is wrong for an object, or for how runs are made. */
  readonly refuses: (value: string, object: Manifest, wanted: Wanted) => boolean;
  readonly why: string;
  readonly wants: string;
  readonly severity: 'error' | 'warning';
}

const tasksOf = (object: Manifest): readonly PipelineTask[] => {
  if (!isPipeline(object)) return [];
  const { tasks, finally: last } = object.spec as PipelineSpec;
  return [...list(tasks), ...list(last)];
};
const listed = (value: string): readonly string[] => value.split(',').map((word) => word.trim());
const isEmbedded = ({ teams }: Wanted, { metadata: { namespace } }: Manifest): boolean =>
  teams.some((team) => team.namespace === namespace && team.runs === 'embedded');
const paramsOf = (object: Manifest): readonly object[] =>
  isTask(object) || isPipeline(object) ? list((object.spec as { readonly params?: readonly object[] }).params) : [];

const FLAGS: readonly Flag[] = [
  {
    name: 'enable-api-fields',
    byItself: 'beta',
    refuses: (value, object) =>
      value === 'stable' &&
      (tasksOf(object).some(
        ({ matrix, onError, taskRef }) =>
          matrix !== undefined || onError !== undefined || taskRef?.resolver !== undefined,
      ) ||
        object.metadata.annotations?.[ANNOTATIONS.resources] !== undefined),
    why: 'uses onError, a matrix, a resolver or resources of single steps, which Tekton calls beta',
    wants: 'beta',
    severity: 'error',
  },
  {
    name: 'disable-inline-spec',
    byItself: '',
    refuses: (value, object, wanted) =>
      listed(value).includes('pipelinerun') && isPipeline(object) && isEmbedded(wanted, object),
    why: "has runs that contain it whole (say runs: reference in the cluster's file, or change the flag)",
    wants: '',
    severity: 'error',
  },
  {
    name: 'disable-inline-spec',
    byItself: '',
    refuses: (value, object) =>
      listed(value).includes('pipeline') && tasksOf(object).some(({ taskSpec }) => taskSpec !== undefined),
    why: 'has a task that is written into it',
    wants: '',
    severity: 'error',
  },
  {
    name: 'enable-cel-in-whenexpression',
    byItself: 'false',
    refuses: (value, object) =>
      value !== 'true' && tasksOf(object).some(({ when }) => list(when).some(({ cel }) => cel !== undefined)),
    why: 'guards a task by CEL',
    wants: 'true',
    severity: 'error',
  },
  {
    name: 'enable-param-enum',
    byItself: 'false',
    refuses: (value, object) => value !== 'true' && paramsOf(object).some((param) => 'enum' in param),
    why: 'has a param that is one of a list',
    wants: 'true',
    severity: 'error',
  },
  {
    name: 'results-from',
    byItself: 'termination-message',
    refuses: (value, object) => value !== 'termination-message' && isTask(object) && hasResults(object),
    why: 'has results of steps, which were tried by termination messages alone; Tekton has to read logs of pods otherwise',
    wants: 'termination-message',
    severity: 'warning',
  },
  {
    name: 'coschedule',
    byItself: 'workspaces',
    refuses: (value, object) => ['pipelineruns', 'isolate-pipelinerun'].includes(value) && isPipeline(object),
    why: 'builds several apps at once, and this puts all pods of a run on one node, which must have room for them',
    wants: 'workspaces',
    severity: 'warning',
  },
];

const hasResults = ({ spec }: Manifest): boolean => {
  const { results, steps } = spec as TaskSpec;
  return list(results).length > 0 || list(steps).some((step) => list(step.results).length > 0);
};

/**
 * @param data of the ConfigMap; what it does not say is as Tekton has it by itself
 * @param namespace of Tekton
 */
export function checkFlags(
  wanted: Wanted,
  data: Readonly<Record<string, string>>,
  namespace: string,
): readonly Finding[] {
  return FLAGS.flatMap(({ name, byItself, refuses, why, wants, severity }) => {
    const value = data[name] ?? byItself;
    const [first, ...others] = wanted.objects.filter((object) => refuses(value, object, wanted));
    if (first === undefined) return [];
    const more = others.length > 0 ? `, as ${others.length} more do` : '';
    return [
      found(severity, `flag ${name}: "${value}"`, `${describe(first)} ${why}${more}`, patch(namespace, name, wants)),
    ];
  });
}

const patch = (namespace: string, name: string, value: string): string =>
  `kubectl patch configmap feature-flags --namespace ${namespace} --patch '${JSON.stringify({ data: { [name]: value } })}'`;
