import { spawnSync } from 'node:child_process';
import type { TeamProps } from '../../../lib';
import { mine } from '../support/belongings';
import { applyObjects, deleteNamespaces, kubectl, wait } from '../support/kubectl';
import { suite } from '../support/suite';
import { mineIfNew } from '../support/team-up';

/** A real implementation of the Gateway API: Traefik, with one Gateway for all namespaces. https://doc.traefik.io/traefik/ */

const NAMESPACE = 'e2e-gateway';
const NAME = 'traefik';
const PORT = 80;
const group = 'gateway.networking.k8s.io';

export const GATEWAY: NonNullable<TeamProps['gateway']> = {
  name: NAME,
  namespace: NAMESPACE,
  address: `${NAME}.${NAMESPACE}.svc.cluster.local`,
};

/** Why it cannot be run on this cluster; undefined if it can. */
export function missing(): string | undefined {
  const { toolbox, traefik } = suite();
  if (toolbox !== undefined && traefik === undefined) return 'the registry has no image traefik:1';
  const { status } = spawnSync('kubectl', [
    'get',
    'crds',
    ...['gatewayclasses', 'gateways', 'httproutes', 'grpcroutes', 'referencegrants', 'backendtlspolicies'].map(
      (kind) => `${kind}.${group}`,
    ),
  ]);
  return status === 0
    ? undefined
    : 'the cluster lacks custom resources of the Gateway API (standard channel, 1.4 or later)';
}

export async function openGateway(): Promise<void> {
  mine([`namespace/${NAMESPACE}`]);
  await deleteNamespaces(NAMESPACE);
  await mineIfNew(objects());
  await applyObjects(...objects());
  await kubectl(['rollout', 'status', `deployment/${NAME}`, '--namespace', NAMESPACE, '--timeout=180s']);
  await wait(`gateway.${group}`, NAME, NAMESPACE, 'condition=Programmed', '60s');
}

function objects(): readonly object[] {
  const metadata = { name: NAME, namespace: NAMESPACE };
  const labels = { app: NAME };
  const role = { name: `${NAMESPACE}-${NAME}` };
  const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]) => ({
    apiGroups: [apiGroup],
    resources,
    verbs,
  });
  const kinds = ['gatewayclasses', 'gateways', 'httproutes', 'grpcroutes', 'referencegrants', 'backendtlspolicies'];
  const read = ['get', 'list', 'watch'];
  const container = {
    name: NAME,
    image: suite().traefik ?? 'docker.io/library/traefik:v3.6.12',
    args: [
      `--entrypoints.web.address=:${PORT}`,
      '--providers.kubernetesgateway=true',
      '--global.checknewversion=false',
      '--global.sendanonymoususage=false',
    ],
    readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '512Mi' } },
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: role,
      rules: [
        rule('', ['namespaces', 'services', 'secrets', 'configmaps'], read),
        rule('discovery.k8s.io', ['endpointslices'], read),
        rule(group, kinds, read),
        rule(
          group,
          kinds.map((kind) => `${kind}/status`),
          ['update'],
        ),
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: role,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role.name },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { serviceAccountName: NAME, containers: [container] } },
      },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ port: PORT }] } },
    {
      apiVersion: `${group}/v1`,
      kind: 'GatewayClass',
      metadata: { name: NAME },
      spec: { controllerName: 'traefik.io/gateway-controller' },
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'Gateway',
      metadata,
      spec: {
        gatewayClassName: NAME,
        listeners: [{ name: 'web', protocol: 'HTTP', port: PORT, allowedRoutes: { namespaces: { from: 'All' } } }],
      },
    },
  ];
}
