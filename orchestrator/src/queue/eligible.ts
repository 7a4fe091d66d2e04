import { overtaken } from '../../../lib/runs/decisions/event-order';
import { happenedAt } from '../../../lib/runs/decisions/of-host';
import { sessionOf } from '../../../lib/runs/run/params';
import type { Request } from './objects';
import { isFinal, isQueuedRun } from './objects';

/** The order of the queue. Every replica that sees the same requests computes the same order. */

/** Compares two requests: higher priority first, then the older one, then by name. */
export const byTurn = (a: Request, b: Request): number =>
  (b.spec.priority ?? 0) - (a.spec.priority ?? 0) ||
  compare(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
  compare(a.metadata.name, b.metadata.name);

/** Releases of an app in the order of their merges, as the Git host tells it. */
const byMerge = (a: Request, b: Request): number => mergedAt(a) - mergedAt(b) || byTurn(a, b);
const mergedAt = (request: Request): number => happenedAt(request) ?? Date.parse(request.metadata.creationTimestamp);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The lane of a request. Requests of one lane run one after another, because they deploy the same apps or open the same previews. */
export function laneOf({ spec }: Pick<Request, 'spec'>): string | undefined {
  if (!lanes.has(spec)) lanes.set(spec, nameOfLane(spec));
  return lanes.get(spec);
}

/** Looked at many times a second, of thousands; a spec does not change. */
const lanes = new WeakMap<Request['spec'], string | undefined>();

function nameOfLane({ pipeline, stack, apps = [], pullRequest }: Request['spec']): string | undefined {
  switch (pipeline) {
    case 'bootstrap':
      return `bootstrap ${stack}`;
    case 'merge-release':
      return `release ${stack} ${apps.join()}`;
    // of one file and one dist/
    case 'promote':
      return 'promote';
    case 'pr-test':
      return `test ${sessionOf({ pullRequest })}`;
    case 'verify':
      return undefined;
  }
}

/**
 * Whether a request waits to be admitted: it is not over, not cancelled and not begun, or its run waits in Kueue.
 * @param holders UIDs of the requests that hold a slot
 */
export const isWaiting = (request: Request, holders: ReadonlySet<string>): boolean =>
  !isFinal(request) && request.spec.cancel !== true && (!hasBegun(request, holders) || isQueuedRun(request));

/**
 * The requests that may take a slot now, the next one first. A busy lane has none; any other lane has one. Of the releases
 * in a lane it is the one that was merged first, whatever the priority of the others. A request that a newer event has
 * overtaken never starts.
 *
 * @param requests all requests of a team
 * @param holders UIDs of the requests that hold a slot
 * @param stale the result of `overtakenTests` for the same requests
 */
export function eligible(
  requests: readonly Request[],
  holders: ReadonlySet<string>,
  stale = overtakenTests(requests),
): readonly Request[] {
  const waiting = requests
    .filter((request) => isWaiting(request, holders) && !hasBegun(request, holders) && !stale.has(request))
    .sort(byTurn);
  const busy = new Set(requests.filter((request) => !isFinal(request) && hasBegun(request, holders)).map(laneOf));
  busy.delete(undefined);
  const next: Request[] = [];
  for (const request of waiting) {
    const lane = laneOf(request);
    if (busy.has(lane)) continue;
    next.push(request.spec.pipeline === 'merge-release' ? firstMerged(request, waiting, lane) : request);
    if (lane !== undefined) busy.add(lane);
  }
  return next;
}

const hasBegun = ({ status, metadata }: Request, holders: ReadonlySet<string>): boolean =>
  status?.runUID !== undefined || holders.has(metadata.uid);

const firstMerged = (one: Request, waiting: readonly Request[], lane: string | undefined): Request =>
  waiting
    .filter((other) => laneOf(other) === lane)
    .reduce((first, other) => (byMerge(other, first) < 0 ? other : first), one);

/** Previews are of an app, which several stacks may have; what is newer is newer in its own stack. */
const lineOf = (request: Request): string => `${request.spec.stack} ${laneOf(request)}`;

/**
 * The tests of pull requests that are closed or have a newer commit. What counts is the order of the events, not of their
 * arrival. Most pull requests have no open test; they are skipped.
 */
export function overtakenTests(requests: readonly Request[]): ReadonlySet<Request> {
  const tests = requests.filter(({ spec }) => spec.pipeline === 'pr-test');
  const lines = new Map(
    tests.filter((request) => !isFinal(request)).map((request) => [lineOf(request), [] as Request[]]),
  );
  if (lines.size > 0) for (const request of tests) lines.get(lineOf(request))?.push(request);
  return new Set(
    [...lines.values()].filter((line) => line.length > 1).flatMap((line) => overtaken(line) as readonly Request[]),
  );
}
