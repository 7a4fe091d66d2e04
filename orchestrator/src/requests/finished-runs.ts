import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { isFinal } from '../../../lib/runs/ask/run-request';
import type { KnownRequests } from './known';

/**
 * The runs that are over. Today the RunRequests in the cluster are the only record of them, until they are pruned; a
 * history that outlives them can implement this in their place.
 */
export interface FinishedRuns {
  /** Lists the finished runs of some namespaces, in no particular order. */
  list(namespaces: ReadonlySet<string>): Promise<readonly RunRequest[]>;
  /** @returns undefined if there is no such run, or if it is not over */
  get(namespace: string, name: string): Promise<RunRequest | undefined>;
}

/** The finished runs that the cluster still holds as RunRequests. */
export const finishedRequests = (known: Pick<KnownRequests, 'list' | 'get'>): FinishedRuns => ({
  list: async (namespaces) =>
    known.list().filter((request) => namespaces.has(request.metadata.namespace ?? '') && isFinal(request)),

  async get(namespace, name) {
    const request = known.get(namespace, name);
    return request !== undefined && isFinal(request) ? request : undefined;
  },
});
