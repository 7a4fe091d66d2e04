import type { ConfigurationSource, Configuration } from '../../../lib/runs/configuration/configuration';
import type { Request, Run } from './objects';
import type { WorkerOptions } from './worker';
import { Worker } from './worker';

/** The teams whose queues are looked after, and what each worker needs. */
export interface QueueOptions extends WorkerOptions {
  readonly configuration: Pick<ConfigurationSource, 'current' | 'onChange'>;
}

/** The queues of all teams that this replica serves, as it sees them. */
export interface Queue {
  /** Whether the requests of every team have been listed once. A team whose namespace forbids that holds up no other team. */
  readonly isSynced: boolean;
  requests(): readonly Request[];
  request(namespace: string, name: string): Request | undefined;
  /** The requests with a key of `pullRequestKey`. */
  indexed(key: string): Iterable<Request>;
  runs(namespace: string): readonly Run[];
  /** The requests of a namespace that wait, the next one first. */
  waiting(namespace: string): readonly Request[];
  /** Calls the listener with the namespace whose requests or runs have changed, until it is told to stop. */
  onChange(listener: (namespace: string) => void): () => void;
  stop(): Promise<void>;
}

const isSynced = (workers: readonly Worker[]): boolean =>
  workers.some(({ requests }) => requests.synced) &&
  workers.every((worker) => worker.requests.synced || worker.isForbidden);

/** Starts a worker for each configured team, so that no team waits for another one's queue. */
export function startQueue({ configuration, ...options }: QueueOptions): Queue {
  const workers = new Map<string, Worker>();
  const listeners = new Set<(namespace: string) => void>();
  let isStopped = false;

  const follow = ({ teams }: Configuration): void => {
    if (isStopped) return;
    const served = new Map([...teams.values()].map((team) => [team.namespace, team]));
    for (const [namespace, worker] of workers) {
      if (served.has(namespace)) continue;
      workers.delete(namespace);
      void worker.stop();
    }
    for (const [namespace, team] of served) {
      const known = workers.get(namespace);
      if (known !== undefined) {
        known.update(team);
        continue;
      }
      const worker = new Worker(team, options);
      for (const store of [worker.requests, worker.runs])
        store.onChange((changed) => listeners.forEach((listener) => listener(changed)));
      workers.set(namespace, worker);
    }
  };
  configuration.onChange(follow);
  if (configuration.current !== undefined) follow(configuration.current);

  return {
    get isSynced() {
      return configuration.current !== undefined && isSynced([...workers.values()]);
    },
    requests: () => [...workers.values()].flatMap((worker) => worker.requests.list()),
    request: (namespace, name) => workers.get(namespace)?.requests.get(namespace, name),
    *indexed(key) {
      for (const worker of workers.values()) yield* worker.requests.indexed(key);
    },
    runs: (namespace) => workers.get(namespace)?.runs.list() ?? [],
    waiting: (namespace) => workers.get(namespace)?.waiting() ?? [],
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async stop() {
      isStopped = true;
      await Promise.all([...workers.values()].map((worker) => worker.stop()));
    },
  };
}
