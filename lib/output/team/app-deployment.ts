import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { IMAGE_PLACEHOLDER } from '../../words/environment';
import { LABELS, MANAGED_BY, MANAGER } from '../../words/labels';
import type { App, EnvSource, EnvValue, Stack, Team } from '../../fleet/model';
import type { Quantities } from '../../fleet/resources';
import type { Liveness } from '../../fleet/serving';
import { nodesOf } from '../../words/nodes';
import { appsConfigMap as appsConfigMapName } from '../../words/names';
import type { Manifest } from '../../kube/manifest';
import { toDocument } from '../../kube/yaml';
import { object } from '../../kube/object';
import type { BackendCode } from '../backends/own';
import { previewObjects } from '../backends/own';
import { mountsOf, volumesOf } from './app-volumes';
import { pullSecretsOf, stableLabels } from './app-labels';
import { ownDeployment } from './own-deployment';

/**
 * The Deployment of an app's stable pods, named as the app.
 *
 * Any image should run, also one that starts as root and steps down, as web servers do: so no user is set, and of the
 * capabilities only those stay that stepping down, owning files and low ports need. Pods get no token of the API.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
 */
export function appDeployment(team: Team, stack: Stack, app: App, image: string): k8s.KubeDeploymentProps {
  const { selector, labels } = stableLabels(team, stack, app);
  return {
    metadata: { name: app.name, namespace: stack.environment, labels: { [MANAGED_BY]: MANAGER, ...labels } },
    spec: {
      replicas: app.replicas,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          imagePullSecrets: optional(pullSecretsOf(team)),
          ...nodesFor(app),
          securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
          containers: [container(app, image)],
          ...(app.volumes && { volumes: volumesOf(app.volumes) }),
        },
      },
    },
  };
}

/** A node of another platform finds no image for itself under the digest, whatever it can emulate. */
function nodesFor({ build }: App): Pick<k8s.PodSpec, 'nodeSelector' | 'affinity'> {
  const { nodeSelector, oneOf } = nodesOf(build.platforms);
  return {
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(oneOf.length > 0 && {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [...oneOf] }] },
        },
      },
    }),
  };
}

function container(app: App, image: string): k8s.Container {
  const { path, port, initialDelaySeconds } = app.probe;
  const target = k8s.IntOrString.fromNumber(port);
  return {
    name: app.name,
    image,
    ports: [{ name: app.protocol, containerPort: app.containerPort, protocol: 'TCP' }],
    env: optional(Object.entries(app.env).map(([name, value]) => ({ name, ...valueOf(value) }))),
    envFrom: optional((app.envFrom ?? []).map(sourceOf)),
    readinessProbe: {
      ...(path === undefined ? { tcpSocket: { port: target } } : { httpGet: { path, port: target } }),
      initialDelaySeconds,
      periodSeconds: 5,
      failureThreshold: 3,
    },
    ...(app.liveness && { livenessProbe: livenessProbe(app.liveness) }),
    ...(app.volumes && { volumeMounts: mountsOf(app.volumes) }),
    resources: { requests: quantities(app.resources.requests), limits: quantities(app.resources.limits) },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: {
        drop: ['ALL'],
        add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
      },
    },
  };
}

const livenessProbe = ({ path, port, ...times }: Liveness): k8s.Probe => {
  const target = k8s.IntOrString.fromNumber(port);
  return { ...(path === undefined ? { tcpSocket: { port: target } } : { httpGet: { path, port: target } }), ...times };
};

/** Of a Secret or ConfigMap only the name stands in Git. */
const valueOf = (given: EnvValue): Pick<k8s.EnvVar, 'value' | 'valueFrom'> => {
  if (typeof given === 'string') return { value: given };
  return {
    valueFrom:
      'secret' in given
        ? { secretKeyRef: { name: given.secret, key: given.key } }
        : { configMapKeyRef: { name: given.configmap, key: given.key } },
  };
};
const sourceOf = (given: EnvSource): k8s.EnvFromSource =>
  'secret' in given ? { secretRef: { name: given.secret } } : { configMapRef: { name: given.configmap } };

const optional = <T>(items: T[]): T[] | undefined => (items.length === 0 ? undefined : items);

const quantities = (given: Quantities): Record<string, k8s.Quantity> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, amount]) =>
      amount === undefined ? [] : [[name, k8s.Quantity.fromString(amount as string)]],
    ),
  );

/**
 * Renders ConfigMap `<stack>-apps` in the team's namespace: one key `<app>.yaml` per app, its Deployment with image `IMAGE`. With a
 * backend of fleet.ts there is `<app>-routes.json` beside it: what leads requests to its previews.
 */
export function appsConfigMap(scope: Construct, team: Team, stack: Stack, backend?: BackendCode): void {
  const data = stack.apps.flatMap((app): [string, string][] => [
    [keyInConfigMap(app), toDocument(deploymentOf(team, stack, app))],
    ...(backend && app.protocol !== 'tcp'
      ? [
          [`${app.name}-routes.json`, `${JSON.stringify(previewObjects(backend, team, stack, app), null, 1)}\n`] as [
            string,
            string,
          ],
        ]
      : []),
  ]);
  object(
    scope,
    k8s.KubeConfigMap,
    { name: appsConfigMapName(stack.name), namespace: team.namespace, labels: { [LABELS.stack]: stack.name } },
    { data: Object.fromEntries(data) },
  );
}

export const keyInConfigMap = ({ name }: App): string => `${name}.yaml`;

/** The Deployment as runs find it: with image `IMAGE`. */
export const deploymentOf = (team: Team, stack: Stack, app: App): Manifest =>
  app.deploy?.deployment
    ? ownDeployment(team, stack, app, app.deploy.deployment, IMAGE_PLACEHOLDER)
    : (k8s.KubeDeployment.manifest(appDeployment(team, stack, app, IMAGE_PLACEHOLDER)) as Manifest);
