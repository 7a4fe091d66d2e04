import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Archive } from '../history/run-history';
import { HistoryBusy, HistoryUnavailable, newest } from '../history/run-history';
import type { RunQuery } from '../history/run-query';
import { factsOf, matches } from '../history/run-query';
import type { Log } from '../log';
import { Turns } from '../test-reports/turns';
import type { ResultsClient } from './client';
import { listFilter, nameFilter } from './filter';
import { PIPELINE_RUN } from './filter';
import { requestOf } from './records';

/** The runs that Tekton Results has kept of the namespaces of teams. */

interface Deps {
  readonly client: Pick<ResultsClient, 'records'>;
  /** Whether the cluster has the request, and so tells of it itself. */
  readonly isLive: (request: RunRequest) => boolean;
  readonly log: Log;
}

/** For all namespaces together. */
const WITHIN_MS = 10_000;
/** A server that says again and again that there is more is not asked for ever. */
const PAGES_MAX = 200;
/** Of records that bear their Pipelines, and of those that do not. */
const PAGE_SIZE = { large: 10, small: 100 } as const;
const SMALL_BYTES = 20_000;
/** Namespaces that are asked at once: their answers are in memory. */
const AT_ONCE = 2;
/** How much the clocks of Results and of the API server differ at most. */
const SKEW_MS = 60_000;

export function resultsArchive(deps: Deps): Archive {
  const turns = new Turns(AT_ONCE);
  const inAll = async (
    namespaces: readonly string[],
    look: (namespace: string, signal: AbortSignal) => Promise<readonly RunRequest[]>,
  ): Promise<readonly RunRequest[]> => {
    const signal = AbortSignal.timeout(WITHIN_MS);
    const found = namespaces.map((namespace) =>
      turns.take(async () => {
        if (signal.aborted) throw new HistoryBusy('too many ask Tekton Results for finished runs at once');
        return look(namespace, signal);
      }),
    );
    return (await Promise.all(found)).flat();
  };
  return {
    async list(query) {
      const filter = listFilter(query);
      return newest(
        await inAll(query.namespaces, (namespace, signal) => look(deps, { namespace, filter, query }, signal)),
        query,
      );
    },
    async named(namespaces, name) {
      const filter = nameFilter(name);
      if (filter === undefined) return [];
      const runs = await inAll(namespaces, (namespace, signal) =>
        look(deps, { namespace, filter, query: { namespaces, limit: NAMED_MAX } }, signal),
      );
      return newest(
        runs.filter(({ metadata }) => metadata.name === name),
        { limit: NAMED_MAX },
      );
    },
  };
}

/** There may be several of one name, made one after the other. */
const NAMED_MAX = 100;

interface Look {
  readonly namespace: string;
  readonly filter: string;
  readonly query: RunQuery;
}

/** The newest runs of one namespace. Records come in the order in which they were stored, and a run is stored after it was asked for. */
async function look(
  { client, isLive, log }: Deps,
  { namespace, filter, query }: Look,
  signal: AbortSignal,
): Promise<readonly RunRequest[]> {
  let found: readonly RunRequest[] = [];
  let after: string | undefined;
  let size: number = PAGE_SIZE.large;
  for (let count = 0; count < PAGES_MAX; count++) {
    const { records, next, bytes } = await client.records(namespace, { filter, size, after }, signal);
    const runs = records
      .filter(({ data }) => data.type === PIPELINE_RUN)
      .flatMap((record) => requestOf(record, namespace) ?? [])
      .filter((run) => !isLive(run) && matches(query, factsOf(run)));
    found = newest([...found, ...runs], query);
    const last = records.at(-1);
    if (next === undefined || last === undefined) return found;
    const nothingNewer = Date.parse(last.create_time) + SKEW_MS;
    if (found.length === query.limit && nothingNewer < factsOf(found.at(-1)!).created) return found;
    if (next === after) break;
    after = next;
    size = bytes / records.length < SMALL_BYTES ? PAGE_SIZE.small : PAGE_SIZE.large;
  }
  log.warn({ namespace, filter }, 'history: Tekton Results has more records than are looked through');
  throw new HistoryUnavailable('Tekton Results has more records than are looked through');
}
