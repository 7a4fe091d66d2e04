import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { FINAL_PHASES } from '../../../lib/runs/ask/run-request';
import type { Configuration } from '../../../lib/runs/configuration/configuration';
import { askHost } from '../hosts/ask-host';
import type { GitHost } from '../hosts/ask-host';
import { decide } from '../../../lib/runs/decisions/decide';
import type { Decision } from '../../../lib/runs/decisions/decision';
import type { Delivery } from '../../../lib/runs/events/delivery';
import type { Event } from '../../../lib/runs/events/event';
import { isCancelMarker } from '../../../lib/runs/decisions/cancel-marker';
import { compareRequests, isOfShare } from '../../../lib/runs/decisions/event-order';
import { repoKey } from '../../../lib/runs/events/event';
import { repoOf } from '../../../lib/runs/decisions/of-host';
import { createRequest } from './create';
import type { Creator, Outcome } from './create';

/** What followed from an event. */
export interface Followed {
  readonly decision: Decision;
  /** The outcomes of the requests that were decided on, then of the cancel markers. */
  readonly outcomes: readonly Outcome[];
  /** The names of the runs that are stopped. */
  readonly stopped: readonly string[];
}

/** What an event is handled with. */
export interface FollowOptions {
  readonly creator: Creator;
  /** Undefined if there is no token to ask with. */
  readonly host?: GitHost;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether somebody else may have sent it than whoever sets the webhook of its repository. @default - no */
  readonly isByAnyone?: () => boolean;
  /** When to give up, as `performance.now()` counts; what is not certain by then is unavailable. */
  readonly deadline: number;
}

/** Handles an event: asks the host, decides, and creates the requests. Deliveries and recovery both come through here. */
export async function follow(
  event: Event,
  delivery: Delivery,
  configuration: Configuration,
  { creator, host, now, isByAnyone, deadline }: FollowOptions,
): Promise<Followed> {
  const { known } = creator;
  const asked = await askHost(host, event, configuration, known);
  const decideNow = (): Decision => decide(event, delivery, configuration, { now: now(), known, asked, isByAnyone });
  const create = (requests: readonly RunRequest[]): Promise<readonly Outcome[]> =>
    Promise.all(requests.map((request) => createRequest(creator, request, { deadline })));
  const decision = decideNow();
  const stopped = decision.cancelMarkers.flatMap((mark) => stoppedBy(mark, known.list()));
  const outcomes = await create([...decision.requests, ...decision.cancelMarkers]);
  if (event.kind !== 'pull-request' || event.action !== 'edited') return { decision, outcomes, stopped };
  return { ...(await followEdit(decideNow, create, { decision, outcomes })), stopped };
}

/**
 * Of two edits in one second, another replica may have made the request of the other under the name that this one was to have. Now
 * that it is known, this one has the next name.
 */
async function followEdit(
  decideNow: () => Decision,
  create: (requests: readonly RunRequest[]) => Promise<readonly Outcome[]>,
  first: Pick<Followed, 'decision' | 'outcomes'>,
): Promise<Pick<Followed, 'decision' | 'outcomes'>> {
  const nameOf = ({ metadata: { namespace, name } }: RunRequest): string => `${namespace}/${name}`;
  let { decision, outcomes } = first;
  for (const tried = new Set<string>(); outcomes.some(({ kind }) => kind === 'duplicate');) {
    for (const request of decision.requests) tried.add(nameOf(request));
    const next = decideNow();
    const others = next.requests.filter((request) => !tried.has(nameOf(request)));
    if (others.length === 0) break;
    const kept = outcomes.filter(({ request }) => next.requests.some((one) => nameOf(one) === nameOf(request)));
    decision = next;
    outcomes = [...kept, ...(await create(others))];
  }
  return { decision, outcomes };
}

const stoppedBy = (mark: RunRequest, requests: readonly RunRequest[]): string[] =>
  requests
    .filter(
      (other) =>
        isOfShare(other, mark.spec.team, mark.spec.stack) &&
        !isCancelMarker(other) &&
        other.spec.pullRequest?.number === mark.spec.pullRequest?.number,
    )
    .filter(
      (other) =>
        areOfOneRepository(mark, other) &&
        other.metadata.namespace === mark.metadata.namespace &&
        compareRequests(mark, other) > 0,
    )
    .filter(({ status }) => status?.phase === undefined || !FINAL_PHASES.includes(status.phase))
    .map(({ metadata }) => metadata.name);

function areOfOneRepository(a: RunRequest, b: RunRequest): boolean {
  const [one, other] = [repoOf(a), repoOf(b)];
  return one !== undefined && other !== undefined && repoKey(one) === repoKey(other);
}
