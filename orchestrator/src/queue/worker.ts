import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import { listWatch } from '../kube/list-watch';
import type { ListWatchOptions, RestartReason, Store } from '../kube/list-watch';
import { ApiError } from '../../../lib/kube/api';
import type { KindRef, KubeObject } from '../../../lib/kube/api';
import { LABELS } from '../../../lib/words/labels';
import { sweep } from '../previews/sweep';
import { requestKeys } from '../requests/known';
import { act } from './act';
import type { Admission, Admissions } from './admission';
import type { Context } from './admit';
import { byTurn, eligible, isWaiting } from './eligible';
import { isInKueue, workloadsOf } from './kueue';
import { KueueWaits } from './kueue-waits';
import type { Request, Run, Slot } from './objects';
import { LEASES, REQUESTS, RUNS, isDone, isPending, isQueuedRun, trimRun } from './objects';
import type { Pod } from './pod';
import { eventsOf } from './event';
import { OF_RUNS, PODS, UNFINISHED, trimPod } from './pod';
import type { Action, View } from './plan';
import { plan } from './plan';
import type { Retention } from './prune';
import { oldRequests, oldRuns } from './prune';
import { holdersOf } from './slots';
import { taskRunsOf } from './task';
import { Waits } from './waits';

/** What every worker needs, whichever team it serves. */
export interface WorkerOptions extends Omit<Context, 'team' | 'admission' | 'onTaken' | 'onPostponed'> {
  readonly admissions: Admissions;
  /** Whether this replica leads. Any other replica waits, and does what the leader has left undone. */
  readonly isLeading: () => boolean;
  readonly retention: Retention;
}

/** Changes come in bursts, and the watch shows an own write a moment later. */
const SETTLE_MS = 25;
/** A look at thousands of requests takes a while. The pause before the next one is this many times as long, for the deliveries. */
const LOOKS_APART = 9;
/** Another replica does what the leader has not done by then. */
const HELP_AFTER_MS = 4_000;
/** The worker looks even without a change: a message may be lost, or a replica gone. */
const LOOK_EVERY_MS = 10_000;
const RETRY_MS = { first: 200, last: 5_000 } as const;
/** An own slot that the watch has not shown by then was released by another replica. */
const UNSEEN_MS = 3_000;
/** How long a request whose Pipeline is missing lets others go first. */
const POSTPONED_MS = 5_000;
const PRUNE_EVERY_MS = 600_000;
const SWEEP_EVERY_MS = 60_000;
const AT_ONCE = 16;

const isEnd = (action: Action): boolean => action.do === 'write' && action.status.finishedAt !== undefined;

/** Serves the queue of one team: whenever something has changed, it looks at everything and does what follows. */
export class Worker {
  readonly requests: Store<Request>;
  readonly runs: Store<Run>;
  private readonly slots: Store<Slot>;
  /** Nothing waits for these: a run is started and ended without them. */
  private readonly pods: Store<Pod>;
  private readonly waits: Waits;
  private readonly kueueWaits: KueueWaits;
  private readonly justTaken = new Map<string, { readonly slot: Slot; readonly at: number }>();
  private readonly postponed = new Map<string, number>();
  private readonly ticks: readonly NodeJS.Timeout[];
  private next?: NodeJS.Timeout;
  private working: Promise<void> = Promise.resolve();
  private isWorking = false;
  private isStale = false;
  private isStopped = false;
  private failures = 0;
  /** The duration of the last look in milliseconds. */
  private lookDuration = 0;

  constructor(
    private team: TeamConfig,
    private readonly options: WorkerOptions,
  ) {
    this.requests = this.follow<Request>(REQUESTS, { indexBy: requestKeys });
    this.runs = this.follow<Run>(RUNS, { trim: trimRun, after: this.requests });
    this.slots = this.follow<Slot>(LEASES, { selector: LABELS.slot });
    this.pods = this.follow<Pod>(PODS, {
      selector: OF_RUNS,
      fields: UNFINISHED,
      trim: trimPod,
      after: this.requests,
    });
    this.waits = new Waits({
      taskRunsOf: (request) => taskRunsOf(options.api, request),
      eventsOf: (namespace, pod) => eventsOf(options.api, namespace, pod),
    });
    this.kueueWaits = new KueueWaits(() => workloadsOf(options.api, team.namespace));
    for (const store of [this.requests, this.runs, this.slots]) store.onChange(() => this.wake());
    this.ticks = [
      setInterval(() => void this.tick(), LOOK_EVERY_MS),
      setInterval(() => void this.prune(), PRUNE_EVERY_MS),
      setInterval(() => void this.sweep(), SWEEP_EVERY_MS),
    ];
  }

  get isSynced(): boolean {
    return [this.requests, this.runs, this.slots].every(({ synced }) => synced);
  }

  /** Whether the cluster forbids this replica to look at the namespace. */
  get isForbidden(): boolean {
    return [this.requests, this.runs, this.slots].some(({ forbidden }) => forbidden);
  }

  /** Applies the team's current configuration. */
  update(team: TeamConfig): void {
    this.team = team;
    this.wake();
  }

  /** The requests that wait, the next one first: those that Kueue has come first, those that may not start yet last. */
  waiting(): readonly Request[] {
    const requests = this.requests.list();
    const holders = holdersOf(this.slots.list());
    const queued = requests.filter((request) => isWaiting(request, holders) && isQueuedRun(request)).sort(byTurn);
    const first = [...queued, ...eligible(requests, holders)];
    return [...first, ...requests.filter((request) => isWaiting(request, holders) && !first.includes(request))];
  }

  /** Stops looking, and returns when everything that has begun is done. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.ticks.forEach(clearInterval);
    clearTimeout(this.next);
    for (const store of [this.requests, this.runs, this.slots, this.pods]) store.stop();
    await this.working;
  }

  private follow<T extends KubeObject>(
    kind: KindRef,
    more: Pick<ListWatchOptions<T>, 'selector' | 'fields' | 'trim' | 'indexBy' | 'after'>,
  ): Store<T> {
    const { api, metrics, log } = this.options;
    const onRestart = (reason: RestartReason, error: Error): void => {
      metrics.watchRestarts.inc({ kind: kind.plural, reason });
      log[reason === 'refused' ? 'warn' : 'debug'](
        { kind: kind.plural, namespace: this.team.namespace, reason, message: error.message },
        'watch begun anew',
      );
    };
    return listWatch<T>(api, kind, { namespace: this.team.namespace, onRestart, ...more });
  }

  /** Pods change often, so what runs wait for is found out now and then, by the leader, and not at each change. */
  private async tick(): Promise<void> {
    if (this.options.isLeading() && this.isSynced && this.pods.synced) await this.lookAtWaits(Date.now());
    else {
      this.waits.forget();
      this.kueueWaits.forget();
    }
    this.wake();
  }

  private async lookAtWaits(now: number): Promise<void> {
    const inKueue = this.runs.list().filter(isInKueue);
    const uids = new Set(inKueue.map(({ metadata }) => metadata.uid));
    const others = this.requests.list().filter(({ status }) => !uids.has(status?.runUID ?? ''));
    await Promise.all([this.waits.look(others, this.pods.list(), now), this.kueueWaits.look(inKueue, now)]);
  }

  private wake(): void {
    if (this.isWorking) this.isStale = true;
    else if (!this.isStopped && this.isSynced) this.next ??= setTimeout(() => this.look(), this.delay());
  }

  private delay(): number {
    if (this.failures > 0) return Math.min(RETRY_MS.last, RETRY_MS.first * 2 ** (this.failures - 1));
    return this.options.isLeading() ? Math.max(SETTLE_MS, LOOKS_APART * this.lookDuration) : HELP_AFTER_MS;
  }

  private look(): void {
    this.next = undefined;
    this.isWorking = true;
    this.isStale = false;
    this.working = this.work().finally(() => {
      this.isWorking = false;
      if (this.isStale || this.failures > 0) this.wake();
    });
  }

  private async work(): Promise<void> {
    const start = performance.now();
    const view = this.view();
    this.measure(view);
    const actions = plan(view, this.admission);
    this.lookDuration = performance.now() - start;
    let hasFailed = false;
    for (let at = 0; at < actions.length && !this.isStopped; at += AT_ONCE) {
      const done = await Promise.all(actions.slice(at, at + AT_ONCE).map((action) => this.tryTo(action)));
      hasFailed ||= done.includes(false);
    }
    if (actions.some(isEnd)) void this.sweep();
    this.failures = hasFailed ? this.failures + 1 : 0;
  }

  private async tryTo(action: Action): Promise<boolean> {
    try {
      await act(this.context(), action);
      return true;
    } catch (error) {
      const { message, status, stack } = error as Partial<ApiError>;
      const log = this.options.log;
      if (error instanceof ApiError)
        log.warn({ action: action.do, namespace: this.team.namespace, status, message }, 'not done; it is tried again');
      else log.error({ action: action.do, namespace: this.team.namespace, stack }, 'failed');
      return false;
    }
  }

  private get admission(): Admission {
    return this.options.admissions[this.team.queue?.kind ?? 'slots'];
  }

  private context(): Context {
    const now = performance.now();
    return {
      ...this.options,
      admission: this.admission,
      team: this.team,
      onTaken: (slot) => this.justTaken.set(slot.metadata.name, { slot, at: now }),
      onPostponed: ({ metadata }) => this.postponed.set(metadata.uid, now),
    };
  }

  private view(): View {
    const [runs, slots] = [this.runs.list(), this.slots.list()];
    for (const [name, { slot, at }] of this.justTaken) {
      if (performance.now() - at > UNSEEN_MS || slots.some(({ metadata }) => metadata.uid === slot.metadata.uid))
        this.justTaken.delete(name);
    }
    for (const [uid, at] of this.postponed) if (performance.now() - at > POSTPONED_MS) this.postponed.delete(uid);
    return {
      requests: this.requests.list(),
      runs,
      slots,
      justTaken: [...this.justTaken.values()].map(({ slot }) => slot),
      postponed: new Set(this.postponed.keys()),
      limit: this.team.maxConcurrentRuns,
      now: new Date(),
      waits: this.waits.messages && new Map([...this.waits.messages, ...this.kueueWaits.messagesOf(runs)]),
    };
  }

  private measure({ requests, runs, slots, limit }: View): void {
    const { metrics } = this.options;
    const team = this.team.name;
    const holders = holdersOf(slots);
    metrics.queueDepth.set({ team }, requests.filter((request) => isWaiting(request, holders)).length);
    // with Kueue no slot is taken: what goes on is counted
    const isGoing = (run: Run): boolean => !isPending(run) && !isDone(run);
    metrics.slotsInUse.set({ team }, this.team.queue?.kind === 'kueue' ? runs.filter(isGoing).length : slots.length);
    metrics.slotsLimit.set({ team }, limit);
    for (const [kind, store] of Object.entries({
      runrequests: this.requests,
      pipelineruns: this.runs,
      leases: this.slots,
      pods: this.pods,
    }))
      metrics.cacheAgeSeconds.set({ kind }, (performance.now() - store.heardAt) / 1000);
  }

  private async sweep(): Promise<void> {
    const { isLeading, log } = this.options;
    if (!isLeading() || this.isStopped) return;
    try {
      await sweep(this.options, this.team);
    } catch (error) {
      const { message } = error as Error;
      log.warn({ namespace: this.team.namespace, message }, 'what previews are open cannot be read; it is tried again');
    }
  }

  private async prune(): Promise<void> {
    const { api, metrics, log, retention, isLeading } = this.options;
    if (!isLeading() || !this.isSynced) return;
    const requests = this.requests.list();
    const old = [
      ...oldRuns(requests, this.runs.list(), retention, new Date()).map((run) => ({ kind: RUNS, ...run.metadata })),
      ...oldRequests(requests, retention, new Date()).map((request) => ({ kind: REQUESTS, ...request.metadata })),
    ];
    for (const { kind, namespace, name, uid } of old) {
      try {
        await api.delete(kind, namespace, name, { uid });
        metrics.pruned.inc({ kind: kind.plural });
      } catch (error) {
        log.warn({ kind: kind.plural, namespace, name, message: (error as Error).message }, 'not pruned');
      }
    }
  }
}
