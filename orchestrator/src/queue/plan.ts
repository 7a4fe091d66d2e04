import type { RunRequestStatus } from '../../../lib/runs/ask/run-request';
import { eligible, overtakenTests } from './eligible';
import type { Request, Run, Slot } from './objects';
import { isDone, isFinal, isPending, requestUidOf } from './objects';
import { directRuns, freeSlots, holdersOf } from './slots';
import { over, statusOf } from './status';

/** What a replica sees of a team's namespace; it may be late, by any time, and differently so of each kind. */
export interface View {
  readonly requests: readonly Request[];
  readonly runs: readonly Run[];
  readonly slots: readonly Slot[];
  /** Slots that this replica took a moment ago, and that may not be among the others yet. */
  readonly took: readonly Slot[];
  /** UIDs of requests that could not have their turn a moment ago. */
  readonly passed: ReadonlySet<string>;
  readonly limit: number;
  readonly now: Date;
}

/**
 * One thing to do. Each is safe however late the view was on which it rests, and safe to do twice: it names the version
 * of what it changes, or what it looks at anew before it changes anything.
 */
export type Action =
  /** Give a request a slot, and start its run. */
  | { readonly do: 'admit'; readonly request: Request; readonly slot: string }
  /** Go on with an admission that somebody began. */
  | { readonly do: 'complete'; readonly slot: Slot }
  /** Free a slot whose request is over. */
  | { readonly do: 'release'; readonly slot: Slot }
  /** Look what has become of a slot whose request is not there. */
  | { readonly do: 'abandon'; readonly slot: Slot }
  /** Start the run that the request knows as its own. */
  | { readonly do: 'start'; readonly request: Request; readonly run: Run }
  | { readonly do: 'write'; readonly request: Request; readonly status: RunRequestStatus }
  /** Look whether the run of a request is gone. */
  | { readonly do: 'seek'; readonly request: Request }
  /** Say of a request that it is to be cancelled. */
  | { readonly do: 'supersede'; readonly request: Request }
  /** Stop a run: for good if it has not begun, with its `finally` if it has. */
  | { readonly do: 'stop'; readonly run: Run }
  /** Delete a run that was never started, and never will be: another is its request's, or none. */
  | { readonly do: 'discard'; readonly run: Run };

export function plan(view: View): readonly Action[] {
  const stale = overtakenTests(view.requests);
  const runs = new Map(view.runs.map((run) => [run.metadata.uid, run]));
  return [
    ...view.requests
      .filter((request) => !isFinal(request))
      .flatMap((request) => forRequest(request, runs, stale, view.now)),
    ...strays(view),
    ...view.slots.flatMap((slot) => forSlot(slot, view)),
    ...admissions(view, stale),
  ];
}

function forRequest(
  request: Request,
  runs: ReadonlyMap<string, Run>,
  stale: ReadonlySet<Request>,
  now: Date,
): Action[] {
  const { cancel = false, pipeline } = request.spec;
  const uid = request.status?.runUID;
  // a release is never cancelled but by hand
  const supersede: Action[] =
    stale.has(request) && !cancel && pipeline === 'pr-test' ? [{ do: 'supersede', request }] : [];
  if (uid === undefined)
    return cancel
      ? [{ do: 'write', request, status: over(request, 'Cancelled', whyCancelled(request, stale), now) }]
      : supersede;
  const run = runs.get(uid);
  if (run === undefined) return [{ do: 'seek', request }];
  const status = statusOf(request, run, now);
  const write: Action[] =
    status === undefined
      ? []
      : [
          {
            do: 'write',
            request,
            status: status.phase === 'Cancelled' ? { ...status, message: whyCancelled(request, stale) } : status,
          },
        ];
  if (isDone(run)) return write;
  if (cancel) return [...write, ...(isPending(run) || !run.spec.status ? [{ do: 'stop', run } as const] : [])];
  return [
    ...write,
    ...supersede,
    ...(isPending(run) && supersede.length === 0 ? [{ do: 'start', request, run } as const] : []),
  ];
}

const whyCancelled = (request: Request, stale: ReadonlySet<Request>): string =>
  stale.has(request) ? 'a newer event of its pull request has overtaken it' : 'cancelled';

function forSlot(slot: Slot, { requests }: View): Action[] {
  const holder = requests.find(({ metadata }) => metadata.uid === slot.spec.holderIdentity);
  if (holder === undefined) return [{ do: 'abandon', slot }];
  // one that two replicas gave a slot each needs no more than that under which its run is known
  if (isFinal(holder) || (holder.status?.runUID !== undefined && holder.status.slot !== slot.metadata.name))
    return [{ do: 'release', slot }];
  return holder.status?.runUID === undefined && holder.spec.cancel !== true ? [{ do: 'complete', slot }] : [];
}

/** Runs that wait to be started and must not be: of a request that is over, or that has another, or that is deleted. */
function strays({ runs, requests, slots }: View): Action[] {
  const holders = new Set(slots.map(({ spec }) => spec.holderIdentity));
  const waiting = runs.filter((run) => isPending(run) && requestUidOf(run) !== '');
  if (waiting.length === 0) return [];
  const known = new Map(requests.map((request) => [request.metadata.uid, request]));
  return waiting
    .filter((run) => {
      const request = known.get(requestUidOf(run));
      if (request === undefined) return !holders.has(requestUidOf(run));
      return request.status?.runUID === undefined ? isFinal(request) : request.status.runUID !== run.metadata.uid;
    })
    .map((run) => ({ do: 'discard', run }));
}

function admissions({ requests, runs, slots, took, passed, limit }: View, stale: ReadonlySet<Request>): Action[] {
  const all = [...slots, ...took];
  const holders = holdersOf(all);
  const free = freeSlots(new Set(all.map(({ metadata }) => metadata.name)), directRuns(runs, holders).length, limit);
  if (free.length === 0) return [];
  return eligible(requests, holders, stale)
    .filter(({ metadata }) => !passed.has(metadata.uid))
    .slice(0, free.length)
    .map((request, index) => ({ do: 'admit', request, slot: free[index]! }));
}
