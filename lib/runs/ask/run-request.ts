import { z } from 'zod';
import { LABELS, MANAGED_BY, MANAGER, PREFIX } from '../../words/labels';
import { PIPELINES, hash32 } from '../../words/names';
import { objectName, revision } from '../../words/scalars';
import { clusterName } from '../../fleet/team';

/**
 * A request for a run: what a webhook, a person or a CronJob creates, and the orchestrator turns into one PipelineRun of
 * the same name when its turn comes. The CRD is made from this schema, and the orchestrator reads requests with it.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
 */

export const RUN_REQUEST = {
  group: PREFIX,
  version: 'v1alpha1',
  kind: 'RunRequest',
  plural: 'runrequests',
  shortName: 'rreq',
} as const;

const name = z.string().min(1).max(253);
/** Text of people, kept for people: it goes to no script. */
const said = z.string().max(255);
const time = z.iso.datetime({ offset: true });
const TRUST = ['trusted', 'untrusted'] as const;

export const PHASES = ['Queued', 'Admitted', 'Running', 'Succeeded', 'Failed', 'Cancelled', 'Refused'] as const;
export type Phase = (typeof PHASES)[number];
/** A request in one of these is over; it never leaves it. */
export const FINAL_PHASES: readonly Phase[] = ['Succeeded', 'Failed', 'Cancelled', 'Refused'];

/** Immutable, but for `cancel`, which goes one way. */
export const runRequestSpec = z.strictObject({
  pipeline: z.enum(PIPELINES),
  team: objectName,
  stack: name,
  /** pr-test: those that changed; bootstrap: those to build, none means all; merge-release: exactly one; promote: those to take along, none means all. */
  apps: z.array(name).max(200).optional(),
  /** Apps whose tests run; without it, the changed ones and all that reach them. */
  testApps: z.array(name).max(200).optional(),
  /** promote: the cluster that gets the versions of the one before it. */
  to: clusterName.optional(),
  revision: revision.optional(),
  /** By app, where it has its own: the other members of a group of pull requests. */
  revisions: z.record(name, revision).optional(),
  pullRequest: z
    .strictObject({
      number: z.number().int().min(1).max(999_999),
      repo: name,
      headRef: said.optional(),
      baseRef: said.optional(),
    })
    .optional(),
  source: z
    .strictObject({
      event: said,
      delivery: said.optional(),
      sender: said.optional(),
      /** When it happened, as the Git host says: orders the events of one pull request. */
      eventTime: time.optional(),
      /** Head before this event: orders two events of one second. */
      before: said.optional(),
      /** Counts reruns: id of the comment or check run that asked. */
      attempt: z.number().int().min(0).optional(),
    })
    .optional(),
  /** Higher goes first. */
  priority: z.number().int().min(-1000).max(1000).optional(),
  /** Whether what it builds may be released. */
  trust: z.enum(TRUST).optional(),
  overrides: z
    .strictObject({
      forceRebuild: z.boolean().optional(),
      versions: z.record(name, name).optional(),
      version: name.optional(),
      interceptBackend: name.optional(),
    })
    .optional(),
  cancel: z.boolean().optional(),
});

const image = z.strictObject({ app: name, url: said, digest: said, tree: said.optional() });

/** Recomputed from the run at any time, except `runUID`, which is a fact. */
export const runRequestStatus = z.strictObject({
  phase: z.enum(PHASES).optional(),
  runUID: said.optional(),
  slot: said.optional(),
  queuedAt: time.optional(),
  admittedAt: time.optional(),
  startedAt: time.optional(),
  finishedAt: time.optional(),
  message: z.string().max(1024).optional(),
  results: z
    .strictObject({ images: z.array(image).max(200).optional(), reports: z.string().max(1024).optional() })
    .optional(),
  /** Hash of what the pull request was last told. */
  reported: said.optional(),
});

export type RunRequestSpec = z.output<typeof runRequestSpec>;
export type RunRequestStatus = z.output<typeof runRequestStatus>;

export interface RunRequest {
  readonly apiVersion: `${typeof RUN_REQUEST.group}/${typeof RUN_REQUEST.version}`;
  readonly kind: typeof RUN_REQUEST.kind;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: RunRequestSpec;
  readonly status?: RunRequestStatus;
}

/** What makes two requests one. Never the apps of a pull request: they may be found differently twice. */
export interface Identity {
  /** Git host, lower case: two hosts may give the same repository id. */
  readonly host: string;
  /** Number of the repository there, which survives a rename; without one, its name. */
  readonly repository: string | number;
  readonly pipeline: RunRequestSpec['pipeline'];
  readonly pullRequest?: number;
  readonly sha: string;
  readonly team: string;
  readonly stack: string;
  /** merge-release alone: each app is a request of its own. */
  readonly app?: string;
  readonly attempt?: number;
}

const PREFIXES: Readonly<Record<RunRequestSpec['pipeline'], (pullRequest?: number) => string>> = {
  'pr-test': (pullRequest) => `pr-${pullRequest}`,
  'merge-release': () => 'release',
  promote: () => 'promote',
  bootstrap: () => 'bootstrap',
  verify: () => 'verify',
};

/** Name of a request and of its run, at most RUN_NAME_MAX: asking twice for the same is asking once. */
export function requestName({
  host,
  repository,
  pipeline,
  pullRequest,
  sha,
  team,
  stack,
  app = '',
  attempt = 0,
}: Identity): string {
  const key = [
    'v1',
    host.toLowerCase(),
    repository,
    pipeline,
    pullRequest ?? '',
    sha.toLowerCase(),
    team,
    stack,
    app,
    attempt,
  ].join('|');
  return `${PREFIXES[pipeline](pullRequest)}-${hash32(key, 10)}`;
}

/** Name of a request to which its caller gave a key: by that alone, so that whatever else is asked under it meets the first. */
export const keyedName = (caller: string, key: string): string => `api-${hash32(`${caller}|${key}`, 10)}`;

/** What requests are listed by. */
export const requestLabels = ({
  team,
  stack,
  pipeline,
  pullRequest,
}: RunRequestSpec): Readonly<Record<string, string>> => ({
  [MANAGED_BY]: MANAGER,
  [LABELS.team]: team,
  [LABELS.stack]: stack,
  [LABELS.pipeline]: pipeline,
  ...(pullRequest && { [LABELS.pullRequest]: String(pullRequest.number) }),
});

/** Value of LABELS.repo: by what the requests of one pull request are found. @param repo `host/owner/name` */
export const repoLabel = (repo: string): string => hash32(repo.toLowerCase(), 10);
