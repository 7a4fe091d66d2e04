import type { Problem } from '../../words/problem';
import type { RunRequest } from '../ask/run-request';
import type { PullRequest, Reason, Repo } from '../events/event';
import { compareRequests, ofShare } from './event-order';

/** The requests that the cluster holds. */
export interface Known {
  named(name: string): RunRequest | undefined;
  /** Of every team and stack. */
  ofRepository(repo: Repo): readonly RunRequest[];
  ofPullRequest(repo: Repo, number: number): readonly RunRequest[];
}

/** What the Git host was asked beside the delivery; nothing of it where no token is given. */
export interface Asked {
  /** As it is now; asked where an event does not say it, or where another commit of the same second is known. */
  readonly pullRequest?: PullRequest;
  /** Paths that the pull request changes. */
  readonly changedFiles?: readonly string[];
  /** By `dependencyKey`. */
  readonly dependencies?: ReadonlyMap<string, PullRequest>;
}

export interface Facts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly known: Known;
  readonly asked: Asked;
}

/** What follows from a delivery. */
export interface Decision {
  /** Runs to be made. */
  readonly requests: readonly RunRequest[];
  /** Cancelled from the start: what happened before them is not to run any more (order.ts). */
  readonly marks: readonly RunRequest[];
  /** Why no run follows. */
  readonly ignored?: Reason;
  /** For people: the reason in words, and what was passed over. */
  readonly notes: readonly string[];
  /** It says what cannot be. */
  readonly invalid?: readonly Problem[];
}

export interface Delivery {
  /** `pull_request.opened` */
  readonly name: string;
  readonly id: string;
}

const HOUR = 3_600_000;
/** GitHub redelivers for three days; requests are kept four, so that nothing late is made twice. */
export const STALE_AFTER = 72 * HOUR;

export const nothing = (ignored: Reason, ...notes: readonly string[]): Decision => ({
  requests: [],
  marks: [],
  ignored,
  notes,
});

/** What is known already stays in: it is answered as a duplicate, however old it is. */
export function notOvertaken(
  requests: readonly RunRequest[],
  repo: Repo,
  number: number,
  { known }: Facts,
  notes: readonly string[],
): Decision {
  const isKnown = ({ metadata }: RunRequest): boolean => known.named(metadata.name) !== undefined;
  // a repeated delivery is the commonest, and needs no look at the others
  const others = requests.every(isKnown) ? [] : known.ofPullRequest(repo, number);
  const current = requests.filter(
    (request) =>
      isKnown(request) ||
      !others.some(
        (other) => ofShare(other, request.spec.team, request.spec.stack) && compareRequests(other, request) > 0,
      ),
  );
  if (current.length === 0) return nothing('stale', 'something newer has happened to the pull request', ...notes);
  return { requests: current, marks: [], notes: [...new Set(notes)] };
}
