import type { Manifest } from '../../kube/manifest';
import { at, list } from '../../kube/manifest';
import type { Inventory } from './inventory';
import type { TaskView } from '../../tekton/admission/view';
import type { Container, Resources, Step, Volume, VolumeMount } from '../../tekton/admission/wire';

/** Everything that runs as a container, wherever its kind keeps it. */

export interface Placed {
  readonly container: Container & { readonly script?: string };
  readonly path: string;
  readonly resources: Resources;
}

/** Spec of the Pods that an object makes, and where it is. */
export interface PodSpec {
  readonly path: string;
  readonly spec: {
    readonly serviceAccountName?: string;
    readonly priorityClassName?: string;
    readonly imagePullSecrets?: readonly { readonly name: string }[];
    readonly volumes?: readonly Volume[];
    readonly initContainers?: readonly Container[];
    readonly containers?: readonly Container[];
  };
}

/** Of a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob. */
export function podSpecOf(manifest: Manifest): PodSpec | undefined {
  const fields =
    manifest.kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template', 'spec'] : ['spec', 'template', 'spec'];
  const spec = at(manifest, ...fields) as PodSpec['spec'] | undefined;
  return spec?.containers === undefined ? undefined : { path: fields.join('.'), spec };
}

/** Containers of a workload, or steps (stepTemplate merged in) and sidecars of a Task. */
export function containersOf(manifest: Manifest, inventory: Inventory): readonly Placed[] {
  const task = inventory.task(manifest);
  if (task !== undefined) return containersOfTask(task);
  const pod = podSpecOf(manifest);
  if (pod === undefined) return [];
  return (['initContainers', 'containers'] as const).flatMap((field) =>
    list(pod.spec[field]).map((container, i) => ({
      container,
      path: `${pod.path}.${field}[${i}]`,
      resources: container.resources ?? {},
    })),
  );
}

function containersOfTask({ steps, spec, base }: TaskView): readonly Placed[] {
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

/** Names of the volumes that containers of the object may mount. */
export function volumesOf(manifest: Manifest, inventory: Inventory): ReadonlySet<string> {
  const claims = list(at(manifest, 'spec', 'volumeClaimTemplates') as readonly Manifest[] | undefined).map(
    ({ metadata }) => metadata.name,
  );
  const volumes = inventory.task(manifest)?.spec.volumes ?? podSpecOf(manifest)?.spec.volumes;
  return new Set([...claims, ...list(volumes).map(({ name }) => name)]);
}

export const mountsOf = ({ container }: Placed): readonly VolumeMount[] => list(container.volumeMounts);
