import { LABELS } from '../../../lib/contract/labels';
import type { RunRequest } from '../../../lib/contract/run-request';
import { repoLabel } from '../../../lib/contract/run-request';
import type { Known } from '../events/decision';
import type { Repo } from '../events/event';
import { repoKey } from '../events/request';
import type { Store } from '../kube/list-watch';

/** Requests as the watch tells of them, and those of our own that it has not told of yet. */
export interface KnownRequests extends Known {
  get(namespace: string, name: string): RunRequest | undefined;
  list(): readonly RunRequest[];
  remember(request: RunRequest): void;
}

const REMEMBERED_MS = 60_000;

export function knownRequests(store: Pick<Store<RunRequest>, 'list' | 'get'>, namespaces: () => Iterable<string>): KnownRequests {
  const own = new Map<string, { readonly request: RunRequest; readonly until: number }>();
  const key = (namespace: string, name: string) => `${namespace}/${name}`;
  const get = (namespace: string, name: string) => store.get(namespace, name) ?? own.get(key(namespace, name))?.request;
  /** Without what the watch has told of meanwhile: in a burst these would be all. */
  const unseen = () => {
    for (const [name, { request: { metadata } }] of own) if (store.get(metadata.namespace ?? '', metadata.name) !== undefined) own.delete(name);
    return [...own.values()].map(({ request }) => request);
  };
  const list = () => [...store.list(), ...unseen()];
  const ofRepository = (repo: Repo) => {
    const label = repoLabel(repoKey(repo));
    return list().filter(({ metadata }) => metadata.labels?.[LABELS.repo] === label);
  };
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
    ofRepository,
    ofPullRequest: (repo, number) => ofRepository(repo).filter(({ spec }) => spec.pullRequest?.number === number),
    remember(request) {
      const now = performance.now();
      // oldest first: what has run out is at the front
      for (const [name, { until }] of own) {
        if (until > now) break;
        own.delete(name);
      }
      own.set(key(request.metadata.namespace ?? '', request.metadata.name), { request, until: now + REMEMBERED_MS });
    },
  };
}
