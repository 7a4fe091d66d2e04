import { z } from 'zod';
import { LABELS, MANAGED_BY, MANAGER, PREFIX } from '../../words/labels';
import { hash32, shortNumber } from '../../words/names';
import type { Phase } from '../../words/phases';
import { PHASES } from '../../words/phases';
import { runTestsSchema } from '../report/told';
import type { Ask } from './ask';
import { freeText, time } from './ask';
import { madeSchema } from './made';

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

export { PHASES };
export type { Phase };
/** A request in one of these is over; it never leaves it. */
export const FINAL_PHASES: readonly Phase[] = ['Succeeded', 'Failed', 'Cancelled', 'Refused'];
/** Whether a request is over. */
export const isFinal = ({ status }: Pick<RunRequest, 'status'>): boolean =>
  status?.phase !== undefined && FINAL_PHASES.includes(status.phase);

const name = z.string().min(1).max(253);
const image = z.strictObject({ app: name, url: freeText, digest: freeText, tree: freeText.optional() });

/** Recomputed from the run at any time, except `runUID` and `made`, which are facts. */
export const runRequestStatus = z.strictObject({
  phase: z.enum(PHASES).optional(),
  runUID: freeText.optional(),
  slot: freeText.optional(),
  queuedAt: time.optional(),
  admittedAt: time.optional(),
  startedAt: time.optional(),
  finishedAt: time.optional(),
  message: z.string().max(1024).optional(),
  results: z
    .strictObject({
      images: z.array(image).max(200).optional(),
      reports: z.string().max(1024).optional(),
      tests: runTestsSchema.optional(),
    })
    .optional(),
  /** Written with `runUID`, and its tools at the end. */
  made: madeSchema.optional(),
  /** Hash of what the pull request was last told. */
  reported: freeText.optional(),
  /** When the history had it. It is a status, since whoever may cancel a request could write an annotation. */
  recorded: time.optional(),
});

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
  readonly spec: Ask;
  readonly status?: RunRequestStatus;
}

/** What makes two requests one. Never the apps of a pull request: they may be found differently twice. */
export interface Identity {
  /** Git host, lower case: two hosts may give the same repository id. */
  readonly host: string;
  /** Number of the repository there, which survives a rename; without one, its name. */
  readonly repository: string | number;
  readonly pipeline: Ask['pipeline'];
  readonly pullRequest?: number;
  readonly sha: string;
  readonly team: string;
  readonly stack: string;
  /** merge-release alone: each app is a request of its own. */
  readonly app?: string;
  readonly attempt?: number;
}

const PREFIXES: Readonly<Record<Ask['pipeline'], string>> = {
  'pr-test': 'pr',
  'merge-release': 'release',
  promote: 'promote',
  bootstrap: 'bootstrap',
  verify: 'verify',
};

/** What the names of requests and of runs begin with: `pr-42-`, `release-`. What follows it makes at most RUN_NAME_MAX of it. */
export const namePrefix = (pipeline: Ask['pipeline'], pullRequest: number | undefined): string =>
  pipeline === 'pr-test' ? `${PREFIXES[pipeline]}-${shortNumber(pullRequest ?? 0)}-` : `${PREFIXES[pipeline]}-`;

/** What ends a name that is made of what a request is for; one that the API server ends is shorter. */
const HASH_LENGTH = 10;
/** What a name looks like that is made so. The API server ends names by five characters. */
export const HASHED_NAME = `-[a-z2-7]{${HASH_LENGTH}}$`;

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
  return `${namePrefix(pipeline, pullRequest)}${hash32(key, HASH_LENGTH)}`;
}

/** Name of a request whose name somebody else's request has. */
export const nextName = (name: string, taken: string): string =>
  `${name.slice(0, -HASH_LENGTH)}${hash32(`${name}|${taken}`, HASH_LENGTH)}`;

/** Name of a request to which its caller gave a key: by that alone, so that whatever else is asked under it meets the first. */
export const keyedName = (caller: string, key: string): string => `api-${hash32(`${caller}|${key}`, HASH_LENGTH)}`;

/** What requests are listed by. */
export const requestLabels = ({ team, stack, pipeline, pullRequest }: Ask): Readonly<Record<string, string>> => ({
  [MANAGED_BY]: MANAGER,
  [LABELS.team]: team,
  [LABELS.stack]: stack,
  [LABELS.pipeline]: pipeline,
  ...(pullRequest && { [LABELS.pullRequest]: String(pullRequest.number) }),
});

/** Value of LABELS.repo: by what people find the requests of one pull request. @param repo `host/owner/name` */
export const repoLabel = (repo: string): string => hash32(repo.toLowerCase(), 10);

/** The manifest of a request as a person or a CronJob makes it: the API server names it, and with that its run. */
export const unnamedRequest = (spec: Ask, namespace: string) => ({
  apiVersion: `${RUN_REQUEST.group}/${RUN_REQUEST.version}`,
  kind: RUN_REQUEST.kind,
  metadata: {
    generateName: namePrefix(spec.pipeline, spec.pullRequest?.number),
    namespace,
    labels: requestLabels(spec),
  },
  spec,
});
