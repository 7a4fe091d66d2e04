import { setTimeout as sleep } from 'node:timers/promises';
import type { KindRef, KubeApi, KubeObject } from '../../../../lib/kube/api';
import { ApiError } from '../../../../lib/kube/api';
import { byTurn, isWaiting } from '../../../../orchestrator/src/queue/eligible';
import { isOfKueue } from '../../../../orchestrator/src/queue/kueue';
import {
  LEASES,
  PENDING,
  REQUESTS,
  RUNS,
  isDone,
  isFinal,
  requestUidOf,
} from '../../../../orchestrator/src/queue/objects';
import type { Request, Run, Slot } from '../../../../orchestrator/src/queue/objects';

interface Event {
  readonly kind: 'request' | 'run' | 'slot';
  readonly isDeleted: boolean;
  readonly object: KubeObject;
  readonly version: number;
  /** When it was heard of, in ms. */
  readonly at: number;
}

const KINDS: readonly (readonly [Event['kind'], KindRef])[] = [
  ['request', REQUESTS],
  ['run', RUNS],
  ['slot', LEASES],
];
/** Replicas see a request a moment after it was made, and several are admitted at once. */
const MOMENT_MS = 1_500;

/**
 * Every change of requests, runs and slots since it began, in the order of the API server's versions, which are of one
 * counter for all kinds. `violations` replays them and holds the promises of the queue against each.
 */
export class History {
  private readonly events: Event[] = [];
  private readonly stopped = new AbortController();
  private readonly following: Promise<unknown>;

  constructor(
    private readonly api: KubeApi,
    /** Limit by namespace. */
    private readonly limits: ReadonlyMap<string, number>,
  ) {
    this.following = Promise.all(KINDS.map(([kind, ref]) => this.follow(kind, ref)));
  }

  async stop(): Promise<void> {
    // what was written last is heard of a moment later
    await sleep(500);
    this.stopped.abort();
    await this.following;
  }

  private async follow(kind: Event['kind'], ref: KindRef): Promise<void> {
    const { signal } = this.stopped;
    let version = '';
    while (!signal.aborted) {
      try {
        if (version === '') {
          const { items, resourceVersion } = await this.api.list<KubeObject>(ref, undefined);
          for (const object of items) this.add(kind, object, false);
          version = resourceVersion;
        }
        for await (const { type, object } of this.api.watch<KubeObject>(
          ref,
          undefined,
          { resourceVersion: version, timeoutSeconds: 600 },
          signal,
        )) {
          if (type === 'ERROR') version = '';
          else version = object.metadata.resourceVersion ?? version;
          if (type !== 'BOOKMARK' && type !== 'ERROR') this.add(kind, object, type === 'DELETED');
        }
      } catch (error) {
        if (error instanceof ApiError && error.status === 410) version = '';
        await sleep(100);
      }
    }
  }

  private add(kind: Event['kind'], object: KubeObject, isDeleted: boolean): void {
    if (this.limits.has(object.metadata.namespace ?? ''))
      this.events.push({
        kind,
        object,
        isDeleted,
        version: Number(object.metadata.resourceVersion),
        at: performance.now(),
      });
  }

  /** How many runs were ever started. */
  get started(): number {
    return this.replay().started;
  }

  /** What was broken, and when; and that something was looked at. */
  violations(): readonly string[] {
    const { found } = this.replay();
    return this.events.length === 0 ? ['nothing was seen'] : found;
  }

  private replay(): { readonly found: readonly string[]; readonly started: number } {
    const found: string[] = [];
    const state = new State();
    const events = [...this.events].sort((a, b) => a.version - b.version);
    for (const event of events) {
      found.push(...state.apply(event));
      const namespace = event.object.metadata.namespace ?? '';
      const going = state.going(namespace);
      const limit = this.limits.get(namespace) ?? 0;
      if (going.length > limit)
        found.push(
          `${namespace} at ${event.version}: ${going.length} runs of ${limit}: ${going.map(({ metadata }) => metadata.name).join()}`,
        );
    }
    return { found: [...found, ...state.outOfTurn()], started: state.startedCount };
  }
}

interface Admission {
  readonly request: Request;
  readonly at: number;
}

class State {
  private readonly requests = new Map<string, { readonly request: Request; readonly since: number }>();
  private readonly runs = new Map<string, Run>();
  private readonly slots = new Map<string, Slot>();
  /** UIDs of the runs that were ever started, by the UID of their request. */
  private readonly started = new Map<string, Set<string>>();
  private readonly names = new Map<string, string>();
  private readonly admissions: Admission[] = [];
  private readonly waited: { readonly admission: Admission; readonly request: Request }[] = [];

  get startedCount(): number {
    return [...this.started.values()].reduce((sum, runs) => sum + runs.size, 0);
  }

  going(namespace: string): readonly Run[] {
    const ever = new Set([...this.started.values()].flatMap((runs) => [...runs]));
    return [...this.runs.values()].filter(
      (run) => run.metadata.namespace === namespace && ever.has(run.metadata.uid) && !isDone(run),
    );
  }

  apply({ kind, object, isDeleted, at }: Event): string[] {
    const uid = `${object.metadata.uid}`;
    if (kind === 'request') return this.applyRequest(object as Request, isDeleted, at);
    if (kind === 'run') return this.applyRun(object as Run, isDeleted);
    if (isDeleted) this.slots.delete(uid);
    else if (!this.slots.has(uid)) this.admit(object as Slot, at);
    return [];
  }

  private applyRequest(request: Request, isDeleted: boolean, at: number): string[] {
    const { uid, namespace, name } = request.metadata;
    const key = `${namespace}/${name}`;
    const twin = this.names.get(key);
    this.names.set(key, uid);
    if (isDeleted) this.requests.delete(uid);
    else this.requests.set(uid, { request, since: this.requests.get(uid)?.since ?? at });
    return twin === undefined || twin === uid ? [] : [`${key} was made twice`];
  }

  private applyRun(run: Run, isDeleted: boolean): string[] {
    const { uid, name } = run.metadata;
    if (isDeleted) this.runs.delete(uid);
    else this.runs.set(uid, run);
    const isStarted = run.spec.status !== PENDING && run.spec.status !== 'Cancelled';
    const request = requestUidOf(run);
    // made past the queue: promises are for requests
    if (request === '') return [];
    const runs = this.started.get(request) ?? new Set();
    if (isDeleted || !isStarted || runs.has(uid)) return [];
    this.started.set(request, runs.add(uid));
    const found = runs.size > 1 ? [`${name} was started twice`] : [];
    if (!isOfKueue(run) && ![...this.slots.values()].some(({ spec }) => spec.holderIdentity === request))
      found.push(`${name} was started without a slot`);
    if (this.requests.get(request)?.request.status?.runUID !== uid)
      found.push(`${name} was started, and its request does not know it`);
    return found;
  }

  private admit(slot: Slot, at: number): void {
    this.slots.set(`${slot.metadata.uid}`, slot);
    const request = this.requests.get(`${slot.spec.holderIdentity}`)?.request;
    if (request === undefined) return;
    const admission = { request, at };
    this.admissions.push(admission);
    const holders = new Set([...this.slots.values()].map(({ spec }) => `${spec.holderIdentity}`));
    for (const other of this.requests.values()) {
      const isBefore =
        other.request.metadata.namespace === request.metadata.namespace && byTurn(other.request, request) < 0;
      if (
        isBefore &&
        other.request.spec.pipeline === 'verify' &&
        isWaiting(other.request, holders) &&
        at - other.since > MOMENT_MS
      )
        this.waited.push({ admission, request: other.request });
    }
  }

  /** Those that waited, and went on to wait, while one came before them whose turn was later. */
  outOfTurn(): string[] {
    return this.waited
      .filter(({ admission, request }) => {
        const own = this.admissions.find((one) => one.request.metadata.uid === request.metadata.uid);
        const now = this.requests.get(request.metadata.uid)?.request;
        return own === undefined ? now !== undefined && !isFinal(now) : own.at - admission.at > MOMENT_MS;
      })
      .map(({ admission, request }) => `${admission.request.metadata.name} came before ${request.metadata.name}`);
  }
}
