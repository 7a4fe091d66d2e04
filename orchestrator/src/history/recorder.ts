import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../../lib/kube/api';
import type { KubeApi } from '../../../lib/kube/api';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Request } from '../queue/objects';
import { REQUESTS } from '../queue/objects';
import { taskRunsOf } from '../queue/task';
import type { ReportStore } from '../test-reports/report-store';
import { ReportsUnavailable } from '../test-reports/report-store';
import { runFolder } from '../test-reports/run-folder';
import type { Database } from './query';
import { recordReports } from './record-reports';
import { recordRun } from './record-run';
import { HistorySlow, HistoryUnavailable } from './run-history';
import { isUnrecorded } from './unrecorded';

/**
 * Records every run that is over: it is written into the database, and only then its request says so. Whatever ends a replica
 * or the database in between, the next look finds what is left; and a run that was written twice is there once. Nothing waits
 * for it but the pruning of what is not recorded.
 */
export interface RecorderOptions {
  readonly api: Pick<KubeApi, 'list' | 'patch'>;
  readonly requests: () => readonly Request[];
  readonly isLeading: () => boolean;
  /** The name of the cluster whose runs they are. */
  readonly cluster: string;
  readonly database: Pick<Database, 'query' | 'transaction'>;
  /** Where reports of tests are kept; undefined: they are not read. */
  readonly reports?: ReportStore;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How far the database is behind the cluster. */
export interface Behind {
  /** How many runs are over and not recorded. */
  readonly runs: number;
  /** Since the end of the oldest of them; 0 if there is none. */
  readonly seconds: number;
}

const LOOK_EVERY_MS = 5_000;
const WAIT_MS = { first: 10_000, last: 600_000 } as const;
/** Where reports are kept, nobody asks for a while after a failure: each question may take long. */
const REPORTS_QUIET_MS = 60_000;
/** A run whose reports cannot be read for so long is recorded without them, before it would be pruned. */
const REPORTS_WITHIN_MS = 72 * 3_600_000;

/** Looks now and then until it is stopped. */
export function startRecorder(options: RecorderOptions): { behind(): Behind; stop(): Promise<void> } {
  const stopped = new AbortController();
  const { signal } = stopped;
  const recorder = new Recorder(options, signal);
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await recorder.look();
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    behind: () => recorder.behind,
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

export class Recorder {
  behind: Behind = { runs: 0, seconds: 0 };
  /** The UIDs of the requests that say so, which the watch may show a moment later. */
  private readonly marked = new Set<string>();
  /** Those that could not be recorded by a fault of their own. */
  private readonly waits = new Map<string, { readonly until: number; readonly ms: number }>();
  /** Until when reports are not asked for. */
  private reportsQuietUntil = 0;

  constructor(
    private readonly options: RecorderOptions,
    private readonly signal: AbortSignal,
  ) {}

  /** Records what is not recorded, the oldest first. @returns when all is done, or the database is away */
  async look(): Promise<void> {
    const { isLeading } = this.options;
    const due = this.due();
    let left = due.length;
    this.measure(due);
    for (const request of due) {
      if (this.signal.aborted || !isLeading()) return;
      if ((this.waits.get(request.metadata.uid)?.until ?? 0) > this.options.now()) continue;
      const outcome = await this.tryTo(request);
      if (outcome === 'away') return;
      if (outcome === 'recorded') left--;
    }
    if (left === 0) this.measure([]);
  }

  private due(): readonly Request[] {
    const unrecorded = this.options.requests().filter(isUnrecorded);
    const uids = new Set(unrecorded.map(({ metadata }) => metadata.uid));
    for (const known of [this.marked, this.waits])
      for (const uid of known.keys()) if (!uids.has(uid)) known.delete(uid);
    return unrecorded.filter(({ metadata }) => !this.marked.has(metadata.uid)).sort((a, b) => endOf(a) - endOf(b));
  }

  private measure(due: readonly Request[]): void {
    const { metrics, now } = this.options;
    const seconds = due[0] === undefined ? 0 : Math.max(0, (now() - endOf(due[0])) / 1000);
    this.behind = { runs: due.length, seconds };
    metrics.historyUnrecorded.set(due.length);
    metrics.historyBehindSeconds.set(seconds);
  }

  private async tryTo(request: Request): Promise<'recorded' | 'later' | 'away'> {
    const { name, namespace, uid } = request.metadata;
    try {
      await this.record(request);
      this.waits.delete(uid);
      return 'recorded';
    } catch (error) {
      // the database says so itself, and when it is asked again
      if (error instanceof HistoryUnavailable && !(error instanceof HistorySlow)) return 'away';
      const ms = Math.min((this.waits.get(uid)?.ms ?? WAIT_MS.first / 2) * 2, WAIT_MS.last);
      this.waits.set(uid, { until: this.options.now() + ms, ms });
      this.options.log.error(
        { request: name, namespace, error: (error as Error).message, seconds: ms / 1000 },
        'history: a run could not be recorded; it is tried again',
      );
      return 'later';
    }
  }

  private async record(request: Request): Promise<void> {
    const { api, cluster, database, metrics, log, now } = this.options;
    const { namespace, name, uid } = request.metadata;
    await recordRun(database, cluster, request, await taskRunsOf(api, request));
    await this.recordReports(request);
    metrics.historyRecorded.inc();
    try {
      const { status } = await api.patch<Request>(
        REQUESTS,
        namespace,
        name,
        { metadata: { uid }, status: { recorded: new Date(now()).toISOString() } },
        { subresource: 'status' },
      );
      if (status?.recorded === undefined)
        log.warn(
          { request: name, namespace },
          'history: the cluster has an older definition of RunRequest, so recorded runs are not pruned; apply dist/cluster',
        );
    } catch (error) {
      // deleted, or made anew: there is nothing left to say it of
      if (!(error instanceof ApiError) || ![404, 409].includes(error.status ?? 0)) throw error;
    }
    this.marked.add(uid);
  }

  /** What the tests said. As long as that cannot be read, the request does not say that it is recorded. */
  private async recordReports(request: Request): Promise<void> {
    const { cluster, database, reports, log, now } = this.options;
    if (reports === undefined || runFolder(request) === undefined) return;
    const { name, namespace, uid } = request.metadata;
    try {
      if (this.reportsQuietUntil > now())
        throw new ReportsUnavailable('what keeps reports did not answer a moment ago');
      await recordReports(database, { cluster, uid }, request, reports, this.signal);
    } catch (error) {
      const isAway = error instanceof ReportsUnavailable;
      if (!isAway && !(error instanceof HistorySlow)) throw error;
      if (isAway && this.reportsQuietUntil <= now()) this.reportsQuietUntil = now() + REPORTS_QUIET_MS;
      if (now() - endOf(request) < REPORTS_WITHIN_MS) throw error;
      log.error(
        { request: name, namespace, error: error.message },
        'history: the reports of a run could not be read or written for days; it is recorded without its test cases',
      );
    }
  }
}

const endOf = ({ status, metadata }: Request): number =>
  Date.parse(status?.finishedAt ?? metadata.creationTimestamp) || 0;
