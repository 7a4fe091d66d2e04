import { SWEEPER } from '../../../lib/words/names';
import { run } from './process';

/** The cluster of KUBECONFIG: `kubectl` itself, objects as JSON (`get`, `list`), `apply`, and waiting for a condition. */

export interface KubeObject<Spec = unknown, Status = unknown> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Spec;
  readonly status?: Status;
}

/** @throws with what kubectl said; `input` is its standard input */
export const kubectl = (args: readonly string[], input?: string): Promise<string> => run('kubectl', args, { input });

export const get = async <O = KubeObject>(kind: string, name: string, namespace: string): Promise<O> =>
  JSON.parse(await kubectl(['get', kind, name, '--namespace', namespace, '--output=json'])) as O;

/** Objects of a kind, all or those that a label selector chooses. */
export async function list<O = KubeObject>(kind: string, namespace: string, selector = ''): Promise<readonly O[]> {
  const text = await kubectl(['get', kind, '--namespace', namespace, '--selector', selector, '--output=json']);
  return (JSON.parse(text) as { items: O[] }).items;
}

/** Applies objects as they are given. */
export const applyObjects = (...objects: readonly object[]): Promise<string> =>
  kubectl(
    ['apply', '--server-side', '--force-conflicts', '--filename=-'],
    objects.map((object) => JSON.stringify(object)).join('\n---\n'),
  );

/** Until `kubectl wait --for=…` is content, at most so long (`60s`). */
export const wait = (
  kind: string,
  name: string,
  namespace: string,
  condition: string,
  timeout: string,
): Promise<string> =>
  kubectl(['wait', `${kind}/${name}`, '--namespace', namespace, `--for=${condition}`, `--timeout=${timeout}`]);

/** Deletes namespaces, and returns once they are gone. */
export const deleteNamespaces = (...names: readonly string[]): Promise<string> =>
  kubectl(['delete', 'namespace', ...names, '--ignore-not-found', '--wait']);

/** Merges a change into an object. */
export const patch = (kind: string, name: string, namespace: string, change: object): Promise<string> =>
  kubectl(['patch', kind, name, '--namespace', namespace, '--type=merge', '--patch', JSON.stringify(change)]);

/** Has the CronJob of a namespace close what runs have left open, without waiting for its hour. */
export const sweepNow = (namespace: string): Promise<string> =>
  kubectl(['create', 'job', `sweep-${Date.now()}`, `--from=cronjob/${SWEEPER}`, '--namespace', namespace]);

/** Changes the environment of a Task's steps, as a team may that applies its own. */
export async function setTaskEnv(
  namespace: string,
  name: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const { spec } = await get<KubeObject<{ steps: { env: { name: string; value?: string }[] }[] }>>(
    'task',
    name,
    namespace,
  );
  for (const variable of spec.steps.flatMap(({ env }) => env)) variable.value = values[variable.name] ?? variable.value;
  await patch('task', name, namespace, { spec });
}
