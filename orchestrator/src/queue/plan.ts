import { eligible, overtakenTests } from './eligible';
import type { Request, Run, Slot } from './objects';
import { isDone, isFinal, isPending, requestUidOf } from './objects';
import type { Admission, AdmissionView } from './admission';
import { isInKueue } from './kueue';
import { holdersOf } from './slots';
import type { StatusPatch } from './status';
import { endOf, statusOf } from './status';

/** What a replica sees of a team's namespace. It may be late by any time, and by another time for each kind. */
export interface View extends AdmissionView {
  readonly requests: readonly Request[];
  /** The slots that this replica took a moment ago; its watch may not have seen them yet. */
  readonly justTaken: readonly Slot[];
  /** The UIDs of the requests that could not start a moment ago, so that others go first. */
  readonly postponed: ReadonlySet<string>;
  readonly now: Date;
  /** What the runs wait for, by their UIDs; undefined if this replica does not know. */
  readonly waits?: ReadonlyMap<string, string>;
}

/**
 * One thing to do. Each is safe to do twice, however late the view was that it rests on: it names the version of what it
 * changes, or reads the object again before it changes anything.
 */
export type Action =
  /** Take a slot for a request, if it needs one, and start its run. */
  | { readonly do: 'admit'; readonly request: Request; readonly slot?: string }
  /** Go on with an admission that somebody began. */
  | { readonly do: 'complete'; readonly slot: Slot }
  /** Release a slot whose request is over. */
  | { readonly do: 'release'; readonly slot: Slot }
  /** Find out what has become of a slot whose request is not there. */
  | { readonly do: 'abandon'; readonly slot: Slot }
  /** Start the run that the request knows as its own, or put it into Kueue's queue. */
  | { readonly do: 'start'; readonly request: Request; readonly run: Run }
  | { readonly do: 'write'; readonly request: Request; readonly status: StatusPatch }
  /** Find out whether the run of a request is gone. */
  | { readonly do: 'seek'; readonly request: Request }
  /** Mark a request as cancelled, because a newer event has overtaken it. */
  | { readonly do: 'supersede'; readonly request: Request }
  /** Stop a run: at once if it has not begun, with its `finally` if it has. */
  | { readonly do: 'stop'; readonly run: Run }
  /** Delete a run that was never started and never will be: its request has another run, or none. */
  | { readonly do: 'discard'; readonly run: Run };

/** Computes everything that is to be done now, from what a replica sees. */
export function plan(view: View, admission: Pick<Admission, 'free'>): readonly Action[] {
  const stale = overtakenTests(view.requests);
  const runs = new Map(view.runs.map((run) => [run.metadata.uid, run]));
  return [
    ...view.requests
      .filter((request) => !isFinal(request))
      .flatMap((request) => forRequest(request, runs, stale, view)),
    ...strays(view),
    ...view.slots.flatMap((slot) => forSlot(slot, view)),
    ...admissions(view, stale, admission),
  ];
}

function forRequest(
  request: Request,
  runs: ReadonlyMap<string, Run>,
  stale: ReadonlySet<Request>,
  { now, waits }: Pick<View, 'now' | 'waits'>,
): Action[] {
  const { cancel = false, pipeline } = request.spec;
  const uid = request.status?.runUID;
  // a release is never cancelled but by hand
  const supersede: Action[] =
    stale.has(request) && !cancel && pipeline === 'pr-test' ? [{ do: 'supersede', request }] : [];
  if (uid === undefined)
    return cancel
      ? [{ do: 'write', request, status: endOf(request, 'Cancelled', whyCancelled(request, stale), now) }]
      : supersede;
  const run = runs.get(uid);
  if (run === undefined) return [{ do: 'seek', request }];
  const status = statusOf(request, run, now, waits && (waits.get(uid) ?? null));
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
    ...(isPending(run) && !isInKueue(run) && supersede.length === 0 ? [{ do: 'start', request, run } as const] : []),
  ];
}

const whyCancelled = (request: Request, stale: ReadonlySet<Request>): string =>
  stale.has(request) ? 'a newer event of its pull request has overtaken it' : 'cancelled';

function forSlot(slot: Slot, { requests }: View): Action[] {
  const holder = requests.find(({ metadata }) => metadata.uid === slot.spec.holderIdentity);
  if (holder === undefined) return [{ do: 'abandon', slot }];
  // two replicas may each have taken a slot for it; it keeps the one that its status names
  if (isFinal(holder) || (holder.status?.runUID !== undefined && holder.status.slot !== slot.metadata.name))
    return [{ do: 'release', slot }];
  return holder.status?.runUID === undefined && holder.spec.cancel !== true ? [{ do: 'complete', slot }] : [];
}

/** Discards the runs that wait to be started and must not start: their request is over, has another run, or is deleted. */
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

function admissions(
  { requests, runs, slots, justTaken, postponed, limit }: View,
  stale: ReadonlySet<Request>,
  admission: Pick<Admission, 'free'>,
): Action[] {
  const held = [...slots, ...justTaken];
  const free = admission.free({ slots: held, runs, limit });
  if (free?.length === 0) return [];
  const next = eligible(requests, holdersOf(held), stale).filter(({ metadata }) => !postponed.has(metadata.uid));
  if (free === undefined) return next.map((request) => ({ do: 'admit', request }));
  return next.slice(0, free.length).map((request, index) => ({ do: 'admit', request, slot: free[index]! }));
}
