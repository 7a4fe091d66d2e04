import type { Document, Path } from '../document';
import { isMapping } from '../../words/mapping';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';

/**
 * Rights on the node, which a namespace of Pod Security `baseline` refuses to the pods of a Deployment: the API server takes the Deployment, and no
 * pod of it ever comes.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
 */
export const refusedByBaseline = (document: Document, namespace: string): Problem[] =>
  refused(document).map((path) =>
    document.error(path, `namespace ${namespace} has Pod Security baseline, which refuses it. Leave it out`, {
      found: show(document.get(path)),
    }),
  );

const POD: Path = ['spec', 'template', 'spec'];
const HOST = ['hostNetwork', 'hostPID', 'hostIPC'];

function refused(document: Document): readonly Path[] {
  const below = (path: Path): readonly Path[] => {
    const items = document.get(path);
    return Array.isArray(items) ? items.map((_, index) => [...path, index]) : [];
  };
  const containers = ['initContainers', 'containers'].flatMap((key) => below([...POD, key]));
  const isOn = (path: Path): boolean => document.get(path) === true;
  return [
    ...HOST.map((key): Path => [...POD, key]).filter(isOn),
    ...below([...POD, 'volumes'])
      .map((path): Path => [...path, 'hostPath'])
      .filter((path) => document.get(path) !== undefined),
    ...containers.map((path): Path => [...path, 'securityContext', 'privileged']).filter(isOn),
    ...[POD, ...containers].flatMap((path) => ofNode([...path, 'securityContext'], document)),
    ...containers.flatMap((path) => otherHosts(path, document)),
    ...unconfined(document),
    ...containers
      .flatMap((path) => below([...path, 'ports']))
      .map((path): Path => [...path, 'hostPort'])
      .filter((path) => Boolean(document.get(path))),
    ...[POD, ...containers]
      .flatMap((path) => [
        [...path, 'securityContext', 'seccompProfile', 'type'],
        [...path, 'securityContext', 'appArmorProfile', 'type'],
      ])
      .filter((path) => document.get(path) === 'Unconfined'),
    ...containers
      .map((path): Path => [...path, 'securityContext', 'procMount'])
      .filter((path) => !['Default', undefined].includes(document.get(path) as string | undefined)),
    ...below([...POD, 'securityContext', 'sysctls'])
      .map((path): Path => [...path, 'name'])
      .filter((path) => !SAFE_SYSCTLS.includes(String(document.get(path)))),
    ...containers
      .flatMap((path) => below([...path, 'securityContext', 'capabilities', 'add']))
      .filter((path) => !ALLOWED.includes(String(document.get(path)))),
  ];
}

/** Types of SELinux that a node has for containers. */
const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];

/** What SELinux or Windows would let pods do on the node. */
function ofNode(securityContext: Path, document: Document): readonly Path[] {
  const type: Path = [...securityContext, 'seLinuxOptions', 'type'];
  const named = ['user', 'role'].map((key): Path => [...securityContext, 'seLinuxOptions', key]);
  const onHost: Path = [...securityContext, 'windowsOptions', 'hostProcess'];
  return [
    ...[type].filter((path) => !SELINUX_TYPES.includes(String(document.get(path) ?? ''))),
    ...named.filter((path) => Boolean(document.get(path))),
    ...[onHost].filter((path) => document.get(path) === true),
  ];
}

/** Since Kubernetes 1.34: whom the kubelet asks for a pod is the pod itself, not another address of the network. */
const otherHosts = (container: Path, document: Document): readonly Path[] =>
  [['livenessProbe'], ['readinessProbe'], ['startupProbe'], ['lifecycle', 'postStart'], ['lifecycle', 'preStop']]
    .flatMap((handler) => ['httpGet', 'tcpSocket'].map((action): Path => [...container, ...handler, action, 'host']))
    .filter((path) => Boolean(document.get(path)));

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_OF_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

/** Annotations that say so, from before there were fields for it. */
function unconfined(document: Document): readonly Path[] {
  const annotations: Path = ['spec', 'template', 'metadata', 'annotations'];
  const said = document.get(annotations);
  return Object.entries(isMapping(said) ? said : {}).flatMap(([key, value]): Path[] => {
    const isRefused =
      (key.startsWith(APP_ARMOR) && !/^(?:$|runtime\/default$|localhost\/)/.test(String(value))) ||
      ((key === SECCOMP || key.startsWith(SECCOMP_OF_CONTAINER)) && value === 'unconfined');
    return isRefused ? [[...annotations, key]] : [];
  });
}

/** Settings of the kernel that concern the pod alone. */
const SAFE_SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];

/** Capabilities that may be added. */
const ALLOWED = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];
