import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ANNOTATIONS, COMPONENT, NAME } from '../../words/labels';
import type { Site } from '../../fleet/site';
import { ipFamilyPolicy } from '../../fleet/site';
import { PRIORITY_CLASS } from '../../words/names';
import { object } from '../../kube/object';
import { caVolume, proxyEnv } from '../tasks/shared/surroundings';
import { UNPRIVILEGED, resources, spread } from './pods';

/** What takes deliveries of Git hosts, in whichever mode: a Deployment of the orchestrator's image, with its Service. */

/** Ports of the container and of the Service. */
export const WEBHOOK_PORTS = { http: 8080, metrics: 9090 } as const;
/** Below it, a folder for each volume. */
const FOLDER = '/etc/tekton-dag';
/** Path of a file in the folder of a volume; without one, of the folder. */
export const mounted = (volume: string, file?: string): string =>
  [FOLDER, volume, ...(file === undefined ? [] : [file])].join('/');
/** The volume of the Secret that deliveries are verified with. */
const WEBHOOK = 'webhook';
/** The folder of these secrets. */
export const WEBHOOK_SECRETS_DIR = mounted(WEBHOOK);

/** A server where it runs. */
export interface WebhookServer {
  /** Of each of its objects, and of its account. */
  readonly name: string;
  readonly component: string;
  readonly namespace: string;
  readonly replicas: number;
  readonly image: string;
  readonly site: Site;
  /** Whether its pods speak to the API server. */
  readonly hasToken: boolean;
  /** Secret that deliveries are verified with. */
  readonly webhookSecret: string;
  /** Settings of the mode. */
  readonly environment: Readonly<Record<string, string>>;
  /** Further volumes, each mounted below `/etc/tekton-dag` by its name. */
  readonly volumes: readonly k8s.Volume[];
}

/** Selects the pods of a server. */
export const selectorOf = (name: string) => ({ [NAME]: name });

/** Metadata of every object of a server. */
export const serverMetadata = ({
  name,
  component,
  namespace,
}: Pick<WebhookServer, 'name' | 'component' | 'namespace'>) => ({
  name,
  namespace,
  labels: { ...selectorOf(name), [COMPONENT]: component },
  annotations: { [ANNOTATIONS.syncWave]: '4' },
});

/** Renders the Deployment and the Service of a server, with more than one replica a PodDisruptionBudget. */
export function webhookServer(scope: Construct, server: WebhookServer): void {
  const { name, replicas, site } = server;
  const metadata = serverMetadata(server);
  const matchLabels = selectorOf(name);
  object(scope, k8s.KubeDeployment, metadata, {
    spec: {
      replicas,
      selector: { matchLabels },
      template: { metadata: { labels: metadata.labels }, spec: pod(server) },
    },
  });
  object(scope, k8s.KubeService, metadata, {
    spec: {
      type: 'ClusterIP',
      ipFamilyPolicy: ipFamilyPolicy(site),
      selector: matchLabels,
      ports: [
        { name: 'http', port: 80, targetPort: k8s.IntOrString.fromString('http'), protocol: 'TCP' },
        {
          name: 'metrics',
          port: WEBHOOK_PORTS.metrics,
          targetPort: k8s.IntOrString.fromString('metrics'),
          protocol: 'TCP',
        },
      ],
    },
  });
  if (replicas > 1)
    object(scope, k8s.KubePodDisruptionBudget, metadata, {
      spec: { minAvailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels } },
    });
}

function pod({
  name,
  component,
  image,
  site,
  hasToken,
  webhookSecret,
  environment,
  volumes,
}: WebhookServer): k8s.PodSpec {
  // Node reads the bundle once, when it starts: without it nobody would be trusted until the next start
  const ca = caVolume(site, false);
  const probe = (path: string): k8s.HttpGetAction => ({ path, port: k8s.IntOrString.fromString('http') });
  const env = {
    PORT: String(WEBHOOK_PORTS.http),
    METRICS_PORT: String(WEBHOOK_PORTS.metrics),
    ...environment,
    ...proxyEnv(site, []),
    ...(ca && { NODE_EXTRA_CA_CERTS: ca.file }),
  };
  const all = [{ name: WEBHOOK, secret: { secretName: webhookSecret } }, ...volumes];
  return {
    serviceAccountName: name,
    automountServiceAccountToken: hasToken,
    enableServiceLinks: false,
    priorityClassName: PRIORITY_CLASS,
    terminationGracePeriodSeconds: 30,
    affinity: spread(selectorOf(name)),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: component,
        image,
        env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
        ports: Object.entries(WEBHOOK_PORTS).map(([port, containerPort]) => ({
          name: port,
          containerPort,
          protocol: 'TCP',
        })),
        readinessProbe: { httpGet: probe('/readyz'), periodSeconds: 5, failureThreshold: 2 },
        livenessProbe: { httpGet: probe('/healthz'), periodSeconds: 10, failureThreshold: 3 },
        resources: resources({ cpu: '100m', memory: '128Mi' }, { cpu: '1', memory: '512Mi' }),
        securityContext: UNPRIVILEGED,
        volumeMounts: [
          ...all.map((volume) => ({ name: volume.name, mountPath: mounted(volume.name), readOnly: true })),
          ...(ca ? [ca.mount] : []),
        ],
      },
    ],
    volumes: [...all, ...(ca ? [ca.volume] : [])],
  };
}
