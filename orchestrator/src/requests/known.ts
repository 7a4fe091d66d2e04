import { LABELS } from '../../../lib/words/labels';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { repoLabel } from '../../../lib/runs/ask/run-request';
import type { Known } from '../../../lib/runs/decisions/decision';
import type { Repo } from '../../../lib/runs/events/event';
import { repoKey } from '../../../lib/runs/events/event';
import type { Store } from '../kube/list-watch';

/** The requests that the watch has seen, and our own that it has not seen yet. */
export interface KnownRequests extends Known {
  get(namespace: string, name: string): RunRequest | undefined;
  list(): readonly RunRequest[];
  remember(request: RunRequest): void;
}

const REMEMBERED_MS = 60_000;

/** The key by which the store finds the requests of a pull request. */
export const pullRequestKey = ({ metadata, spec }: Pick<RunRequest, 'metadata' | 'spec'>): string | undefined =>
  spec.pullRequest && `${metadata.labels?.[LABELS.repo]} ${spec.pullRequest.number}`;

/** Combines a store with our own requests. @param store must be indexed by `pullRequestKey` */
export function knownRequests(
  store: Pick<Store<RunRequest>, 'list' | 'get' | 'indexed'>,
  namespaces: () => Iterable<string>,
): KnownRequests {
  const own = new Map<string, { readonly request: RunRequest; readonly until: number }>();
  const key = (namespace: string, name: string) => `${namespace}/${name}`;
  const get = (namespace: string, name: string) => store.get(namespace, name) ?? own.get(key(namespace, name))?.request;
  /** Our own requests that the watch has not seen. The others are forgotten; in a burst they would be almost all. */
  const unseen = () => {
    for (const [
      name,
      {
        request: { metadata },
      },
    ] of own)
      if (store.get(metadata.namespace ?? '', metadata.name) !== undefined) own.delete(name);
    return [...own.values()].map(({ request }) => request);
  };
  const list = () => [...store.list(), ...unseen()];
  const labelOf = (repo: Repo) => repoLabel(repoKey(repo));
  return {
    get,
    list,
    named(name) {
      for (const namespace of namespaces()) {
        const found = get(namespace, name);
        if (found) return found;
      }
      return undefined;
    },
    ofRepository(repo) {
      const label = labelOf(repo);
      return list().filter(({ metadata }) => metadata.labels?.[LABELS.repo] === label);
    },
    ofPullRequest(repo, number) {
      const key = `${labelOf(repo)} ${number}`;
      return [...store.indexed(key), ...unseen().filter((request) => pullRequestKey(request) === key)];
    },
    ofRepositoryId: (host, id) =>
      list().filter(({ spec }) => spec.source?.repository?.id === id && spec.source.repository.host === host),
    remember(request) {
      const now = performance.now();
      // the oldest are at the front
      for (const [name, { until }] of own) {
        if (until > now) break;
        own.delete(name);
      }
      own.set(key(request.metadata.namespace ?? '', request.metadata.name), { request, until: now + REMEMBERED_MS });
    },
  };
}
