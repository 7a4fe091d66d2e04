import type { KindRef } from '../kube/api';
import type { ExistingObject } from '../output/checks/inventory';
import type { Finding } from './finding';
import { findings } from './finding';
import type { Read } from './reading';
import { judged } from './reading';
import type { Wanted } from './wanted';

/** What the objects rely on and somebody else makes, beside Secrets: bundles of CAs, classes, Tasks, the namespace of monitors. */

const found = findings('given');

/** Each kind of which something is taken for given, as paths name it. */
const KINDS: Readonly<Record<string, KindRef>> = {
  Namespace: { apiVersion: 'v1', plural: 'namespaces' },
  ConfigMap: { apiVersion: 'v1', plural: 'configmaps' },
  PersistentVolumeClaim: { apiVersion: 'v1', plural: 'persistentvolumeclaims' },
  ServiceAccount: { apiVersion: 'v1', plural: 'serviceaccounts' },
  PriorityClass: { apiVersion: 'scheduling.k8s.io/v1', plural: 'priorityclasses' },
  RuntimeClass: { apiVersion: 'node.k8s.io/v1', plural: 'runtimeclasses' },
  Task: { apiVersion: 'tekton.dev/v1', plural: 'tasks' },
};

/** An object that must exist. */
export interface GivenWanted {
  readonly kind: string;
  readonly ref: KindRef;
  readonly namespace?: string;
  readonly name: string;
  /** Of a ConfigMap, what is read of it. */
  readonly key?: string;
  readonly remedy: string;
}

/** How each kind comes to a cluster. */
const remedyFor = (kind: string, name: string, namespace: string | undefined): string =>
  ({
    Namespace: `kubectl create namespace ${name}`,
    ConfigMap: `kubectl create configmap ${name} --namespace=${namespace} --from-file=KEY=FILE`,
    ServiceAccount: `kubectl create serviceaccount ${name} --namespace=${namespace}`,
    PriorityClass: `kubectl create priorityclass ${name} --value=VALUE`,
    RuntimeClass: `make RuntimeClass ${name}, or name another as podTemplate.runtimeClass of the cluster's file`,
    PersistentVolumeClaim: `kubectl apply --namespace=${namespace} -f FILE, which holds PersistentVolumeClaim ${name}`,
    Task: `kubectl apply --namespace=${namespace} -f FILE, which holds Task ${name}`,
  })[kind] ?? `make ${kind} ${name}`;

/** Each object once. */
export function givenWanted(wanted: Wanted): readonly GivenWanted[] {
  const objects = new Map<string, GivenWanted>();
  const runtimeClass = wanted.cluster.settings?.podTemplate?.runtimeClass;
  const all: readonly ExistingObject[] = [
    ...wanted.existing,
    ...(runtimeClass === undefined ? [] : [{ kind: 'RuntimeClass', name: runtimeClass }]),
  ];
  for (const { kind, namespace, name, key } of all) {
    const ref = KINDS[kind];
    if (ref === undefined) continue;
    const remedy = (kind === 'Namespace' && wanted.namespaces.get(name)) || remedyFor(kind, name, namespace);
    objects.set(`${kind} ${namespace}/${name} ${key}`, {
      ...{ kind, ref, namespace, name },
      ...(key === undefined ? { remedy } : { key, remedy: remedy.replace('=KEY=', `=${key}=`) }),
    });
  }
  return [...objects.values()];
}

/** For messages. */
export const subjectOf = ({ kind, namespace, name }: GivenWanted): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** @param read the keys of the object's data; none where it has no such thing */
export const checkGiven = (wanted: GivenWanted, read: Read<readonly string[] | undefined>): readonly Finding[] =>
  judged('given', subjectOf(wanted), read, (keys) => {
    const { key, remedy } = wanted;
    if (keys === undefined) return [found('error', subjectOf(wanted), 'is missing', remedy)];
    return key === undefined || keys.includes(key)
      ? []
      : [found('error', subjectOf(wanted), `lacks key ${key}, which holds the private authorities`, remedy)];
  });
