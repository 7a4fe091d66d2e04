import { isDnsLabel, isDnsSubdomain } from './checks/rule';
import { list } from '../words/phrase';

/**
 * Which values of their types the fields of Kubernetes take. Its schema leaves these to code of the API server:
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go and the one of `apps` beside it.
 */

export interface AllowedValue {
  readonly expected: string;
  allows(value: never): boolean;
}

const oneOf = (...words: readonly string[]): AllowedValue => ({
  expected: list(words),
  allows: (value: string) => words.includes(value),
});
const atLeast = (least: number, most = 2 ** 31 - 1): AllowedValue => ({
  expected: `a whole number from ${least}${most === 2 ** 31 - 1 ? '' : ` to ${most}`}`,
  allows: (value: number) => value >= least && value <= most,
});
const matching = (expected: string, allows: (value: string) => boolean): AllowedValue => ({ expected, allows });
const allOf = (rule: AllowedValue, ...places: readonly string[]): Readonly<Record<string, AllowedValue>> =>
  Object.fromEntries(places.map((place) => [place, rule]));

const PORT = atLeast(1, 65535);
/** https://www.rfc-editor.org/rfc/rfc6335#section-5.1 */
const isPortName = (text: string): boolean =>
  text.length <= 15 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && /[a-z]/.test(text);
const PORT_NAME = matching('a name of at most 15 small letters, digits and single dashes, with a letter', isPortName);
const PORT_OR_NAME: AllowedValue = {
  expected: 'a port from 1 to 65535, or the name of one',
  allows: (value: number | string) => (typeof value === 'number' ? value >= 1 && value <= 65535 : isPortName(value)),
};
const COUNT_OR_PERCENT: AllowedValue = {
  expected: 'a whole number from 0, or a percentage such as 25%',
  allows: (value: number | string) => (typeof value === 'number' ? value >= 0 : /^[0-9]+%$/.test(value)),
};
const QUANTITY: AllowedValue = {
  expected: 'a quantity such as 500m, 2 or 1Gi',
  allows: (value: number | string) =>
    /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$/.test(String(value)),
};
const LABEL = matching('a DNS label of at most 63 characters', isDnsLabel);
const SUBDOMAIN = matching('a DNS name of at most 253 characters', isDnsSubdomain);
const BASE64 = matching('base64', (text) =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
);
const DATA_KEY = matching(
  'a key of at most 253 letters, digits, dashes, dots and underscores',
  (key) => key.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(key) && key !== '.' && !key.startsWith('..'),
);
const LABEL_VALUE = matching(
  'at most 63 letters, digits, dashes, dots and underscores',
  (text) => text.length <= 63 && /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(text),
);
/** What RelaxedEnvironmentVariableValidation allows, on by default since Kubernetes 1.32, no older one refuses less. */
const ENV_NAME = matching('a name of letters, digits, dashes, dots and underscores, no digit first', (name) =>
  /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name),
);
const SECONDS = atLeast(0);
const FILE_MODE = atLeast(0, 0o777);
const PROTOCOL = oneOf('TCP', 'UDP', 'SCTP');

/** By type and field, as `imports/fields.ts` calls them; ` key` for the keys of a mapping, and a type alone wherever it is used. */
export const ALLOWED_VALUES: Readonly<Record<string, AllowedValue>> = {
  Quantity: QUANTITY,

  ...allOf(SECONDS, 'DeploymentSpec.replicas', 'StatefulSetSpec.replicas', 'ReplicaSetSpec.replicas'),
  ...allOf(
    SECONDS,
    'DeploymentSpec.minReadySeconds',
    'StatefulSetSpec.minReadySeconds',
    'DaemonSetSpec.minReadySeconds',
  ),
  ...allOf(SECONDS, 'DeploymentSpec.revisionHistoryLimit', 'StatefulSetSpec.revisionHistoryLimit'),
  'DeploymentSpec.progressDeadlineSeconds': atLeast(1),
  'DeploymentStrategy.type': oneOf('RollingUpdate', 'Recreate'),
  ...allOf(COUNT_OR_PERCENT, 'RollingUpdateDeployment.maxSurge', 'RollingUpdateDeployment.maxUnavailable'),
  ...allOf(COUNT_OR_PERCENT, 'PodDisruptionBudgetSpec.minAvailable', 'PodDisruptionBudgetSpec.maxUnavailable'),

  'PodSpec.restartPolicy': oneOf('Always', 'OnFailure', 'Never'),
  'PodSpec.dnsPolicy': oneOf('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
  'PodSpec.preemptionPolicy': oneOf('PreemptLowerPriority', 'Never'),
  'PodSpec.terminationGracePeriodSeconds': SECONDS,
  'PodSpec.activeDeadlineSeconds': atLeast(1),
  ...allOf(SUBDOMAIN, 'PodSpec.serviceAccountName', 'PodSpec.priorityClassName', 'PodSpec.runtimeClassName'),
  ...allOf(LABEL, 'PodSpec.hostname', 'PodSpec.subdomain'),
  'PodSpec.nodeSelector': LABEL_VALUE,
  'PodOs.name': oneOf('linux', 'windows'),
  'PodSecurityContext.fsGroupChangePolicy': oneOf('Always', 'OnRootMismatch'),
  ...allOf(SECONDS, 'PodSecurityContext.runAsUser', 'PodSecurityContext.runAsGroup', 'PodSecurityContext.fsGroup'),
  ...allOf(SECONDS, 'SecurityContext.runAsUser', 'SecurityContext.runAsGroup'),
  'SecurityContext.procMount': oneOf('Default', 'Unmasked'),
  'SeccompProfile.type': oneOf('RuntimeDefault', 'Localhost', 'Unconfined'),
  'Toleration.operator': oneOf('Equal', 'Exists'),
  'Toleration.effect': oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
  'TopologySpreadConstraint.maxSkew': atLeast(1),
  'TopologySpreadConstraint.whenUnsatisfiable': oneOf('DoNotSchedule', 'ScheduleAnyway'),
  'NodeSelectorRequirement.operator': oneOf('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'),
  'LabelSelectorRequirement.operator': oneOf('In', 'NotIn', 'Exists', 'DoesNotExist'),
  ...allOf(atLeast(1, 100), 'PreferredSchedulingTerm.weight', 'WeightedPodAffinityTerm.weight'),

  'Container.name': LABEL,
  'Container.imagePullPolicy': oneOf('Always', 'IfNotPresent', 'Never'),
  'Container.restartPolicy': oneOf('Always', 'OnFailure', 'Never'),
  'Container.terminationMessagePolicy': oneOf('File', 'FallbackToLogsOnError'),
  'ContainerPort.containerPort': PORT,
  'ContainerPort.hostPort': atLeast(0, 65535),
  'ContainerPort.name': PORT_NAME,
  'ContainerPort.protocol': PROTOCOL,
  'EnvVar.name': ENV_NAME,
  ...allOf(SECONDS, 'Probe.initialDelaySeconds', 'Probe.terminationGracePeriodSeconds'),
  ...allOf(
    atLeast(1),
    'Probe.periodSeconds',
    'Probe.timeoutSeconds',
    'Probe.failureThreshold',
    'Probe.successThreshold',
  ),
  'HttpGetAction.scheme': oneOf('HTTP', 'HTTPS'),
  ...allOf(PORT_OR_NAME, 'HttpGetAction.port', 'TcpSocketAction.port'),
  'GrpcAction.port': PORT,
  'VolumeMount.mountPropagation': oneOf('None', 'HostToContainer', 'Bidirectional'),

  'Volume.name': LABEL,
  ...allOf(FILE_MODE, 'KeyToPath.mode', 'ConfigMapVolumeSource.defaultMode', 'SecretVolumeSource.defaultMode'),
  ...allOf(FILE_MODE, 'ProjectedVolumeSource.defaultMode', 'DownwardApiVolumeSource.defaultMode'),

  'ServicePort.port': PORT,
  'ServicePort.name': LABEL,
  'ServicePort.protocol': PROTOCOL,
  'ServicePort.targetPort': PORT_OR_NAME,
  'ServiceSpec.type': oneOf('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'),
  'NetworkPolicyPort.protocol': PROTOCOL,
  'NetworkPolicySpec.policyTypes': oneOf('Ingress', 'Egress'),
  'HttpIngressPath.pathType': oneOf('Exact', 'Prefix', 'ImplementationSpecific'),
  'PersistentVolumeClaimSpec.accessModes': oneOf('ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'),
  'PersistentVolumeClaimSpec.volumeMode': oneOf('Filesystem', 'Block'),
  'CronJobSpec.concurrencyPolicy': oneOf('Allow', 'Forbid', 'Replace'),

  'KubeConfigMapProps.data key': DATA_KEY,
  'KubeConfigMapProps.binaryData key': DATA_KEY,
  'KubeConfigMapProps.binaryData': BASE64,
  'KubeSecretProps.data key': DATA_KEY,
  'KubeSecretProps.data': BASE64,
};
