import type { Document, Path } from '../document';
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
