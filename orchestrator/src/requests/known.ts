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

/** The key by which the store finds the requests of a pull request; undefined for what is not the Git host's. */
export function pullRequestKey(request: Pick<RunRequest, 'spec'>): string | undefined {
  const repo = hostKey(request);
  return repo && keyOf(repo, request.spec.pullRequest?.number);
}

const keyOf = (repo: string, number: number | undefined): string => `${repo} ${number}`;

/**
 * Combines a store with our own requests.
 * @param store must be indexed by `pullRequestKey`
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
  const counting = (requests: readonly RunRequest[]): readonly RunRequest[] => {
    const namespaces = new Map([...teams()].map(({ name, namespace }) => [name, namespace]));
    return requests.filter(
      (request) => hostKey(request) !== undefined && namespaces.get(request.spec.team) === request.metadata.namespace,
    );
  };
  return {
    get,
    list,
    allNamed: (name) => [...teams()].flatMap(({ namespace }) => get(namespace, name) ?? []),
    named(namespace, name) {
      const found = get(namespace, name);
      return found && counting([found])[0];
    },
    ofRepository(repo) {
      const key = repoKey(repo);
      return counting(list().filter((request) => hostKey(request) === key));
    },
    ofPullRequest(repo, number) {
      const key = keyOf(repoKey(repo), number);
      return counting([...store.indexed(key), ...unseen().filter((request) => pullRequestKey(request) === key)]);
    },
    ofRepositoryId: (host, id) =>
      counting(list()).filter(({ spec }) => spec.source?.repository?.id === id && spec.source.repository.host === host),
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
