import type { Manifest } from './manifest';
import { at } from './manifest';

/** Containers as they are written: what the checks read of them. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */

export interface Resources {
  readonly requests?: Readonly<Record<string, string | number>>;
  readonly limits?: Readonly<Record<string, string | number>>;
}
export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
}
export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: unknown;
}
export interface Volume {
  readonly name: string;
  readonly [source: string]: unknown;
}
/** What containers of Pods share with steps and sidecars of Tasks. */
export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly unknown[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  /** Of a container of a Pod; a step has `computeResources`. */
  readonly resources?: Resources;
}

/** Spec of the Pods that an object makes, and where it is. */
export interface PodSpec {
  readonly path: string;
  readonly spec: {
    readonly serviceAccountName?: string;
    /** Its old name, which the API server still takes. */
    readonly serviceAccount?: string;
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
