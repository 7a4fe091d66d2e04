import type { KindRef } from '../../kube/api';

/** The kinds that are asked for. */

export const kind = (apiVersion: string, plural: string): KindRef => ({ apiVersion, plural });
export const NAMESPACES = kind('v1', 'namespaces');
export const SECRETS = kind('v1', 'secrets');
export const CONFIG_MAPS = kind('v1', 'configmaps');
export const CLAIMS = kind('v1', 'persistentvolumeclaims');
export const NODES = kind('v1', 'nodes');
export const QUOTAS = kind('v1', 'resourcequotas');
export const CRDS = kind('apiextensions.k8s.io/v1', 'customresourcedefinitions');
export const STORAGE_CLASSES = kind('storage.k8s.io/v1', 'storageclasses');
export const INGRESS_CLASSES = kind('networking.k8s.io/v1', 'ingressclasses');
export const LOCAL_QUEUES = kind('kueue.x-k8s.io/v1beta2', 'localqueues');
export const ENDPOINTS = kind('discovery.k8s.io/v1', 'endpointslices');
export const [VALIDATING, MUTATING] = ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'].map(
  (plural) => kind('admissionregistration.k8s.io/v1', plural),
) as [KindRef, KindRef];
export const [DEPLOYMENTS, STATEFUL_SETS] = ['deployments', 'statefulsets'].map((plural) =>
  kind('apps/v1', plural),
) as [KindRef, KindRef];
