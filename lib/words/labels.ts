/** Labels and annotations of the project. User text (titles, branch names) is only ever an annotation. */
export const PREFIX = 'tekton-dag.io';
const key = (name: string): string => `${PREFIX}/${name}`;

/** Labels that Kubernetes recommends. https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const NAME = 'app.kubernetes.io/name';
export const VERSION = 'app.kubernetes.io/version';
export const COMPONENT = 'app.kubernetes.io/component';
/** Value of `app.kubernetes.io/managed-by`. Never set app.kubernetes.io/instance: Argo CD may track by it. */
export const MANAGER = 'tekton-dag';

/** Keys of labels: objects are found by them. */
export const LABELS = {
  team: key('team'),
  stack: key('stack'),
  app: key('app'),
  role: key('role'),
  runtime: key('runtime'),
  pipeline: key('pipeline'),
  session: key('session'),
  /** `stable` or `preview`, on pods of apps. */
  track: key('track'),
  pullRequest: key('pull-request'),
  trust: key('trust'),
  /** UID of the PipelineRun that opened a preview. */
  runUid: key('run-uid'),
  /** `allowed` on a namespace whose pods may reach apps from outside, such as an ingress controller's. */
  ingress: key('ingress'),
  /** Of a request for a run: its repository, `repoLabel` in run-request.ts, for people to find it by. */
  repo: key('repo'),
  /** On a PipelineRun: name of the request it is the run of. */
  request: key('request'),
  /** On the Lease that lets one run go on. */
  slot: key('slot'),
  /** On the controller of an instance of Tekton: the namespace that it watches. */
  watches: key('watches'),
  /** Marks the ConfigMaps that an orchestrator reads: `team` for the team's own, `shared` for the cluster's. */
  config: key('config'),
} as const;

const ARGOCD = 'argocd.argoproj.io';

/** Keys of annotations: they say more of an object that was found. */
export const ANNOTATIONS = {
  /** On a Pipeline: how many of its `build-` tasks may run at once; lanes are laid anew from it for a selection. */
  maxParallelBuilds: key('max-parallel-builds'),
  /** On a Pipeline: JSON object from account to the pipeline tasks that run as it; the rest run as `build`. */
  accounts: key('accounts'),
  /** On a Pipeline: JSON object from pipeline task to the podTemplate of its runs; `*` stands for those without their own. */
  podTemplates: key('pod-templates'),
  /** On a Pipeline: JSON object from pipeline task to the resources of its steps, where an app says them. */
  resources: key('resources'),
  /** On a Pipeline: minutes after which its runs end; none: the usual ones. */
  timeoutMinutes: key('timeout-minutes'),
  /** On a Pipeline: the intercept backend it was made for. */
  interceptBackend: key('intercept-backend'),
  /** On a PipelineRun with an embedded Pipeline: sha256 of the Pipeline spec that it was pruned from. */
  pipelineHash: key('pipeline-hash'),
  /** On a PipelineRun of a request: sha256 of what the orchestrator knew of the team and the stack. */
  configurationHash: key('configuration-hash'),
  /** On a PipelineRun of a request: commit of dist/ that the cluster was at, where that is known. */
  syncedCommit: key('synced-commit'),
  /** On a PipelineRun of a request: version of the orchestrator that composed it. */
  version: key('version'),
  /** On a PipelineRun: UID of the request it is the run of; a name may be given again. */
  requestUid: key('request-uid'),
  /** On a PipelineRun of a request: what was asked for in JSON, and when, as the request says it (asked.ts). */
  asked: key('asked'),
  askedAt: key('asked-at'),
  /** On the Service of a preview behind the router: the header by which requests are sent there. */
  header: key('header'),
  /** On the objects of a preview: name of the run that opened it. */
  run: key('run'),
  /** On a request for a run: `host/owner/name`, for people. */
  repository: key('repository'),
  /** On the Lease of the orchestrator that leads: RFC 3339 time until which failed deliveries have been dealt with. */
  sweptUntil: key('swept-until'),
  /** On a Deployment: commit that its image was built from. */
  commit: key('commit'),
  syncWave: `${ARGOCD}/sync-wave`,
  syncOptions: `${ARGOCD}/sync-options`,
  manifestGeneratePaths: `${ARGOCD}/manifest-generate-paths`,
} as const;

/** Whether a label or annotation is one that synth, the orchestrator and Argo CD go by. */
export const isOurs = (name: string): boolean =>
  [PREFIX, ARGOCD].some((prefix) => name.startsWith(`${prefix}/`) || name.includes(`.${prefix}/`));

/** Of `argocd.argoproj.io/sync-options`: the kind of the object comes later, so a dry run before that does not know it. */
export const OF_LATER_KIND = 'SkipDryRunOnMissingResource=true';
