import { z } from 'zod';
import type { Document, Path } from './document';
import type { Constant } from '../words/mapping';
import { clusterPart } from '../words/names';
import { isDockerHub, labelValue, networks, notDockerHub, objectName, registry } from '../words/scalars';
import type { ChainsInstall } from './chains';
import { chainsSchema } from './chains';
import type { History } from './history';
import { historyOf, historySchema } from './history';
import { kcpSchema } from './kcp';
import { queueSchema } from './queue';
import type { SecretStore } from './secrets';
import { clusterSecrets } from './secrets';
import type { Site } from './site';
import { labelName, siteOf, siteSchema } from './site';
import type { TeamSettings } from './team';
import type { ResultsInstall } from './results';
import { resultsSchema } from './results';
import type { TektonInstall } from './tekton-install';
import { tektonSchema } from './tekton-install';
import type { TektonInstances } from './tekton-instances';
import type { TektonOperator } from './tekton-operator';
import { PLATFORMS, PLATFORM_NAMES, operatorSchema } from './tekton-operator';
import { webhookRouterSchema } from './webhook-router';
import { RESULTS, TEKTON } from '../words/names';
import { RUN_FORMS, accessMode, clusterName, quota, sharedOrchestrator } from './team';

/**
 * `clusters/<name>.yaml` or `clusters/<name>.ts`: what is particular to a cluster and the same for every team on it. A cluster without a file is one
 * where nothing is particular.
 */

const host = z
  .string()
  .regex(/^[a-z0-9.-]+(:[0-9]+)?$/)
  .refine((value) => !isDockerHub(value), { error: notDockerHub })
  .meta({ expected: 'a host such as registry.example.com, with or without a port' });
/** In quotes, since 1.10 reads 1.1. */
const tektonVersion = z
  .string()
  .regex(/^[0-9]+\.[0-9]+(\.[0-9]+)?$/)
  .meta({ expected: 'a version of Tekton Pipelines in quotes, such as "1.10"' });
/** What Prometheus and Grafana are given. */
const observability = z.strictObject({
  /** Where their objects go; the namespace is there. */
  namespace: objectName,
  /** By which the Prometheus finds monitors and rules. @default - none */
  labels: z.record(labelName, labelValue).default({}),
  /** `false`: no dashboard for Grafana. @default true */
  dashboards: z.boolean().default(true),
});
export type Observability = z.output<typeof observability>;
const claims = z.strictObject({
  /** As a team's: `ReadWriteOnce` or `ReadWriteMany`. @default - `ReadWriteOnce` */
  accessMode: accessMode.optional(),
  /** As a team's. @default - the cluster's */
  storageClass: objectName.optional(),
});

/** Keys that a team has, too: what a team says itself stands. */
const forTeams = {
  /** As a team's. @default - `false` */
  insecureRegistry: z.boolean().optional(),
  /** As a team's: `reference` where inline specs are forbidden. @default - `embedded` */
  runs: z.enum(RUN_FORMS).optional(),
  /** @default - none */
  images: z
    .strictObject({
      /** As a team's. @default - none */
      mirror: registry.optional(),
    })
    .optional(),
  /** @default - none */
  storage: z
    .strictObject({
      /** @default - none */
      cache: claims.optional(),
      /** @default - none */
      reports: claims.optional(),
    })
    .optional(),
  /** @default - none */
  quota: quota.optional(),
  /** @default - none */
  network: z
    .strictObject({
      /** As a team's. @default - none */
      egressCIDRs: networks.optional(),
    })
    .optional(),
};

/** `pipelines`: its teams' pipelines run there, beside their apps. `deploy`: the apps alone. */
export const CLUSTER_ROLES = ['pipelines', 'deploy'] as const;

/** Whose the Tasks are: each team's in its own namespace, or one for all teams of the cluster, which Tekton's cluster resolver finds. */
export const TASKS_OF = ['per-team', 'shared'] as const;

/** What a cluster file may say. */
export const clusterSchema = z.strictObject({
  name: clusterName,
  /** Whether its teams' pipelines run there, or nothing but their apps. @default 'pipelines' */
  role: z.enum(CLUSTER_ROLES).default('pipelines'),
  /** On a cluster of role `deploy`: whether requests of a session may be led to previews. @default false */
  sessions: z.boolean().default(false),
  /** Which build of Tekton's operator there is, and what is made of it. @default 'kubernetes' */
  platform: z.enum(PLATFORMS).default('kubernetes'),
  /** In place of the host of a team's `imageRegistry`; the path stays the team's. @default - each team's own */
  imageRegistry: host.optional(),
  /** Host of `pushRegistry` for teams that name none. @default - `imageRegistry` */
  pushRegistry: host.optional(),
  /** The one of all teams with `orchestrator.mode: shared`. @default - none */
  orchestrator: sharedOrchestrator.optional(),
  /** Where the orchestrators of its teams take webhooks: at `<team>.<domain>`. @default - none */
  ingress: z
    .strictObject({
      domain: objectName,
      /** IngressClass of it. @default - the cluster's */
      className: objectName.optional(),
      /** Hosts on which apps of several teams have paths. @default - none: a host is one team's */
      sharedHosts: z.array(objectName).readonly().optional(),
    })
    .optional(),
  /** What is emitted for the cluster is checked against it. @default - newest */
  tektonVersion: tektonVersion.optional(),
  /** How Tekton is installed: without it, somebody else does. @default - none */
  tekton: z.discriminatedUnion('install', [tektonSchema, operatorSchema]).optional(),
  /** Where runs and their logs are archived. @default - none */
  results: resultsSchema.optional(),
  /** What signs where images come from. @default - none */
  chains: chainsSchema.optional(),
  /** Whether the sigstore policy-controller keeps apps from images of which nobody signed that. @default - none */
  imagePolicy: z.strictObject({ mode: z.enum(['warn', 'enforce']) }).optional(),
  /** @default - none */
  observability: observability.optional(),
  /** Where its orchestrators keep what became of runs. @default - none */
  history: historySchema.optional(),
  /** One address for webhooks, from which they go to the orchestrators of all clusters. @default - none */
  webhookRouter: webhookRouterSchema.optional(),
  /** @default - none */
  kcp: kcpSchema.optional(),
  /** `shared`: what is the same for its teams is there once. @default 'per-team' */
  tasks: z.enum(TASKS_OF).default('per-team'),
  /** Who decides when runs go on. @default - the defaults of its fields */
  queue: queueSchema.prefault({}),
  /** @default - none */
  secrets: clusterSecrets.optional(),
  ...siteSchema,
  ...forTeams,
});
/** What a person writes. */
export type ClusterProps = Constant<z.input<typeof clusterSchema>>;
/** A cluster file with its defaults filled in. */
export type ClusterFile = z.output<typeof clusterSchema>;

/** A cluster file that has Tekton installed by its operator. */
export type OperatorCluster = ClusterFile & { readonly tekton: TektonOperator };
export const isByOperator = (file: ClusterFile | undefined): file is OperatorCluster =>
  file?.tekton?.install === 'operator';

/** The one orchestrator of a cluster, which serves the teams that have none of their own. */
export interface SharedOrchestrator
  extends Omit<TeamSettings['orchestrator'], 'enabled' | 'mode'>, Pick<TeamSettings, 'images'> {
  readonly cluster: string;
  /** Where the cluster takes webhooks: at `tekton-dag.<domain>`. */
  readonly ingress: ClusterFile['ingress'];
  readonly egressCIDRs: readonly string[];
  /** Undefined: somebody makes its Secrets. */
  readonly store?: SecretStore;
  readonly site: Site;
  /** Whether Tekton Results archives runs, and prunes them. */
  readonly isArchived: boolean;
  /** Undefined: runs are known as long as the cluster has their requests. */
  readonly history?: History;
}

/** A cluster of the fleet; one that has a file may have no team. */
export interface Cluster {
  readonly name: string;
  /** What its file says; undefined: it has none. */
  readonly settings?: ClusterFile;
  /** The one Tekton that is installed of a release before a team arrives. */
  readonly tekton?: TektonInstall;
  /** The Tektons, where there are several. */
  readonly instances?: TektonInstances;
  /** The release of Results that is installed beside it. */
  readonly results?: ResultsInstall;
  /** The release of Chains that is installed beside it. */
  readonly chains?: ChainsInstall;
  /** Undefined: no team of the cluster has `orchestrator.mode: shared`. */
  readonly orchestrator?: SharedOrchestrator;
}

/** A Tekton that runs what is in some namespaces. */
export interface TektonAt {
  /** `cluster 'production'`, for a message. */
  readonly where: string;
  /** Undefined: of all namespaces. */
  readonly namespaces?: readonly string[];
  readonly version: string;
}

/** The Tektons of a cluster, as far as their versions are known: as its file says, or the releases that it installs. */
export function tektonsOf({ name, settings, tekton, instances }: Cluster): readonly TektonAt[] {
  const where = `cluster '${name}'`;
  if (instances)
    return instances.instances.map((instance) => ({
      where: `instance '${instance.name}' of ${where}`,
      namespaces: instance.namespaces,
      version: instance.manifest.version,
    }));
  const version = settings?.tektonVersion ?? tekton?.manifest.version;
  return version === undefined ? [] : [{ where, version }];
}

/** Where the router of a cluster takes webhooks; undefined: there is none, or somebody else leads deliveries there. */
export const routerHost = ({ webhookRouter, ingress }: ClusterFile): string | undefined =>
  webhookRouter && (webhookRouter.host ?? (ingress && `webhooks.${ingress.domain}`));

/** Whether something is made of a cluster file where no team is on the cluster. */
export const isOutputByItself = ({
  tekton,
  results,
  chains,
  observability: watched,
  webhookRouter,
  queue,
}: ClusterFile): boolean =>
  [tekton, results, chains, watched, webhookRouter].some((said) => said !== undefined) || queue.kind === 'kueue';

/** Where the entries of a cluster's own Secrets are. */
export function clusterStore(cluster: ClusterFile | undefined): SecretStore | undefined {
  const store = cluster?.secrets?.store;
  return store && { ...store, kind: 'ClusterSecretStore', path: store.path ?? clusterPart(cluster.name) };
}

/** Whether a cluster has the apps of its teams, and no pipelines. */
export const isDeployOnly = (file: ClusterFile | undefined): boolean => file?.role === 'deploy';

/** The namespace of Tekton on a cluster. */
export const tektonNamespaceOf = (file: ClusterFile | undefined): string =>
  isByOperator(file) ? PLATFORM_NAMES[file.platform].targetNamespace : TEKTON.namespace;

/** What keeps the runs of a cluster; undefined: nothing does. */
export function keptBy(file: ClusterFile | undefined): History | undefined {
  if (file?.history === undefined) return undefined;
  const host = `${RESULTS.service}.${tektonNamespaceOf(file)}.svc.${siteOf(file).domain}`;
  return historyOf(file.history, `https://${host}:${RESULTS.port}`);
}

/** What a cluster's file says that is of each of its teams as it stands. */
export const ofCluster = (cluster: ClusterFile | undefined) => ({
  clusterStore: clusterStore(cluster),
  isArchived: cluster?.results !== undefined,
  history: keptBy(cluster),
  isDeployOnly: isDeployOnly(cluster),
  sharesTasks: cluster?.tasks === 'shared',
});

/** The orchestrator of a cluster, as its file says. */
export const orchestratorOf = (name: string, cluster: ClusterFile | undefined): SharedOrchestrator => ({
  cluster: name,
  ...(cluster?.orchestrator ?? sharedOrchestrator.parse({})),
  images: { mirror: cluster?.images?.mirror, overrides: {} },
  ingress: cluster?.ingress,
  egressCIDRs: cluster?.network?.egressCIDRs ?? [],
  store: clusterStore(cluster),
  site: siteOf(cluster),
  isArchived: cluster?.results !== undefined,
  history: keptBy(cluster),
});

/** A team's settings on a cluster: what the team says, else what the cluster says, else the default. */
export function settingsOnCluster(
  team: TeamSettings,
  document: Document,
  name: string,
  cluster: ClusterFile | undefined,
): TeamSettings {
  const settings = structuredClone({ ...team, cluster: name });
  if (cluster === undefined) return settings;
  for (const key of Object.keys(forTeams) as (keyof typeof forTeams)[]) fill(settings, document, [key], cluster[key]);
  const { imageRegistry, pushRegistry } = cluster;
  const path = team.imageRegistry.replace(/^[^/]+/, '');
  if (imageRegistry !== undefined) settings.imageRegistry = `${imageRegistry}${path}`;
  if (pushRegistry !== undefined) settings.pushRegistry ??= `${pushRegistry}${path}`;
  fillStore(settings, document, cluster.secrets?.store);
  return isDeployOnly(cluster) ? withoutRuns(settings, cluster) : settings;
}

/** Without runs nothing takes events, and nothing opens a preview that an intercept would lead to. */
const withoutRuns = (settings: TeamSettings, { sessions }: ClusterFile): TeamSettings => ({
  ...settings,
  orchestrator: { ...settings.orchestrator, enabled: false },
  triggers: false,
  interceptBackend: sessions ? settings.interceptBackend : 'none',
});

/** A store is taken whole or not at all, but for where in it the entries are: that is each team's own. */
function fillStore({ secrets }: TeamSettings, document: Document, store: { readonly name: string } | undefined): void {
  if (store === undefined) return;
  if (document.get(['secrets', 'backend']) === undefined) secrets.backend = 'external-secrets';
  if (secrets.backend === 'external-secrets')
    secrets.store ??= { name: store.name, kind: 'ClusterSecretStore', optional: [] };
}

/** Puts a value where the document has none, leaf by leaf. */
function fill(target: object, document: Document, path: Path, value: unknown): void {
  if (value === undefined) return;
  const at = target as Record<string | number, unknown>;
  const key = path.at(-1) as string;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const inner = (at[key] ??= {}) as object;
    for (const [name, each] of Object.entries(value)) fill(inner, document, [...path, name], each);
  } else if (document.get(path) === undefined) at[key] = value;
}
