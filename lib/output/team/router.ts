import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Site } from '../../fleet/site';
import { ANNOTATIONS, COMPONENT, NAME, PREFIX } from '../../words/labels';
import { PRIORITY_CLASS, ROUTER, routerPort } from '../../words/names';
import type { EnvironmentApp } from './environment-apps';
import { object } from '../../kube/object';
import { UNPRIVILEGED, resources, spread } from './pods';
import { ROUTER_ADMIN_PORT, haproxyConfig, routerPorts } from './router-config';

/** Selects the router's pods. */
export const ROUTER_SELECTOR = { [NAME]: ROUTER } as const;

const CONFIG_FOLDER = '/etc/tekton-dag';
/** Time in which the endpoints forget a pod that is going away; it serves on meanwhile. */
const LEAVE_SECONDS = 5;

/**
 * Renders the router of an environment: ConfigMap, Deployment of two replicas, PodDisruptionBudget.
 * @param image stock HAProxy, whose stop signal lets it finish its requests
 */
export function router(
  scope: Construct,
  { namespace, site }: { readonly namespace: string; readonly site: Site },
  apps: readonly EnvironmentApp[],
  image: string,
): void {
  const config = haproxyConfig(namespace, apps, site);
  const metadata = {
    name: ROUTER,
    namespace,
    labels: { ...ROUTER_SELECTOR, [COMPONENT]: 'router' },
    annotations: { [ANNOTATIONS.syncWave]: '4' },
  };
  object(scope, k8s.KubeConfigMap, metadata, { data: { 'haproxy.cfg': config } });
  object(scope, k8s.KubeDeployment, metadata, {
    spec: {
      replicas: 2,
      selector: { matchLabels: ROUTER_SELECTOR },
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(0), maxSurge: k8s.IntOrString.fromNumber(1) },
      },
      template: {
        // a changed configuration makes new pods
        metadata: {
          labels: metadata.labels,
          annotations: { [`${PREFIX}/config-sha256`]: createHash('sha256').update(config).digest('hex') },
        },
        spec: pod(apps, image),
      },
    },
  });
  object(scope, k8s.KubePodDisruptionBudget, metadata, {
    spec: { minAvailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: ROUTER_SELECTOR } },
  });
}

function pod(apps: readonly EnvironmentApp[], image: string): k8s.PodSpec {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: PRIORITY_CLASS,
    terminationGracePeriodSeconds: 30,
    affinity: spread(ROUTER_SELECTOR),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'haproxy',
        image,
        command: ['haproxy', '-db', '-f', `${CONFIG_FOLDER}/haproxy.cfg`],
        ports: [
          ...[...routerPorts(apps)].map(([app, containerPort]) => ({
            name: routerPort(app),
            containerPort,
            protocol: 'TCP',
          })),
          { name: 'metrics', containerPort: ROUTER_ADMIN_PORT, protocol: 'TCP' },
        ],
        readinessProbe: {
          httpGet: { path: '/healthz', port: k8s.IntOrString.fromNumber(ROUTER_ADMIN_PORT) },
          periodSeconds: 2,
          failureThreshold: 2,
        },
        livenessProbe: {
          httpGet: { path: '/healthz', port: k8s.IntOrString.fromNumber(ROUTER_ADMIN_PORT) },
          periodSeconds: 10,
          failureThreshold: 3,
        },
        lifecycle: { preStop: { exec: { command: ['sleep', String(LEAVE_SECONDS)] } } },
        resources: resources({ cpu: '50m', memory: '64Mi' }, { cpu: '1', memory: '256Mi' }),
        securityContext: UNPRIVILEGED,
        volumeMounts: [{ name: 'config', mountPath: CONFIG_FOLDER, readOnly: true }],
      },
    ],
    volumes: [{ name: 'config', configMap: { name: ROUTER } }],
  };
}
