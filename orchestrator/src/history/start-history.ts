import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownRequests } from '../requests/known';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { resultsArchive } from '../tekton-results/archive';
import { resultsClient } from '../tekton-results/client';
import type { ResultsPlace } from '../tekton-results/client';
import type { DatabaseSettings, HistorySettings } from './settings';
import { postgresArchive } from './archive';
import { openDatabase } from './database';
import type { Expiry } from './expire';
import { expire } from './expire';
import { MIGRATIONS } from './migrations';
import type { Behind, RecorderOptions } from './recorder';
import { startRecorder } from './recorder';
import type { RecordedTests } from './recorded-tests';
import { recordedTests } from './recorded-tests';
import type { Database } from './query';
import type { RunHistory } from './run-history';
import { HistoryUnavailable, archivedHistory } from './run-history';

/** What remembers runs beside the cluster. */
export interface HistoryService {
  readonly history: RunHistory;
  /** What has what is not of one run alone: what tests said, and the figures; undefined where runs are all that is kept. */
  readonly recorded?: {
    readonly tests: RecordedTests;
    readonly database: Pick<Database, 'query'>;
    readonly cluster: string;
    behind(): Behind;
  };
  reload(): Promise<void>;
  stop(): Promise<void>;
}

type Options = Omit<RecorderOptions, 'database' | 'cluster'> & { readonly known: KnownRequests };

const EXPIRE_EVERY_MS = 600_000;

/** Starts it; what remembers may come later. */
export const startHistory = (settings: HistorySettings, options: Options): HistoryService =>
  'results' in settings ? resultsHistory(settings.results, options) : databaseHistory(settings.database, options);

/** Tekton Results writes what it keeps itself, and says how long. */
function resultsHistory(place: ResultsPlace, { known, log }: Options): HistoryService {
  const client = resultsClient(place, log);
  const isLive = ({ metadata: { namespace = '', name, uid } }: RunRequest): boolean =>
    known.get(namespace, name)?.metadata.uid === uid;
  return {
    history: archivedHistory(known, resultsArchive({ client, isLive, log })),
    // its files are read for each question
    reload: () => Promise.resolve(),
    stop: () => client.stop(),
  };
}

/** What is over is recorded, is found again, and expires. */
function databaseHistory({ urlFile, cluster, expiry }: DatabaseSettings, options: Options): HistoryService {
  const database = openDatabase({ urlFile, migrations: MIGRATIONS, log: options.log });
  const recorder = startRecorder({ ...options, database, cluster });
  const stopped = new AbortController();
  const expiring = expireNowAndThen(stopped.signal, () => expireOnce(database, cluster, expiry, options));
  return {
    history: archivedHistory(options.known, postgresArchive(database, cluster)),
    recorded: {
      tests: recordedTests(database, cluster),
      database,
      cluster,
      behind: () => recorder.behind(),
    },
    reload: () => database.reload(),
    async stop() {
      stopped.abort();
      await Promise.all([recorder.stop(), expiring]);
      await database.stop();
    },
  };
}

async function expireNowAndThen(signal: AbortSignal, once: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await sleep(EXPIRE_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    if (!signal.aborted) await once();
  }
}

async function expireOnce(
  database: ReturnType<typeof openDatabase>,
  cluster: string,
  expiry: Expiry,
  { isLeading, metrics, log, now }: Options,
): Promise<void> {
  if (!isLeading()) return;
  try {
    metrics.pruned.inc({ kind: 'history' }, await expire(database, cluster, expiry, now()));
  } catch (error) {
    if (!(error instanceof HistoryUnavailable)) log.error({ error: (error as Error).message }, 'history: not pruned');
  }
}
