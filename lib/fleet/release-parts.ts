import type { Manifest } from '../words/manifest';
import { TEKTON } from '../words/names';

/**
 * What of a release each instance has, and what all share. Kinds are the cluster's, and so is whatever watches all namespaces
 * and cannot be told to watch one: the events controller and the resolvers.
 * https://github.com/tektoncd/pipeline/blob/main/docs/developers/multi-tenant-support.md
 */

/** Who has an object of a release. The webhook is both: the shared one converts, that of an instance admits. */
export type PartOfRelease = 'shared' | 'instance' | 'both';

/** By kind; the names are those of the releases 0.59 to 1.15. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  Namespace: [TEKTON.resolvers],
  ClusterRole: [
    'tekton-aggregate-edit',
    'tekton-aggregate-view',
    'tekton-events-controller-cluster-access',
    'tekton-pipelines-resolvers-resolution-request-updates',
  ],
  ClusterRoleBinding: ['tekton-events-controller-cluster-access', 'tekton-pipelines-resolvers'],
  ServiceAccount: ['tekton-events-controller'],
  Role: ['tekton-pipelines-events-controller'],
  RoleBinding: ['tekton-pipelines-events-controller', 'tekton-events-controller-leaderelection'],
  ConfigMap: ['config-leader-election-events'],
  Deployment: ['tekton-events-controller'],
  Service: ['tekton-events-controller'],
};
const INSTANCE: Readonly<Record<string, readonly string[]>> = {
  ClusterRole: ['tekton-pipelines-controller-cluster-access', 'tekton-pipelines-controller-tenant-access'],
  ClusterRoleBinding: ['tekton-pipelines-controller-cluster-access', 'tekton-pipelines-controller-tenant-access'],
  ServiceAccount: [TEKTON.controller],
  Role: [TEKTON.controller],
  RoleBinding: [TEKTON.controller, 'tekton-pipelines-controller-leaderelection'],
  ConfigMap: [TEKTON.leaderElection],
  Deployment: [TEKTON.controller],
  Service: [TEKTON.controller],
};
const BOTH: Readonly<Record<string, readonly string[]>> = {
  Namespace: [TEKTON.namespace],
  ClusterRole: ['tekton-pipelines-webhook-cluster-access'],
  ClusterRoleBinding: ['tekton-pipelines-webhook-cluster-access'],
  ServiceAccount: [TEKTON.webhook],
  Role: [TEKTON.webhook, 'tekton-pipelines-leader-election', 'tekton-pipelines-info'],
  RoleBinding: [TEKTON.webhook, 'tekton-pipelines-webhook-leaderelection', 'tekton-pipelines-info'],
  Secret: ['webhook-certs'],
  Deployment: [TEKTON.webhook],
  Service: [TEKTON.webhook],
  HorizontalPodAutoscaler: [TEKTON.webhook],
  PodDisruptionBudget: [TEKTON.webhook],
  MutatingWebhookConfiguration: [TEKTON.admission],
  ValidatingWebhookConfiguration: [`validation.${TEKTON.admission}`, `config.${TEKTON.admission}`],
};

/** @returns undefined for what no release that is known has: whether instances may have one each cannot be told */
export function partOf({ kind, metadata: { name, namespace } }: Manifest): PartOfRelease | undefined {
  const isIn = (table: Readonly<Record<string, readonly string[]>>): boolean => table[kind]?.includes(name) ?? false;
  if (kind === 'CustomResourceDefinition' || namespace === TEKTON.resolvers || isIn(SHARED)) return 'shared';
  if (isIn(INSTANCE)) return 'instance';
  // each program reads those that are its own, and the programs of a release share most of them
  return isIn(BOTH) || (kind === 'ConfigMap' && namespace === TEKTON.namespace) ? 'both' : undefined;
}

/** The objects of a release that an instance has, or that are shared. */
export const objectsOfPart = (objects: readonly Manifest[], part: 'shared' | 'instance'): readonly Manifest[] =>
  objects.filter((object) => [part, 'both'].includes(partOf(object) ?? ''));
