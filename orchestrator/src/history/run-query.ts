import type { Ask } from '../../../lib/runs/ask/ask';
import type { Phase, RunRequest } from '../../../lib/runs/ask/run-request';

/** Which runs are asked for, and in which order they come: newest first, whatever holds them. */

/** What a run is found by. The columns of the database are these, too. */
export interface RunFacts {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly team: string;
  readonly stack: string;
  readonly pipeline: Ask['pipeline'];
  readonly apps: readonly string[];
  readonly pullRequest?: number;
  /** The branch of the pull request, or whatever else than a commit was asked for. */
  readonly branch?: string;
  /** In lower case. */
  readonly commit?: string;
  /** Whoever did what the run is an answer to, as the Git host or the API knows them. */
  readonly author?: string;
  readonly phase: Phase;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

/** Where a run is in the order: it stays there, whatever comes or goes. */
export type Place = Pick<RunFacts, 'created' | 'uid'>;

/** The runs that are asked for. What it leaves out may be anything. */
export interface RunQuery extends Partial<
  Pick<RunFacts, 'team' | 'stack' | 'pipeline' | 'pullRequest' | 'branch' | 'author' | 'phase'>
> {
  readonly namespaces: readonly string[];
  readonly app?: string;
  /** The beginning of a commit, in lower case. */
  readonly commit?: string;
  /** Created then or later, in milliseconds since the epoch. */
  readonly since?: number;
  /** Only what comes after it. */
  readonly after?: Place;
  /** At most so many. */
  readonly limit: number;
}

/** What is at least seven hexadecimal digits is a commit, as git abbreviates it. */
const COMMIT = /^[0-9a-f]{7,64}$/i;

/** What a request is found by. */
export function factsOf({ metadata, spec, status }: RunRequest): RunFacts {
  const { name, namespace = '', uid = '', creationTimestamp = '' } = metadata;
  const { revision = '' } = spec;
  const isCommit = COMMIT.test(revision);
  return {
    uid,
    namespace,
    name,
    team: spec.team,
    stack: spec.stack,
    pipeline: spec.pipeline,
    apps: spec.apps ?? [],
    pullRequest: spec.pullRequest?.number,
    branch: spec.pullRequest?.headRef ?? (isCommit || revision === '' ? undefined : revision),
    commit: isCommit ? revision.toLowerCase() : undefined,
    author: spec.source?.sender,
    phase: status?.phase ?? 'Queued',
    created: Date.parse(creationTimestamp) || 0,
  };
}

/** The fields that a run has to have just as they are asked for. */
export const EXACT = ['team', 'stack', 'pipeline', 'pullRequest', 'branch', 'author', 'phase'] as const;

/** Whether a run is among those that are asked for. */
export const matches = (query: Omit<RunQuery, 'limit'>, facts: RunFacts): boolean =>
  query.namespaces.includes(facts.namespace) &&
  EXACT.every((field) => query[field] === undefined || query[field] === facts[field]) &&
  (query.app === undefined || facts.apps.includes(query.app)) &&
  (query.commit === undefined || (facts.commit?.startsWith(query.commit) ?? false)) &&
  (query.since === undefined || facts.created >= query.since) &&
  (query.after === undefined || byPlace(query.after, facts) < 0);

/** Sorts newest first; of one moment, by UID. */
export const byPlace = (a: Place, b: Place): number =>
  b.created - a.created || (a.uid === b.uid ? 0 : a.uid < b.uid ? 1 : -1);
