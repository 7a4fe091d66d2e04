import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import type { Known } from '../../../lib/runs/decisions/decision';
import { hostKey } from '../../../lib/runs/decisions/of-host';
import { repoKey } from '../../../lib/runs/events/event';
import type { Store } from '../kube/list-watch';

/** The requests that the watch has seen, and our own that it has not seen yet. What `Known` tells of them are those of the Git host. */
export interface KnownRequests extends Known {
  /** Whoever made it. */
  get(namespace: string, name: string): RunRequest | undefined;
  /** All of them, whoever made them. */
  list(): readonly RunRequest[];
  /** Of this name in whichever namespace of a team, whoever made them. */
  allNamed(name: string): readonly RunRequest[];
  remember(request: RunRequest): void;
}

const REMEMBERED_MS = 60_000;

const KEYS = {
  pullRequest: (repo: string, number: number | undefined) => `${repo} ${number}`,
  repository: (repo: string) => repo,
  id: (host: string, id: number) => `${host} ${id}`,
};

/** The keys by which the store finds the requests of a pull request, of a repository and of its number; none for what is not the Git host's. */
export function requestKeys(request: Pick<RunRequest, 'spec'>): readonly string[] {
  const repo = hostKey(request);
  if (repo === undefined) return [];
  const { host, id } = request.spec.source?.repository ?? {};
  return [
    KEYS.pullRequest(repo, request.spec.pullRequest?.number),
    KEYS.repository(repo),
    ...(host !== undefined && id !== undefined ? [KEYS.id(host, id)] : []),
  ];
}

/**
 * Combines a store with our own requests.
 * @param store must be indexed by `requestKeys`
 * @param teams those that are served: each speaks in its own namespace, and there for itself
 */
export function knownRequests(
  store: Pick<Store<RunRequest>, 'list' | 'get' | 'indexed'>,
  teams: () => Iterable<Pick<TeamConfig, 'name' | 'namespace'>>,
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
  const counts = (): ((request: RunRequest) => boolean) => {
    const namespaces = new Map([...teams()].map(({ name, namespace }) => [name, namespace]));
    return (request) =>
      hostKey(request) !== undefined && namespaces.get(request.spec.team) === request.metadata.namespace;
  };
  function* found(key: string): Iterable<RunRequest> {
    const isCounted = counts();
    for (const request of store.indexed(key)) if (isCounted(request)) yield request;
    for (const request of unseen()) if (requestKeys(request).includes(key) && isCounted(request)) yield request;
  }
  return {
    get,
    list,
    allNamed: (name) => [...teams()].flatMap(({ namespace }) => get(namespace, name) ?? []),
    named(namespace, name) {
      const found = get(namespace, name);
      return found && counts()(found) ? found : undefined;
    },
    ofRepository: (repo) => found(KEYS.repository(repoKey(repo))),
    ofPullRequest: (repo, number) => [...found(KEYS.pullRequest(repoKey(repo), number))],
    ofRepositoryId: (host, id) => found(KEYS.id(host, id)),
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
