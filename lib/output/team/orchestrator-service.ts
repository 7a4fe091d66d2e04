import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { LABELS } from '../../words/labels';
import { bucketAddress } from '../../fleet/bucket-address';
import type { Team } from '../../fleet/model';
import type { History } from '../../fleet/history';
import type { Site } from '../../fleet/site';
import { REPORTS_CLAIM, accountName } from '../../words/names';
import { APP_KEY, HISTORY_URL_KEY } from '../secrets/table';
import { signInEnvironment, signInVolumes } from './sign-in';
import { WEBHOOK_SECRETS_DIR, mounted, selectorOf, serverMetadata, webhookServer } from './webhook-server';

/** The name of the orchestrator's Deployment, Service, account, and of the ConfigMaps that it reads. */
export const ORCHESTRATOR = accountName('orchestrator');
/** Selects the orchestrator's pods. */
export const ORCHESTRATOR_SELECTOR = selectorOf(ORCHESTRATOR);

const GITHUB = 'github';
const HISTORY = 'history';
const REPORTS = 'reports';

/** An orchestrator where it runs: a team's own, or that of a cluster. */
export interface OrchestratorService extends Pick<
  Team['orchestrator'],
  'replicas' | 'consoleURL' | 'githubURL' | 'giteaURL' | 'githubApp' | 'signIn'
> {
  readonly namespace: string;
  /** Undefined: every team that lets it in. */
  readonly team?: string;
  readonly image: string;
  /** Where it is reached from outside; undefined: the cluster says no domain. */
  readonly host: string | undefined;
  readonly site: Site;
  /** Whether Tekton Results archives runs, and prunes them. */
  readonly isArchived: boolean;
  readonly cluster: string;
  /** Undefined: runs are known as long as the cluster has their requests. */
  readonly history?: History;
  /** Undefined: it reads no reports. */
  readonly reports?: Team['storage']['reports'];
  readonly secrets: Pick<Team['secrets']['names'], 'webhook' | 'githubToken'>;
}

/** Metadata of every object of an orchestrator. */
export const orchestratorMetadata = (namespace: string) => serverMetadata({ ...IDENTITY, namespace });
const IDENTITY = { name: ORCHESTRATOR, component: 'orchestrator' } as const;

/** Renders the Deployment and the Service of an orchestrator, with more than one replica a PodDisruptionBudget. */
export function orchestratorService(scope: Construct, service: OrchestratorService): void {
  const { namespace, replicas, image, site, secrets, githubApp, history, reports, signIn } = service;
  webhookServer(scope, {
    ...IDENTITY,
    namespace,
    replicas,
    image,
    site,
    hasToken: true,
    webhookSecret: secrets.webhook,
    environment: environment(service),
    volumes: [
      // without it GitHub is told nothing
      { name: GITHUB, secret: { secretName: githubApp?.secret ?? secrets.githubToken, optional: true } },
      // runs do not wait for a history
      ...(history ? historySource(history) : []),
      ...(reports ? [reportsSource(reports)] : []),
      ...(signIn ? signInVolumes(signIn) : []),
    ],
  });
}

function environment({
  namespace,
  team,
  consoleURL,
  githubURL,
  giteaURL,
  githubApp,
  isArchived,
  cluster,
  history,
  reports,
  signIn,
  host,
}: OrchestratorService): Readonly<Record<string, string>> {
  return {
    NAMESPACE: namespace,
    // that of a cluster may see ConfigMaps of this name and no others (shared-orchestrator.ts)
    ...(team === undefined
      ? { CONFIG_LABEL: `${LABELS.config}=shared`, CONFIG_NAME: ORCHESTRATOR }
      : { TEAM: team, CONFIG_LABEL: `${LABELS.config}=team` }),
    WEBHOOK_SECRETS_DIR,
    ...(githubApp === undefined
      ? { GITHUB_TOKEN_FILE: mounted(GITHUB, 'token') }
      : {
          GITHUB_APP_ID: String(githubApp.id),
          GITHUB_APP_INSTALLATION_ID: String(githubApp.installationId),
          GITHUB_APP_PRIVATE_KEY_FILE: mounted(GITHUB, APP_KEY),
        }),
    API_AUTH: 'tokenreview',
    LOG_LEVEL: 'info',
    // a run that is pruned before it is archived is lost
    ...(isArchived && { KEEP_RUNS: '0' }),
    ...(history && historyEnvironment(history, cluster, team)),
    ...(reports && reportsEnvironment(reports)),
    ...(consoleURL !== undefined && { CONSOLE_URL: consoleURL }),
    ...(githubURL !== undefined && { GITHUB_API_URL: githubURL }),
    ...(giteaURL !== undefined && { GITEA_API_URL: giteaURL }),
    ...(signIn && signInEnvironment(signIn, host)),
  };
}

type Reports = NonNullable<OrchestratorService['reports']>;

const reportsSource = ({ s3 }: Reports): k8s.Volume =>
  s3 === undefined
    ? { name: REPORTS, persistentVolumeClaim: { claimName: REPORTS_CLAIM } }
    : // runs do not wait for who shows them
      { name: REPORTS, secret: { secretName: s3.readSecret, optional: true } };

const reportsEnvironment = ({ s3 }: Reports): Readonly<Record<string, string>> =>
  s3 === undefined
    ? { REPORTS_DIR: mounted(REPORTS) }
    : { REPORTS_S3_URL: bucketAddress(s3), REPORTS_S3_REGION: s3.region, REPORTS_S3_CREDENTIALS_DIR: mounted(REPORTS) };

function historySource({ postgres, results }: History): readonly k8s.Volume[] {
  if (postgres) return [{ name: HISTORY, secret: { secretName: postgres.secret, optional: true } }];
  const { caBundle } = results;
  return caBundle
    ? [
        {
          name: HISTORY,
          configMap: {
            name: caBundle.configMap,
            items: [{ key: caBundle.key, path: caBundle.key }],
            optional: true,
          },
        },
      ]
    : [];
}

function historyEnvironment(
  { postgres, results, retention }: History,
  cluster: string,
  team: string | undefined,
): Readonly<Record<string, string>> {
  if (postgres)
    return {
      HISTORY_URL_FILE: mounted(HISTORY, HISTORY_URL_KEY),
      HISTORY_CLUSTER: cluster,
      ...expiryOf(retention, team),
    };
  const { url, caBundle } = results;
  return {
    HISTORY_RESULTS_URL: url,
    ...(caBundle && { HISTORY_RESULTS_CA_FILE: mounted(HISTORY, caBundle.key) }),
  };
}

/** @param team the one that is served; undefined: several */
function expiryOf({ days, teams }: History['retention'], team: string | undefined): Readonly<Record<string, string>> {
  const expiry = team === undefined ? { days, teams } : { days: teams[team] ?? days };
  return expiry.days === undefined && Object.keys(expiry.teams ?? {}).length === 0
    ? {}
    : { HISTORY_EXPIRY: JSON.stringify(expiry) };
}
