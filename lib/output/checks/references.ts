import { ANNOTATIONS } from '../../words/labels';
import { ACCOUNTS, accountName } from '../../words/names';
import type { Emitted, Manifest } from '../../kube/manifest';
import { at, list } from '../../kube/manifest';
import type { Report, Rules } from '../../kube/checks/rule';
import { among } from '../../kube/checks/rule';
import type { Placed } from '../../kube/checks/workload';
import { workloadOf } from '../../kube/checks/workload';
import type { Volume } from '../../kube/container';
import { podSpecOf } from '../../kube/container';
import { containersOf } from '../../tekton/admission/containers';
import type { TaskView } from '../../tekton/admission/view';
import { isElsewhere, taskPlace } from '../../tekton/spec/task-place';
import type { Inventory } from './inventory';

/** What an object names exists: it is emitted, listed as existing, or in every cluster. */

export interface Reference {
  readonly kind: string;
  readonly name: string;
  readonly path: string;
  /** @default - the namespace of the object */
  readonly namespace?: string;
  /** Keys that are read of a ConfigMap or a Secret. */
  readonly keys?: readonly string[];
}

interface Named {
  readonly name?: string;
  readonly key?: string;
  readonly items?: readonly { readonly key: string }[];
}

const keysOf = ({ key, items }: Named): readonly string[] =>
  key === undefined ? list(items).map((item) => item.key) : [key];

function ofVolume(volume: Volume, path: string): Reference[] {
  const secret = at(volume, 'secret', 'secretName') as string | undefined;
  const claim = at(volume, 'persistentVolumeClaim', 'claimName') as string | undefined;
  return [
    ...(secret === undefined
      ? []
      : [
          {
            ...{ kind: 'Secret', name: secret, path: `${path}.secret.secretName` },
            keys: keysOf(at(volume, 'secret') as Named),
          },
        ]),
    ...(claim === undefined
      ? []
      : [{ kind: 'PersistentVolumeClaim', name: claim, path: `${path}.persistentVolumeClaim.claimName` }]),
    ...named(at(volume, 'configMap'), 'ConfigMap', `${path}.configMap`),
    ...list(at(volume, 'projected', 'sources') as readonly unknown[] | undefined).flatMap((source, i) => [
      ...named(at(source, 'secret'), 'Secret', `${path}.projected.sources[${i}].secret`),
      ...named(at(source, 'configMap'), 'ConfigMap', `${path}.projected.sources[${i}].configMap`),
    ]),
  ];
}

function named(value: unknown, kind: string, path: string): Reference[] {
  const reference = value as Named | undefined;
  if (reference?.name === undefined) return [];
  return [{ kind, name: reference.name, path: `${path}.name`, keys: keysOf(reference) }];
}

function ofContainers(containers: readonly Placed[]): Reference[] {
  return containers.flatMap(({ container, path }) => [
    ...list(container.env).flatMap(({ valueFrom }, i) => [
      ...named(at(valueFrom, 'secretKeyRef'), 'Secret', `${path}.env[${i}].valueFrom.secretKeyRef`),
      ...named(at(valueFrom, 'configMapKeyRef'), 'ConfigMap', `${path}.env[${i}].valueFrom.configMapKeyRef`),
    ]),
    ...list(container.envFrom).flatMap((source, i) => [
      ...named(at(source, 'secretRef'), 'Secret', `${path}.envFrom[${i}].secretRef`),
      ...named(at(source, 'configMapRef'), 'ConfigMap', `${path}.envFrom[${i}].configMapRef`),
    ]),
  ]);
}

/** What the containers of pods refer to. */
export const containersOfPods = (manifest: Manifest): Reference[] => ofContainers(workloadOf(manifest).containers);

const ofTask = (task: TaskView | undefined): Reference[] =>
  task === undefined
    ? []
    : [
        ...list(task.spec.volumes).flatMap((volume, i) => ofVolume(volume, `spec.volumes[${i}]`)),
        ...ofContainers(containersOf(task)),
      ];

/** What pods refer to as a whole. */
export function referencesOfPods(manifest: Manifest): Reference[] {
  const pod = podSpecOf(manifest);
  if (pod === undefined) return [];
  const { path, spec } = pod;
  return [
    ...(['serviceAccountName', 'serviceAccount'] as const).flatMap((field) =>
      spec[field] === undefined ? [] : [{ kind: 'ServiceAccount', name: spec[field], path: `${path}.${field}` }],
    ),
    ...(spec.priorityClassName === undefined
      ? []
      : [{ kind: 'PriorityClass', namespace: '', name: spec.priorityClassName, path: `${path}.priorityClassName` }]),
    ...list(spec.imagePullSecrets).flatMap((secret, i) => named(secret, 'Secret', `${path}.imagePullSecrets[${i}]`)),
    ...list(spec.volumes).flatMap((volume, i) => ofVolume(volume, `${path}.volumes[${i}]`)),
  ];
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

function ofRoleBinding(manifest: Manifest): Reference[] {
  const role = manifest.roleRef as { readonly kind: string; readonly name: string };
  return [
    { kind: role.kind, name: role.name, path: 'roleRef', ...(role.kind === 'ClusterRole' && { namespace: '' }) },
    ...list(manifest.subjects as readonly Subject[] | undefined).flatMap(({ kind, name, namespace }, i) =>
      kind === 'ServiceAccount'
        ? [{ kind, name, path: `subjects[${i}]`, ...(namespace !== undefined && { namespace }) }]
        : [],
    ),
  ];
}

/** `tekton-dag.io/accounts`: JSON from account to the pipeline tasks that run as it. */
function ofAccounts(manifest: Manifest, report: Report, inventory: Inventory): Reference[] {
  const annotation = manifest.metadata.annotations?.[ANNOTATIONS.accounts];
  if (annotation === undefined) return [];
  const path = `metadata.annotations.${ANNOTATIONS.accounts}`;
  const pipeline = inventory.pipeline(manifest);
  return Object.entries(JSON.parse(annotation) as Record<string, readonly string[]>).flatMap(([word, tasks]) => {
    const account = ACCOUNTS.find((each) => each === word);
    if (account === undefined) report(path, 'no account of this name', among(word, ACCOUNTS));
    for (const task of tasks) {
      if (!pipeline?.tasks.has(task) && !pipeline?.finally.has(task))
        report(path, 'the Pipeline has no task of this name', { found: task });
    }
    return account === undefined ? [] : [{ kind: 'ServiceAccount', name: accountName(account), path }];
  });
}

function ofTasks(manifest: Manifest, inventory: Inventory): Reference[] {
  return (inventory.pipeline(manifest)?.all ?? []).flatMap(({ task, path }) => {
    const place = taskPlace(task.taskRef, manifest.metadata.namespace);
    return place === undefined
      ? []
      : [{ kind: 'Task', ...place, path: `${path}.taskRef${isElsewhere(task.taskRef!) ? '' : '.name'}` }];
  });
}

/** Names as they stand; those of a Task may hold `$(params.…)`. */
function referencesOf(manifest: Manifest, report: Report, inventory: Inventory): readonly Reference[] {
  switch (manifest.kind) {
    case 'Task':
      return ofTask(inventory.task(manifest));
    case 'Pipeline':
      return [...ofTasks(manifest, inventory), ...ofAccounts(manifest, report, inventory)];
    case 'ServiceAccount':
      return ['imagePullSecrets', 'secrets'].flatMap((field) =>
        list(manifest[field] as readonly Named[] | undefined).flatMap((secret, i) =>
          named(secret, 'Secret', `${field}[${i}]`),
        ),
      );
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return ofRoleBinding(manifest);
    case 'ValidatingAdmissionPolicyBinding':
      return [
        {
          kind: 'ValidatingAdmissionPolicy',
          name: String(at(manifest, 'spec', 'policyName')),
          path: 'spec.policyName',
        },
      ];
    default:
      return [...referencesOfPods(manifest), ...containersOfPods(manifest)];
  }
}

export const referenceRules: Rules<Emitted, Inventory> = {
  reference: ({ manifest }, report, inventory) => {
    const task = inventory.task(manifest);
    const there = task === undefined ? [manifest.metadata.namespace] : inventory.namespacesOf(task);
    for (const { kind, name, path, namespace, keys } of referencesOf(manifest, report, inventory))
      for (const where of namespace === undefined ? there : [namespace === '' ? undefined : namespace])
        for (const each of task === undefined ? [name] : inventory.resolve(task, name, where)) {
          if (each === '') report(path, `name of a ${kind} is empty for some Pipeline`, { found: name });
          else if (!inventory.has(kind, where, each))
            report(
              path,
              `nothing makes this ${kind}${where === undefined ? '' : ` in namespace '${where}'`}${kind === 'Secret' && task ? ': one that you make yourself is named in secrets of fleet.ts' : ''}`,
              among(each, inventory.namesOf(kind, where)),
            );
          else if (kind === 'ConfigMap') checkKeys(inventory.find(kind, where, each), keys, path, report);
        }
  },
};

/** The ConfigMap holds what is read of it. */
function checkKeys(
  target: Manifest | undefined,
  keys: readonly string[] | undefined,
  path: string,
  report: Report,
): void {
  if (target === undefined || keys === undefined) return;
  const held = { ...(target.data as object | undefined), ...(target.binaryData as object | undefined) };
  for (const key of keys)
    if (!(key in held))
      report(path, `ConfigMap '${target.metadata.name}' has no such key`, among(key, Object.keys(held)));
}
