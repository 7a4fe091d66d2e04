import type { Builder } from './chains';
import type { Cluster } from './cluster';
import type { History } from './history';
import type { OwnBackend } from './own-backends';
import type { OwnDeployment } from './own-deployment';
import type { Queue } from './queue';
import type { GivenResources, Resources } from './resources';
import type { SecretStore } from './secrets';
import type { AppVolume, DisruptionBudget, Ingress, Liveness } from './serving';
import type { Site } from './site';
import type { AppEntry, CloneExtent, Hook, PropagationRole, Protocol } from './stack';
import type { TeamSettings } from './team';
import type { Toolchain } from './toolchains';
import type { Matrix } from './matrix';
import type { KindOfTests, TestKind } from '../words/names';
import { ARGOCD_NAMESPACE } from '../words/names';

/** The resolved model: what the files mean once defaults, teams and stacks are put together. Plain data, JSON-safe. */

/** A program of a stack, with every default filled in. */
export interface App {
  readonly name: string;
  /** `owner/name`, or a short name. */
  readonly repo: string;
  /** What `git clone` is given. */
  readonly cloneUrl: string;
  readonly role?: string;
  readonly propagationRole: PropagationRole;
  readonly protocol: Protocol;
  readonly servicePort: number;
  readonly containerPort: number;
  /** Below the repository's root, without leading or trailing `/`; `.` is the root. */
  readonly contextDir: string;
  /** Below `contextDir`. */
  readonly dockerfile: string;
  readonly build: {
    /** Name of one of the team's toolchains; undefined: the Dockerfile compiles by itself. */
    readonly tool?: string;
    readonly runtime?: string;
    /** Language version asked for (`node-version: "22"` → `22`); undefined: that of the toolchain. */
    readonly version?: string;
    /** @default - that of the toolchain */
    readonly command?: string;
    readonly preCommand?: string;
    /** `legacy` first, `env` over it. */
    readonly env: Readonly<Record<string, string>>;
    readonly platforms: readonly string[];
    /** @default - that of every build */
    readonly timeoutMinutes?: number;
    /** Of the steps that compile, test and build the image. @default - those of the Task */
    readonly resources?: GivenResources;
    /** Paths that the build reads beside `contextDir`; undefined: the whole repository. See inputs.ts. */
    readonly inputs?: readonly string[];
    /** `<secret>-release` and `<secret>-pr` in the team's namespace; builds that are not trusted get none. */
    readonly secrets?: { readonly secret: string; readonly keys: readonly string[] };
  };
  /** What is fetched beside the files of the commit, where the stack says so. */
  readonly clone?: CloneExtent;
  readonly downstream: readonly string[];
  readonly tests: Readonly<Partial<Record<TestKind | 'unit', string>>> & {
    /** Patterns of files below context-dir. @default - those of the toolchain */
    readonly unitReports?: readonly string[];
    /** @default - that of all tests */
    readonly timeoutMinutes?: number;
    /** Of the step that runs tests against previews. @default - those of the Task */
    readonly resources?: GivenResources;
    /** Of kinds that run in several ways. */
    readonly matrix?: Readonly<Partial<Record<KindOfTests, Matrix>>>;
  };
  readonly resources: Resources;
  /** Undefined: whoever scales the Deployment sets them, Kubernetes 1 when it is created. */
  readonly replicas?: number;
  /** `cpu` is the percentage of what the pods request. */
  readonly autoscaling?: { readonly min: number; readonly max: number; readonly cpu: number };
  readonly probe: { readonly path?: string; readonly port: number; readonly initialDelaySeconds: number };
  readonly env: Readonly<Record<string, EnvValue>>;
  /** Secrets and ConfigMaps of its namespace that become variables whole. */
  readonly envFrom?: readonly EnvSource[];
  /** When a container that runs is started anew. */
  readonly liveness?: Liveness;
  readonly volumes?: readonly AppVolume[];
  /** Where it is called from outside, on this cluster. */
  readonly ingress?: Ingress;
  readonly disruptionBudget?: DisruptionBudget;
  /** The file of a Deployment of the repository's own, and what it holds, as far as it can be read. */
  readonly deploy?: { readonly manifests: string; readonly deployment?: OwnDeployment };
  /** As a node pulls it: `<imageRegistry>/<app>` without tag. */
  readonly image: string;
}

/** The value of a variable, or where it is in the namespace of the app. */
export type EnvValue = AppEntry['env'][string];
export type EnvSource = AppEntry['env-from'][number];

/** Apps that call each other, as one team runs them. */
export interface Stack {
  readonly name: string;
  /** Where it was read, relative to the root: `stacks/checkout.yaml`. */
  readonly file: string;
  readonly description: string;
  readonly propagation: { readonly headerName: string; readonly baggageKey: string; readonly strategy: 'w3c-baggage' };
  /** Namespace in which its apps run. */
  readonly environment: string;
  /** Registry of its images, `${IMAGE_REGISTRY}` resolved: as a node pulls, and as a pod of the cluster pushes. */
  readonly registry: { readonly pull: string; readonly push: string };
  /** In the order of the file. */
  readonly apps: readonly App[];
  readonly hooks: Readonly<Record<Hook, readonly string[]>>;
  /** Short names of repositories that `stacks/registry.yaml` leads here; for those that no app names. */
  readonly registered?: readonly string[];
}

/** What a release has recorded of an app. */
export interface Version {
  readonly version: string;
  readonly lastReleased?: string;
  readonly digest?: string;
}

/** A team on one cluster, with its stacks. */
export interface Team extends Omit<TeamSettings, 'stacks' | 'pushRegistry' | 'cacheRepo'> {
  /** Where it was defined, relative to the root: `teams/payments/team.ts`. */
  readonly file: string;
  readonly pushRegistry: string;
  readonly cacheRepo: string;
  /** Where the cluster takes webhooks: at `<team>.<domain>`. */
  readonly ingress?: { readonly domain: string; readonly className?: string };
  /** Tekton Pipelines of the cluster, such as `1.10`, where it is said. */
  readonly tektonVersion?: string;
  /** The instance of Tekton that its runs are of; undefined where the cluster has one Tekton. */
  readonly tekton?: string;
  /** Whether the cluster has the team's apps, and none of its pipelines. */
  readonly isDeployOnly: boolean;
  /** Whether it has such Tasks alone as differ from those that the cluster has for all of its teams. */
  readonly sharesTasks: boolean;
  /** Where it shares Tasks, the team of nobody that these are made for. */
  readonly nobody?: Team;
  /** What the cluster is like. */
  readonly site: Site;
  /** Who decides on the cluster when its runs go on. */
  readonly queue: Queue;
  /** Where the cluster keeps what it puts into the namespaces of its teams; undefined: somebody puts it there. */
  readonly clusterStore?: SecretStore;
  /** Whether Tekton Results of the cluster archives runs, and prunes them. */
  readonly isArchived: boolean;
  /** What signs where the images come from that runs here build; undefined: nobody does. */
  readonly builder?: Builder;
  /** The same of all clusters of the team, one of which has built any image of it. */
  readonly builders: readonly Builder[];
  /** Whether the cluster asks where the images of its apps come from. */
  readonly hasImagePolicy: boolean;
  /** Where the orchestrators of the cluster keep what became of runs; undefined: nowhere but in requests. */
  readonly history?: History;
  /** Whether Pipelines-as-Code of the cluster takes events of the team's repositories. */
  readonly hasPipelinesAsCode: boolean;
  /** All that an app of the team can be compiled with. */
  readonly toolchains: readonly Toolchain[];
  /** What `interceptBackend` names, where it is one of fleet.ts. */
  readonly ownBackend?: OwnBackend;
  readonly stacks: readonly Stack[];
  /** Released versions by app. */
  readonly versions: Readonly<Record<string, Version>>;
  /** File of `versions`, relative to the root; where a release writes. */
  readonly versionsFile: string;
  /** Namespaces in which the apps of its stacks run, sorted, each once. */
  readonly environments: readonly string[];
}

/** Whether a team is served by the orchestrator of its cluster. */
export const isServedByCluster = ({ orchestrator: { enabled, mode } }: Pick<Team, 'orchestrator'>): boolean =>
  enabled && mode === 'shared';

/** Whether a team has an orchestrator of its own. */
export const hasOwnOrchestrator = ({ orchestrator: { enabled, mode } }: Pick<Team, 'orchestrator'>): boolean =>
  enabled && mode === 'team';

/** All teams, and the orchestrators that serve several of them. */
export interface Fleet {
  /** Sorted by name, each on the cluster that it names first. */
  readonly teams: readonly Team[];
  /** The same teams on the other clusters that they name. */
  readonly elsewhere: readonly Team[];
  /** Each cluster that has a file or a team, sorted by name. */
  readonly clusters: readonly Cluster[];
}

/** Clusters to which releases of a team are promoted in Git; none where runs deploy its apps. */
export const promotesTo = ({ environment, clusters }: Team): readonly string[] =>
  environment.deploy === 'gitops' ? clusters : [];

/** Namespaces that are not ours: no Namespace object, quota, limits, network policy or Pod Security label goes there. */
export const isForeignNamespace = (namespace: string): boolean =>
  namespace === 'default' || isSystemNamespace(namespace) || namespace.startsWith('tekton-');

/** Namespaces in which Kubernetes, OpenShift or Argo CD run: a pod there may use their accounts. */
export const isSystemNamespace = (namespace: string): boolean =>
  ['kube', 'openshift'].includes(namespace.split('-')[0]!) || namespace === ARGOCD_NAMESPACE;

/** Whether no runs of teams belong there; `default` is where whoever says no namespace works. */
export const takesNoRuns = (namespace: string): boolean => namespace === 'default' || isSystemNamespace(namespace);
