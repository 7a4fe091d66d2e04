import { createHash } from 'node:crypto';

/**
 * Every name that two parts must agree on, and the budgets that keep derived names readable.
 *
 * Tekton names a TaskRun `<run>-<pipeline task>` and its Pod `<run>-<pipeline task>-pod`; past 63 characters it puts an
 * md5 in the middle. The budgets below keep every such name whole.
 */

/** The pipelines of a stack. */
export const PIPELINES = ['bootstrap', 'pr-test', 'merge-release', 'promote', 'verify'] as const;
/** How long runs may take unless a team says otherwise, and what it may say. The last minutes are for what runs at the end whatever happened. */
export const RUN_MINUTES = { usual: 120, last: 15, least: 30, most: 2880 } as const;
export type PipelineKind = (typeof PIPELINES)[number];

/** Longest name a run may have: `pr-<number in 6 digits>-<10 of base32>`. */
export const RUN_NAME_MAX = 20;
/** The highest number of a pull request that 6 digits can say in base 36; no host counts beyond 2^31. */
export const PULL_REQUEST_MAX = 36 ** 6 - 1;
/** The number of a pull request in at most 6 digits: of one that is longer, in base 36. */
export const shortNumber = (number: number): string => (number < 1_000_000 ? String(number) : number.toString(36));
/** Longest object name that is also a label value. */
export const LABEL_MAX = 63;
/** Longest pipeline task name that still gives a whole Pod name `<run>-<task>-pod`. */
export const PIPELINE_TASK_NAME_MAX = LABEL_MAX - '-pod'.length - 1 - RUN_NAME_MAX;

/** Kinds of tests of an app that is running. */
export const TEST_KINDS = ['postman', 'playwright', 'artillery'] as const;
export type TestKind = (typeof TEST_KINDS)[number];

/** All kinds of tests of an app: those of its code, and those above. */
export const KINDS_OF_TESTS = ['unit', ...TEST_KINDS] as const;
export type KindOfTests = (typeof KINDS_OF_TESTS)[number];

/** Names of a stack's Pipelines, and of the pipeline tasks in them. */
export const pipelineName = (stack: string, kind: PipelineKind): string => `${stack}-${kind}`;
export const buildTask = (app: string): string => `build-${app}`;
export const pushTask = (app: string): string => `push-${app}`;
export const deployTask = (app: string): string => `deploy-${app}`;
export const previewTask = (app: string): string => `preview-${app}`;
export const findImageTask = (app: string): string => `find-image-${app}`;
/** What asks for proof of where the image of an app comes from. */
export const verifyImageTask = (app: string): string => `verify-${app}`;
export const tagTask = (app: string): string => `tag-${app}`;
export const bumpTask = (app: string): string => `bump-${app}`;
/** A hook's task: once a run, or once an app where `app` is given; `index` counts the hooks of one kind from 0. */
export const hookTask = (hook: string, index: number, app?: string): string =>
  [hook, ...(index > 0 ? [index + 1] : []), ...(app === undefined ? [] : [app])].join('-');
/** @param part from 0, where a matrix has become several tasks. A number alone would be that of a combination: `combinationRuns`. */
export const testTask = (app: string, kind: KindOfTests, part = 0): string =>
  [`test-${app}-${kind}`, ...(part > 0 ? [`p${part + 1}`] : [])].join('-');
/** More combinations in one matrix nobody reads; Tekton takes 256. */
export const COMBINATIONS_MAX = 64;
/** Last part of the name of a combination whose tests are divided. */
export const shardName = (index: number, total: number): string => `shard-${index}-of-${total}`;
/** The name without that part; empty where there is no other. */
export function withoutShard(combination: string): string {
  const parts = combination.split('-');
  const [index, total] = [Number(parts.at(-3)), Number(parts.at(-1))];
  return parts.slice(-4).join('-') === shardName(index, total) ? parts.slice(0, -4).join('-') : combination;
}
/** Whether a task is one of those that the matrix of another has become. Tests of app `web-postman` are none of `web`. */
export const isPartOfMatrix = (part: string, task: string): boolean =>
  part === task || (part.startsWith(`${task}-p`) && Number.isInteger(Number(part.slice(task.length + 2))));
/** Combinations by name, with shard 10 after shard 2. */
export const byCombination: (a: string, b: string) => number = new Intl.Collator('en', { numeric: true }).compare;
/** The first of the tasks that a matrix has become, of any of them. */
export const matrixTask = (app: string, task: string): string =>
  KINDS_OF_TESTS.map((kind) => testTask(app, kind)).find((first) => task.startsWith(`${first}-`)) ?? task;
/** Param of a Task that runs one combination of a matrix: the name of the combination. */
export const COMBINATION_PARAM = 'combination';
/** How Tekton names the TaskRuns of a task with so many combinations, after the name of the run: it numbers them, unless there is one alone. */
export const combinationRuns = (task: string, count: number): readonly string[] =>
  count > 1 ? Array.from({ length: count }, (_, index) => `${task}-${index}`) : [task];

/** Names of the pipeline tasks that every app has. */
export const TASKS_OF_APP: readonly ((app: string) => string)[] = [
  buildTask,
  pushTask,
  deployTask,
  previewTask,
  findImageTask,
  verifyImageTask,
  tagTask,
  bumpTask,
];
/** The longest name of an app that keeps these whole; less with some tests and hooks. */
export const APP_NAME_MAX = PIPELINE_TASK_NAME_MAX - Math.max(...TASKS_OF_APP.map((derive) => derive('').length));
/** The longest name of a stack that keeps those of its Pipelines whole. */
export const STACK_NAME_MAX = LABEL_MAX - Math.max(...PIPELINES.map((kind) => pipelineName('', kind).length));

/** Of a pull request: it fails where another task has, and says nothing that the other does not. */
export const VERDICT_TASK = 'verdict';
/** Names starting `test-` are tests and nothing else. */
export const isTestTask = (task: string): boolean => task.startsWith('test-');
/** Names starting `build-` are builds and nothing else; `push-` has what came of them. */
export const isBuildTask = (task: string): boolean => task.startsWith('build-');

/** Accounts of a team's namespace; what each may do is in lib/output/team/access.ts. */
export const ACCOUNTS = ['build', 'push', 'preview', 'deploy', 'release', 'orchestrator'] as const;
export type Account = (typeof ACCOUNTS)[number];
/** Those that can change what is released, or say what is. Whatever runs as `push` is signed as pushed by us. */
export const GUARDED_ACCOUNTS: readonly Account[] = ['push', 'deploy', 'release', 'orchestrator'];
/** The ServiceAccount of an account. */
export const accountName = (account: Account): string => `tekton-dag-${account}`;

/** PriorityClass of what must go on serving when builds fill a node. */
export const PRIORITY_CLASS = 'tekton-dag-service';
/** Task that closes the previews of a run, and its params. */
export const CLOSE_PREVIEWS = 'close-previews';
export const CLOSE_PARAMS = { namespace: 'namespace', run: 'run-uid' } as const;
/** CronJob of a namespace whose team has no orchestrator: it closes previews whose run is over. */
export const SWEEPER = 'tekton-dag-sweep-previews';
/** What a token for the orchestrator's API must be made for, so that one shown there is of no use elsewhere. `kubectl create token … --audience` */
export const API_AUDIENCE = 'tekton-dag-orchestrator';
/** Where the one orchestrator of a cluster runs, for teams with `orchestrator.mode: shared`. */
export const SHARED_NAMESPACE = 'tekton-dag';
/** What takes webhooks for many clusters at one address: all of its objects, and their namespace. */
export const WEBHOOK_ROUTER = 'tekton-dag-webhook-router';
/** Where a cluster holds the Tasks that its teams share. No pod runs there. */
export const TASKS_NAMESPACE = 'tekton-dag-tasks';

/** ConfigMap with the Deployment of each app of a stack, one key `<app>.yaml` an app; read by deploy-app and preview-app. */
export const appsConfigMap = (stack: string): string => `${stack}-apps`;
/** The claim that keeps the dependencies of releases, for them and for pull requests to read. */
export const CACHE_CLAIM = 'tekton-dag-cache-release';
/** The claim that keeps the reports of tests. */
export const REPORTS_CLAIM = 'tekton-dag-reports';

/** What our own objects are named by, beside apps in a namespace and beside other teams in a cluster. */
export const OWN_PREFIX = 'tekton-dag-';
/** The longest name of a team: Argo CD objects and what the cluster holds of the team are named `tekton-dag-<team>`. */
export const TEAM_NAME_MAX = LABEL_MAX - OWN_PREFIX.length;

/** Branch of the platform repository on which a team's versions wait for a pull request, unless the team names another. */
export const versionsBranch = (team: string): string => `tekton-dag/versions-${team}`;

/** Names that every release of Tekton Pipelines has had. */
export const TEKTON = {
  namespace: 'tekton-pipelines',
  controller: 'tekton-pipelines-controller',
  webhook: 'tekton-pipelines-webhook',
  flags: 'feature-flags',
  /** Of the webhook that completes objects; the names of the others end so. */
  admission: 'webhook.pipeline.tekton.dev',
  /** The CustomResourceDefinition of Tasks. */
  tasks: 'tasks.tekton.dev',
  /** Where remote Tasks and Pipelines are fetched: the release has a namespace for that. */
  resolvers: 'tekton-pipelines-resolvers',
  /** The ConfigMap that says how the replicas of the controller divide the work. */
  leaderElection: 'config-leader-election-controller',
} as const;

/** Where the programs of an instance of Tekton run; what it has across the cluster is named so, too. */
export const instanceNamespace = (instance: string): string => `${TEKTON.namespace}-${instance}`;
/** As the webhook of an instance calls itself. */
export const instanceAdmission = (instance: string): string => TEKTON.admission.replace('.', `-${instance}.`);
/** The longest name of an instance that keeps its namespace whole. */
export const INSTANCE_NAME_MAX = LABEL_MAX - instanceNamespace('').length;
/** The controller of an instance that watches a namespace. */
export const controllerOf = (namespace: string): string => `${TEKTON.controller}-${namespace}`;
/** What the controller of an instance may do in a namespace: the ClusterRole, and each RoleBinding to it. */
export const instanceController = (instance: string): string => `${instanceNamespace(instance)}-controller`;
/** Names that every release of Tekton Results has had. */
export const RESULTS = {
  api: 'tekton-results-api',
  service: 'tekton-results-api-service',
  /** Of the Service. */
  port: 8080,
  watcher: 'tekton-results-watcher',
  retentionAgent: 'tekton-results-retention-policy-agent',
  retentionPolicy: 'tekton-results-config-results-retention-policy',
  /** The certificate of the API. */
  tls: 'tekton-results-tls',
  /** What the database is called that a release brings, for those who try it. */
  database: ['tekton-results-postgres', 'tekton-results-postgres-service'],
} as const;
/** Names that every release of Tekton Chains has had. */
export const CHAINS = {
  namespace: 'tekton-chains',
  /** The Deployment, its container and its account. */
  controller: 'tekton-chains-controller',
  config: 'chains-config',
  /** The Secret with the key that signs, where no KMS has it. */
  signingSecret: 'signing-secrets',
  /** The ClusterRoleBinding by which it reads every Secret of the cluster. */
  tenantAccess: 'tekton-chains-controller-tenant-access',
} as const;
/** Where Argo CD keeps its objects. */
export const ARGOCD_NAMESPACE = 'argocd';
/** AppProject of what the platform owns; no team's has this name, for theirs go on after it. */
export const PLATFORM_PROJECT = 'tekton-dag';
/** ClusterQueue of Kueue with the runs of a team. */
export const clusterQueueName = (team: string): string => `${OWN_PREFIX}${team}`;
/** AppProject of a team, and the first part of its applications' names. */
export const teamProject = (team: string): string => `${OWN_PREFIX}${team}`;
/** Last parts of the names of a team's other applications. No team's name has a dot in it, and no cluster is called so there. */
export const APPLICATION_SUFFIXES = {
  platform: 'platform',
  project: 'project',
  install: 'install',
  tasks: 'tasks',
} as const;
/** A cluster as part of a name; Argo CD allows any text, `arn:aws:eks:…:cluster/production` for one. */
export function clusterPart(cluster: string): string {
  const part = cluster
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  return part === cluster && !Object.hasOwn(APPLICATION_SUFFIXES, part) ? part : `${part}-${hash32(cluster, 6)}`;
}

/** Where a cluster's file may be: called as the cluster is, or as it is in `dist/`. */
export const clusterFilesOf = (cluster: string): readonly string[] =>
  [cluster, clusterPart(cluster)].flatMap((name) => ['ts', 'yaml'].map((extension) => `clusters/${name}.${extension}`));

/** Application of what a team owns on a cluster: none is said for its first. That of the platform is `<name>.platform`. */
export const teamApplication = (team: string, further?: string): string =>
  further === undefined ? teamProject(team) : `${teamProject(team)}.${clusterPart(further)}`;

/** What a team's apps are on one of its further clusters, once something was promoted there; before, it has none. */
export const promotedVersionsFile = (teamFile: string, cluster: string): string =>
  `${teamFile.slice(0, teamFile.lastIndexOf('/') + 1)}versions.${clusterPart(cluster)}.yaml`;

/** User and group of the steps of a run, `nobody` of every image; volumes of a run belong to that group. */
export const POD_USER = 65534;

/** Names in an environment namespace. The Deployment of the stable pods bears the app's own name. */
export const ROUTER = 'tekton-dag-router';
/** The Service that leads to the stable pods of an app. */
export const stableService = (app: string): string => `${app}-stable`;
/** The Deployment and the Service of an app's preview. */
export const previewName = (app: string, session: string): string => `${app}-${session}`;
/** A container port's name has at most 15 characters. */
export const routerPort = (app: string): string =>
  app.length <= 15 ? app : `${app.slice(0, 8).replace(/(?<!-)-+$/, '')}-${hash32(app, 6)}`;

/** Path of an app's image below the registry, by who pushes there: releases, pull requests, pull requests of forks. */
export const IMAGE_SCOPES = ['release', 'pr', 'fork'] as const;
export type ImageScope = (typeof IMAGE_SCOPES)[number];
/** Where an app's images are, without a tag. */
export const imagePath = (registry: string, scope: ImageScope, app: string): string =>
  scope === 'release' ? `${registry}/${app}` : `${registry}/${scope}/${app}`;

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** The first `length` characters of the base32 (lower case) of sha256(text). */
export function hash32(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest();
  let bits = 0;
  let value = 0;
  let out = '';
  for (const byte of digest) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5 && out.length < length) {
      out += BASE32[(value >>> (bits - 5)) & 31];
      bits -= 5;
    }
    value &= (1 << bits) - 1;
  }
  return out;
}

/** The session of a pull request: `pr-<number>-<4 base32 of owner/name>`; numbers repeat across repositories. */
export const session = (repo: string, number: number): string => `pr-${number}-${hash32(repo.toLowerCase(), 4)}`;
/** What a session looks like, as the router checks it. */
export const SESSION_PATTERN = '^pr-[1-9][0-9]{0,9}-[a-z2-7]{4}$';
/** Length of the longest session. */
export const SESSION_MAX = `pr-${PULL_REQUEST_MAX}-abcd`.length;
