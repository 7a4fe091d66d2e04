import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ANNOTATIONS, COMPONENT, LABELS, NAME } from '../contract/labels';
import type { Team } from '../contract/model';
import { promotesTo } from '../contract/model';
import { PRIORITY_CLASS, accountName } from '../contract/names';
import type { Images } from '../tasks/images';
import { object } from '../kube/object';
import { spread } from './router';

const NAME_OF_ALL = accountName('orchestrator');

/** Selects the orchestrator's pods. */
export const ORCHESTRATOR_SELECTOR = { [NAME]: NAME_OF_ALL } as const;
export const ORCHESTRATOR_PORTS = { http: 8080, metrics: 9090 } as const;

const SECRETS = '/etc/tekton-dag';

/**
 * Renders the orchestrator of a team: ConfigMap, Deployment, Service, with more than one replica a PodDisruptionBudget.
 * With `mode: shared` the one orchestrator of the cluster serves the team too: only the ConfigMap that it reads is
 * rendered here, and its rights are in access.ts.
 */
export function orchestrator(scope: Construct, team: Team, images: Images): void {
  const { enabled, mode, replicas } = team.orchestrator;
  if (!enabled) return;
  const metadata = { name: NAME_OF_ALL, namespace: team.namespace, labels: { ...ORCHESTRATOR_SELECTOR, [COMPONENT]: 'orchestrator' }, annotations: { [ANNOTATIONS.syncWave]: '4' } };
  object(scope, k8s.KubeConfigMap, { ...metadata, labels: { ...metadata.labels, [LABELS.config]: 'team' } }, { data: { 'team.json': `${JSON.stringify(configOf(team), null, 1)}\n` } });
  if (mode === 'shared') return;

  object(scope, k8s.KubeDeployment, metadata, {
    spec: {
      replicas,
      selector: { matchLabels: ORCHESTRATOR_SELECTOR },
      template: { metadata: { labels: metadata.labels }, spec: pod(team, images('orchestrator')) },
    },
  });
  object(scope, k8s.KubeService, metadata, {
    spec: {
      type: 'ClusterIP',
      selector: ORCHESTRATOR_SELECTOR,
      ports: [
        { name: 'http', port: 80, targetPort: k8s.IntOrString.fromString('http'), protocol: 'TCP' },
        { name: 'metrics', port: ORCHESTRATOR_PORTS.metrics, targetPort: k8s.IntOrString.fromString('metrics'), protocol: 'TCP' },
      ],
    },
  });
  if (replicas > 1) object(scope, k8s.KubePodDisruptionBudget, metadata, { spec: { minAvailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: ORCHESTRATOR_SELECTOR } } });
}

/** What a webhook is turned into runs by: the resolved stacks, and the limits. */
export function configOf(team: Team) {
  const { name, namespace, cluster, interceptBackend, maxConcurrentRuns, runs, forks, stacks } = team;
  const targets = promotesTo(team);
  return { name, namespace, cluster, interceptBackend, maxConcurrentRuns, runs, forks, ...(targets.length > 0 && { promotesTo: targets }), stacks };
}

function pod(team: Team, image: string): k8s.PodSpec {
  const probe = (path: string): k8s.HttpGetAction => ({ path, port: k8s.IntOrString.fromString('http') });
  const { webhook, githubToken } = team.secrets.names;
  const { consoleURL, githubURL } = team.orchestrator;
  const env = {
    PORT: String(ORCHESTRATOR_PORTS.http),
    METRICS_PORT: String(ORCHESTRATOR_PORTS.metrics),
    NAMESPACE: team.namespace,
    TEAM: team.name,
    CONFIG_LABEL: `${LABELS.config}=team`,
    WEBHOOK_SECRETS_DIR: `${SECRETS}/webhook`,
    GITHUB_TOKEN_FILE: `${SECRETS}/github/token`,
    API_AUTH: 'tokenreview',
    LOG_LEVEL: 'info',
    ...(consoleURL !== undefined && { CONSOLE_URL: consoleURL }),
    ...(githubURL !== undefined && { GITHUB_API_URL: githubURL }),
  };
  return {
    serviceAccountName: NAME_OF_ALL,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    priorityClassName: PRIORITY_CLASS,
    terminationGracePeriodSeconds: 30,
    affinity: spread(ORCHESTRATOR_SELECTOR),
    securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'orchestrator',
        image,
        env: Object.entries(env).map(([name, value]) => ({ name, value })),
        ports: Object.entries(ORCHESTRATOR_PORTS).map(([name, containerPort]) => ({ name, containerPort, protocol: 'TCP' })),
        readinessProbe: { httpGet: probe('/readyz'), periodSeconds: 5, failureThreshold: 2 },
        livenessProbe: { httpGet: probe('/healthz'), periodSeconds: 10, failureThreshold: 3 },
        resources: {
          requests: { cpu: k8s.Quantity.fromString('100m'), memory: k8s.Quantity.fromString('128Mi') },
          limits: { cpu: k8s.Quantity.fromString('1'), memory: k8s.Quantity.fromString('512Mi') },
        },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        volumeMounts: [
          { name: 'webhook', mountPath: `${SECRETS}/webhook`, readOnly: true },
          { name: 'github', mountPath: `${SECRETS}/github`, readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: 'webhook', secret: { secretName: webhook } },
      // without a token nothing is reported to pull requests
      { name: 'github', secret: { secretName: githubToken, optional: true } },
    ],
  };
}
