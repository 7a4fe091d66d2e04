import type { Problem } from '../../words/problem';
import type { RunRequest } from '../ask/run-request';
import type { PullRequest, Reason, Repo } from '../events/event';
import { compareRequests, isOfShare } from './event-order';

/** The requests of the Git host that the cluster already holds, each in the namespace of its team; others do not count. */
export interface Known {
  named(namespace: string, name: string): RunRequest | undefined;
  /** Of every team and stack: thousands, so whoever has found what it looks for stops reading them. */
  ofRepository(repo: Repo): Iterable<RunRequest>;
  ofPullRequest(repo: Repo, number: number): readonly RunRequest[];
  /** Of a repository whatever its name was. */
  ofRepositoryId(host: string, id: number): Iterable<RunRequest>;
}

/** What the Git host answered beside the delivery; empty where no token is given. */
export interface Asked {
  /** As it is now. Asked if the event does not say it, if it is an edit, or if another commit of the same second is known. */
  readonly pullRequest?: PullRequest;
  /** Paths that the pull request changes. */
  readonly changedFiles?: readonly string[];
  /** By `dependencyKey`. */
  readonly dependencies?: ReadonlyMap<string, PullRequest>;
  /** Who may push, by `memberKey`; undefined where nobody can be asked. Of whom no answer came is missing. */
  readonly members?: ReadonlyMap<string, boolean>;
  /** Logins of whom the host did not say whether they may push, though it was asked. @default - none */
  readonly unanswered?: readonly string[];
  /** Of a merge, what the host says of it; undefined where nobody can be asked. */
  readonly merge?: MergeSaid;
  /** What commits hold, by commit: of a merge queue's, and of the newest test of its pull request. */
  readonly trees?: ReadonlyMap<string, string>;
}

/** What the Git host says of a merge: it is so, and how; it is not so, and why; or nothing, this time. */
export type MergeSaid =
  | { readonly kind: 'confirmed'; readonly pullRequest: PullRequest }
  | { readonly kind: 'refuted'; readonly why: string }
  | { readonly kind: 'unanswered' };

/** What a decision depends on beside the event and the configuration. */
export interface Facts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly known: Known;
  readonly asked: Asked;
  /**
   * Whether somebody else may have sent the event than whoever sets the webhook of its repository: to find out takes a look at
   * every app, and only merges ask.
   * @default - no
   */
  readonly isByAnyone?: () => boolean;
}

/** What somebody is told at the Git host, if it can be told there. */
export type Notice =
  /** A reaction to the comment: it was heard. */
  | { readonly kind: 'heard'; readonly comment: number }
  /** The one comment of this marker, which is edited in place. */
  | { readonly kind: 'comment'; readonly number: number; readonly marker: string; readonly text: string }
  /** The state of a request, on a commit that holds the same as the one it tested. */
  | { readonly kind: 'tested'; readonly sha: string; readonly request: RunRequest };

/** What follows from a delivery. */
export interface Decision {
  /** Runs to create. */
  readonly requests: readonly RunRequest[];
  /** What happened before these is not to run any more (cancel-marker.ts). */
  readonly cancelMarkers: readonly RunRequest[];
  /** Why no run follows; undefined if one does. */
  readonly ignored?: Reason;
  /** For people: the reason in words, and what was left out. */
  readonly notes: readonly string[];
  /** The repository has another name now: the line to change. */
  readonly renamed?: string;
  /** What people are told where they look, beside the answer. */
  readonly notices?: readonly Notice[];
  /** Why nothing can be decided now: the same event may be sent again. */
  readonly unsure?: string;
  /** What the payload says and cannot be true. */
  readonly invalid?: readonly Problem[];
}

const HOUR = 3_600_000;
/** GitHub redelivers for three days; requests are kept four, so that nothing late is made twice. */
export const STALE_AFTER = 72 * HOUR;

/** The decision that nothing follows, and why. */
export const ignore = (ignored: Reason, ...notes: readonly string[]): Decision => ({
  requests: [],
  cancelMarkers: [],
  ignored,
  notes,
});

/**
 * The decision on those requests that nothing newer has overtaken. A request that the cluster already holds stays in, however
 * old it is: it is answered as a duplicate.
 */
export function notOvertaken(
  requests: readonly RunRequest[],
  repo: Repo,
  number: number,
  { known }: Facts,
  notes: readonly string[],
): Decision {
  const isKnown = ({ metadata }: RunRequest): boolean =>
    known.named(metadata.namespace ?? '', metadata.name) !== undefined;
  // a repeated delivery is the commonest, and needs no look at the others
  const others = requests.every(isKnown) ? [] : known.ofPullRequest(repo, number);
  const current = requests.filter(
    (request) =>
      isKnown(request) ||
      !others.some(
        (other) => isOfShare(other, request.spec.team, request.spec.stack) && compareRequests(other, request) > 0,
      ),
  );
  if (current.length === 0) return ignore('stale', 'something newer has happened to the pull request', ...notes);
  return { requests: current, cancelMarkers: [], notes: [...new Set(notes)] };
}
