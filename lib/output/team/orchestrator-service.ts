import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ANNOTATIONS, COMPONENT, LABELS, NAME } from '../../words/labels';
import type { Team } from '../../fleet/model';
import type { Site } from '../../fleet/site';
import { ipFamilyPolicy } from '../../fleet/site';
import { PRIORITY_CLASS, accountName } from '../../words/names';
import { object } from '../../kube/object';
import { caVolume, proxyEnv } from '../tasks/shared/surroundings';
import { UNPRIVILEGED, resources, spread } from './pods';

/** The name of the orchestrator's Deployment, Service, account, and of the ConfigMaps that it reads. */
export const ORCHESTRATOR = accountName('orchestrator');
/** Selects the orchestrator's pods. */
export const ORCHESTRATOR_SELECTOR = { [NAME]: ORCHESTRATOR } as const;
/** Ports of the container and of the Service. */
export const ORCHESTRATOR_PORTS = { http: 8080, metrics: 9090 } as const;

const SECRETS = '/etc/tekton-dag';
/** Key of an App's Secret. */
export const APP_KEY = 'private-key';

/** An orchestrator where it runs: a team's own, or that of a cluster. */
export interface OrchestratorService extends Pick<
  Team['orchestrator'],
  'replicas' | 'consoleURL' | 'githubURL' | 'giteaURL' | 'githubApp'
> {
  readonly namespace: string;
  /** Undefined: every team that lets it in. */
  readonly team?: string;
  readonly image: string;
  readonly site: Site;
  /** Whether Tekton Results archives runs, and prunes them. */
  readonly isArchived: boolean;
  readonly secrets: Pick<Team['secrets']['names'], 'webhook' | 'githubToken'>;
}

/** Metadata of every object of an orchestrator. */
export const orchestratorMetadata = (namespace: string) => ({
  name: ORCHESTRATOR,
  namespace,
  labels: { ...ORCHESTRATOR_SELECTOR, [COMPONENT]: 'orchestrator' },
  annotations: { [ANNOTATIONS.syncWave]: '4' },
});

/** Renders the Deployment and the Service of an orchestrator, with more than one replica a PodDisruptionBudget. */
export function orchestratorService(scope: Construct, service: OrchestratorService): void {
  const { namespace, replicas, site } = service;
  const metadata = orchestratorMetadata(namespace);
  object(scope, k8s.KubeDeployment, metadata, {
    spec: {
      replicas,
      selector: { matchLabels: ORCHESTRATOR_SELECTOR },
      template: { metadata: { labels: metadata.labels }, spec: pod(service) },
    },
  });
  object(scope, k8s.KubeService, metadata, {
    spec: {
      type: 'ClusterIP',
      ipFamilyPolicy: ipFamilyPolicy(site),
      selector: ORCHESTRATOR_SELECTOR,
      ports: [
        { name: 'http', port: 80, targetPort: k8s.IntOrString.fromString('http'), protocol: 'TCP' },
        {
          name: 'metrics',
          port: ORCHESTRATOR_PORTS.metrics,
          targetPort: k8s.IntOrString.fromString('metrics'),
          protocol: 'TCP',
        },
      ],
    },
  });
  if (replicas > 1)
    object(scope, k8s.KubePodDisruptionBudget, metadata, {
      spec: { minAvailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: ORCHESTRATOR_SELECTOR } },
    });
}

function environment({
  namespace,
  team,
  consoleURL,
  githubURL,
  giteaURL,
  githubApp,
  site,
  isArchived,
}: OrchestratorService): Readonly<Record<string, string>> {
  const ca = bundleOf(site);
  return {
    PORT: String(ORCHESTRATOR_PORTS.http),
    METRICS_PORT: String(ORCHESTRATOR_PORTS.metrics),
    NAMESPACE: namespace,
    // that of a cluster may see ConfigMaps of this name and no others (shared-orchestrator.ts)
    ...(team === undefined
      ? { CONFIG_LABEL: `${LABELS.config}=shared`, CONFIG_NAME: ORCHESTRATOR }
      : { TEAM: team, CONFIG_LABEL: `${LABELS.config}=team` }),
    WEBHOOK_SECRETS_DIR: `${SECRETS}/webhook`,
    ...(githubApp === undefined
      ? { GITHUB_TOKEN_FILE: `${SECRETS}/github/token` }
      : {
          GITHUB_APP_ID: String(githubApp.id),
          GITHUB_APP_INSTALLATION_ID: String(githubApp.installationId),
          GITHUB_APP_PRIVATE_KEY_FILE: `${SECRETS}/github/${APP_KEY}`,
        }),
    API_AUTH: 'tokenreview',
    LOG_LEVEL: 'info',
    // a run that is pruned before it is archived is lost
    ...(isArchived && { KEEP_RUNS: '0' }),
    ...(consoleURL !== undefined && { CONSOLE_URL: consoleURL }),
    ...(githubURL !== undefined && { GITHUB_API_URL: githubURL }),
    ...proxyEnv(site, []),
    ...(ca && { NODE_EXTRA_CA_CERTS: ca.file }),
    ...(giteaURL !== undefined && { GITEA_API_URL: giteaURL }),
  };
}

/** Node reads the bundle once, when it starts: without it the Git host would not be trusted until the next start. */
const bundleOf = (site: OrchestratorService['site']) => caVolume(site, false);

function pod(service: OrchestratorService): k8s.PodSpec {
  const ca = bundleOf(service.site);
  const probe = (path: string): k8s.HttpGetAction => ({ path, port: k8s.IntOrString.fromString('http') });
  return {
    serviceAccountName: ORCHESTRATOR,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    priorityClassName: PRIORITY_CLASS,
    terminationGracePeriodSeconds: 30,
    affinity: spread(ORCHESTRATOR_SELECTOR),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'orchestrator',
        image: service.image,
        env: Object.entries(environment(service)).map(([name, value]) => ({ name, value })),
        ports: Object.entries(ORCHESTRATOR_PORTS).map(([name, containerPort]) => ({
          name,
          containerPort,
          protocol: 'TCP',
        })),
        readinessProbe: { httpGet: probe('/readyz'), periodSeconds: 5, failureThreshold: 2 },
        livenessProbe: { httpGet: probe('/healthz'), periodSeconds: 10, failureThreshold: 3 },
        resources: resources({ cpu: '100m', memory: '128Mi' }, { cpu: '1', memory: '512Mi' }),
        securityContext: UNPRIVILEGED,
        volumeMounts: [
          { name: 'webhook', mountPath: `${SECRETS}/webhook`, readOnly: true },
          { name: 'github', mountPath: `${SECRETS}/github`, readOnly: true },
          ...(ca ? [ca.mount] : []),
        ],
      },
    ],
    volumes: [
      { name: 'webhook', secret: { secretName: service.secrets.webhook } },
      // without it GitHub is told nothing
      {
        name: 'github',
        secret: { secretName: service.githubApp?.secret ?? service.secrets.githubToken, optional: true },
      },
      ...(ca ? [ca.volume] : []),
    ],
  };
}
