import type { ConfigurationSource, Configuration } from '../../../lib/runs/configuration/configuration';
import type { Request, Run } from './objects';
import type { WorkerOptions } from './worker';
import { Worker } from './worker';

export interface QueueOptions extends WorkerOptions {
  readonly configuration: Pick<ConfigurationSource, 'current' | 'onChange'>;
}

/** The queues of all teams that are served, as this replica sees them. */
export interface Queue {
  /** Whether every team's requests have been listed once; a team that has not let us in, or not yet, holds up no other. */
  readonly isSynced: boolean;
  requests(): readonly Request[];
  request(namespace: string, name: string): Request | undefined;
  /** By `pullRequestKey`. */
  indexed(key: string): readonly Request[];
  runs(namespace: string): readonly Run[];
  /** Requests of a namespace that wait, the next first. */
  waiting(namespace: string): readonly Request[];
  /** Told of the namespace whose requests have changed. */
  onChange(listener: (namespace: string) => void): void;
  stop(): Promise<void>;
}

const isSynced = (workers: readonly Worker[]): boolean =>
  workers.some(({ requests }) => requests.synced) &&
  workers.every((worker) => worker.requests.synced || worker.isForbidden);

/** Looks after the queue of each team that is configured: each by itself, so that none waits for another's. */
export function startQueue({ configuration, ...options }: QueueOptions): Queue {
  const workers = new Map<string, Worker>();
  const listeners: ((namespace: string) => void)[] = [];
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
      worker.requests.onChange((changed) => listeners.forEach((listener) => listener(changed)));
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
    indexed: (key) => [...workers.values()].flatMap((worker) => worker.requests.indexed(key)),
    runs: (namespace) => workers.get(namespace)?.runs.list() ?? [],
    waiting: (namespace) => workers.get(namespace)?.waiting() ?? [],
    onChange: (listener) => void listeners.push(listener),
    async stop() {
      isStopped = true;
      await Promise.all([...workers.values()].map((worker) => worker.stop()));
    },
  };
}
