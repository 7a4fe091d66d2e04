import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { isCancelMarker } from '../../../lib/runs/decisions/cancel-marker';
import type { KnownRequests } from '../requests/known';
import type { RunQuery } from './run-query';
import { byPlace, factsOf, matches } from './run-query';

/** The runs that there are and were. The cluster has them as RunRequests until these are pruned; a database has them for longer. */
export interface RunHistory {
  page(query: RunQuery): Promise<Page>;
  /** The runs of a name, one after the other: of each namespace, whoever made them. @throws HistoryUnavailable */
  named(namespaces: readonly string[], name: string): AsyncIterable<RunRequest>;
}

export interface Page {
  /** Newest first. */
  readonly runs: readonly RunRequest[];
  /** False: the database does not answer, so only what the cluster holds is here. */
  readonly isComplete: boolean;
}

/** What has the runs that the cluster holds no more. */
export interface Archive {
  /** Newest first. @throws HistoryUnavailable */
  list(query: RunQuery): Promise<readonly RunRequest[]>;
  /** @throws HistoryUnavailable */
  named(namespaces: readonly string[], name: string): Promise<readonly RunRequest[]>;
}

/** The archive does not answer. */
export class HistoryUnavailable extends Error {
  override readonly name: string = 'HistoryUnavailable';
}

/** The archive answers others at the moment, who are many: it is there, and may be asked again at once. */
export class HistoryBusy extends HistoryUnavailable {}

/** One statement took too long; the archive may answer any other. */
export class HistorySlow extends HistoryUnavailable {}

type Known = Pick<KnownRequests, 'list' | 'get'>;

/** The runs that the cluster holds. */
export const clusterHistory = (known: Known): RunHistory => ({
  page: async (query) => ({ runs: inCluster(known, query), isComplete: true }),
  async *named(namespaces, name) {
    yield* namedInCluster(known, namespaces, name);
  },
});

/** The runs that the cluster holds, as it tells them, and all others of the archive. */
export const archivedHistory = (known: Known, archive: Archive): RunHistory => ({
  async page(query) {
    const own = inCluster(known, query);
    try {
      const all = new Map((await archive.list(query)).map((run) => [keyOf(run), run]));
      for (const run of own) all.set(keyOf(run), run);
      return { runs: newest([...all.values()], query), isComplete: true };
    } catch (error) {
      if (error instanceof HistoryUnavailable) return { runs: own, isComplete: false };
      throw error;
    }
  },
  async *named(namespaces, name) {
    const own = namedInCluster(known, namespaces, name);
    yield* own;
    const shown = new Set(own.map(({ metadata }) => metadata.uid));
    // whoever has found what they look for does not come here, so it is found without the archive
    for (const run of await archive.named(namespaces, name)) if (!shown.has(run.metadata.uid)) yield run;
  },
});

/** A namespace says of its own runs alone which they are. */
const keyOf = ({ metadata: { namespace = '', uid = '' } }: RunRequest): string => `${namespace}/${uid}`;

const inCluster = (known: Known, query: RunQuery): readonly RunRequest[] =>
  newest(
    known.list().filter((request) => !isCancelMarker(request) && matches(query, factsOf(request))),
    query,
  );

const namedInCluster = (known: Known, namespaces: readonly string[], name: string): readonly RunRequest[] =>
  namespaces.flatMap((namespace) => {
    const request = known.get(namespace, name);
    return request === undefined || isCancelMarker(request) ? [] : [request];
  });

/** The first of them in the order of a page. */
export const newest = (runs: readonly RunRequest[], { limit }: Pick<RunQuery, 'limit'>): readonly RunRequest[] =>
  runs
    .map((run) => ({ run, place: factsOf(run) }))
    .sort((a, b) => byPlace(a.place, b.place))
    .slice(0, limit)
    .map(({ run }) => run);
