import { isUnrecorded } from '../history/unrecorded';
import type { Request, Run } from './objects';
import { isDone, isFinal, requestUidOf } from './objects';

/** The runs and requests that may be deleted. */

/** How long finished runs and requests are kept. */
export interface Retention {
  /** How many finished runs to keep of an app and pipeline. @default - all: something else prunes them, or nobody */
  readonly runs?: number;
  /** Days for which requests outlive their end. @default - for ever */
  readonly requestDays?: number;
  /** Whether what is not in the history yet is kept in any case. @default - there is no other history */
  readonly untilRecorded?: boolean;
}

const HOUR_MS = 3_600_000;
/** A Git host delivers an event up to three days late: until then its request must be there to be met. */
const REQUEST_DAYS_MIN = 4;

/** The runs of requests beyond the newest of each app and pipeline. A run that ended within the last hour is kept. */
export function oldRuns(
  requests: readonly Request[],
  runs: readonly Run[],
  { runs: keep, untilRecorded = false }: Retention,
  now: Date,
): readonly Run[] {
  if (keep === undefined) return [];
  const asked = new Map(requests.map((request) => [request.metadata.uid, request]));
  const seen = new Map<string, number>();
  return runs
    .flatMap((run) => {
      const request = asked.get(requestUidOf(run));
      return request !== undefined && isFinal(request) && isDone(run) ? [{ run, request }] : [];
    })
    .sort((a, b) => endOf(b.run) - endOf(a.run))
    .filter(({ run, request: { spec } }) => {
      const kinds = (spec.apps?.length ? spec.apps : ['']).map((app) => `${spec.pipeline} ${spec.stack} ${app}`);
      const counts = kinds.map((kind) => (seen.get(kind) ?? 0) + 1);
      kinds.forEach((kind, index) => seen.set(kind, counts[index]!));
      return counts.every((count) => count > keep) && now.getTime() - endOf(run) > HOUR_MS;
    })
    .filter(({ request }) => !untilRecorded || !isUnrecorded(request))
    .map(({ run }) => run);
}

const endOf = ({ status, metadata }: Run): number => Date.parse(status?.completionTime ?? metadata.creationTimestamp);

/** The requests that ended before the retention period. */
export function oldRequests(
  requests: readonly Request[],
  { requestDays, untilRecorded = false }: Retention,
  now: Date,
): readonly Request[] {
  if (requestDays === undefined) return [];
  const before = now.getTime() - Math.max(requestDays, REQUEST_DAYS_MIN) * 24 * HOUR_MS;
  return requests.filter(
    (request) =>
      isFinal(request) &&
      !(untilRecorded && isUnrecorded(request)) &&
      Date.parse(request.status?.finishedAt ?? request.metadata.creationTimestamp) < before,
  );
}
