import type { Ref } from './wire';

/** Where the Task is that a pipeline task runs: in the namespace of the run, or in another, where Tekton's cluster resolver finds it. */

export interface TaskPlace {
  readonly name: string;
  readonly namespace?: string;
}

const RESOLVER = 'cluster';

/** Refers to a Task of another namespace. https://tekton.dev/docs/pipelines/cluster-resolver/ */
export const refElsewhere = ({ name, namespace }: Required<TaskPlace>): Ref => ({
  params: [
    { name: 'kind', value: 'task' },
    { name: 'name', value: name },
    { name: 'namespace', value: namespace },
  ],
  resolver: RESOLVER,
});

/**
 * The place that a reference means.
 * @param namespace of the run
 * @returns undefined for what is no Task of the cluster, or is known to the run alone
 */
export function taskPlace(ref: Ref | undefined, namespace: string | undefined): TaskPlace | undefined {
  if (ref === undefined) return undefined;
  if (ref.resolver === undefined)
    return ref.name === undefined || (ref.kind ?? 'Task') !== 'Task' ? undefined : { name: ref.name, namespace };
  if (ref.resolver !== RESOLVER) return undefined;
  const { kind, ...given } = Object.fromEntries((ref.params ?? []).map(({ name, value }) => [name, value]));
  return kind === 'task' && typeof given.name === 'string' && typeof given.namespace === 'string'
    ? { name: given.name, namespace: given.namespace }
    : undefined;
}

/** Whether a reference is to a Task of another namespace than that of the run. */
export const isElsewhere = ({ resolver }: Ref): boolean => resolver === RESOLVER;
