import type { RunRequest } from '../ask/run-request';
import type { Repo } from '../events/event';
import { repoKey } from '../events/event';

/**
 * What a request answers, and when that happened. It is read from `spec.source` alone, which cannot change, and which the
 * admission policy lets nobody say but who may `release` (ask/permissions.ts). Names, labels and annotations prove nothing.
 */

/** How much later than its request an event may seem, where the clocks of Git host and cluster differ. */
const SKEW_MS = 300_000;

/** The repository that a request is about, as its source says; undefined where none says it. */
export function repoOf({ spec: { source, pullRequest } }: Pick<RunRequest, 'spec'>): Repo | undefined {
  if (source?.repository === undefined || pullRequest === undefined) return undefined;
  return { ...source.repository, fullName: pullRequest.repo };
}

/**
 * When the event of a request happened, as the Git host says. A time that comes after the request itself does not count:
 * whoever sent it would be the newest for ever. Nor does what is no time, though the cluster takes it as one.
 */
export function happenedAt({ spec: { source }, metadata: { creationTimestamp } }: RunRequest): number | undefined {
  if (source?.eventTime === undefined) return undefined;
  const at = Date.parse(source.eventTime);
  const isLater = creationTimestamp !== undefined && at > Date.parse(creationTimestamp) + SKEW_MS;
  return isLater || Number.isNaN(at) ? undefined : at;
}

/**
 * Whether the Git host asked for it. Only such requests are duplicates of its events, overtake one another, are told to it, or
 * say that a commit is tested. What people ask for by the API or by hand has no time of an event.
 */
export const isOfHost = (request: Pick<RunRequest, 'spec'>): boolean =>
  repoOf(request) !== undefined && request.spec.source?.eventTime !== undefined;

/** The key of the repository of a request of the Git host; undefined for any other request. */
export function hostKey({ spec }: Pick<RunRequest, 'spec'>): string | undefined {
  if (!keys.has(spec)) {
    const repo = isOfHost({ spec }) ? repoOf({ spec }) : undefined;
    keys.set(spec, repo && repoKey(repo));
  }
  return keys.get(spec);
}

/** Looked at for every event, of thousands; a spec does not change. */
const keys = new WeakMap<RunRequest['spec'], string | undefined>();
