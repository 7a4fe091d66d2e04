import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownRequests } from '../requests/known';
import type { HistorySettings } from '../settings';
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

/** History in a database: what is over is recorded, is found again, and expires. */
export interface HistoryService {
  readonly history: RunHistory;
  /** What tests of these runs said. */
  readonly tests: RecordedTests;
  /** What has it. */
  readonly database: Pick<Database, 'query'>;
  behind(): Behind;
  reload(): Promise<void>;
  stop(): Promise<void>;
}

type Options = Omit<RecorderOptions, 'database' | 'cluster'> & { readonly known: KnownRequests };

const EXPIRE_EVERY_MS = 600_000;

/** Starts it; the database may come later. */
export function startHistory({ urlFile, cluster, expiry }: HistorySettings, options: Options): HistoryService {
  const database = openDatabase({ urlFile, migrations: MIGRATIONS, log: options.log });
  const recorder = startRecorder({ ...options, database, cluster });
  const stopped = new AbortController();
  const expiring = expireNowAndThen(stopped.signal, () => expireOnce(database, cluster, expiry, options));
  return {
    history: archivedHistory(options.known, postgresArchive(database, cluster)),
    tests: recordedTests(database, cluster),
    database,
    behind: () => recorder.behind(),
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
