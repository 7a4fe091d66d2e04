import { setTimeout as pause } from 'node:timers/promises';
import type { KindRef } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';
import { connect } from '../../../lib/kube/connect';
import { amount } from '../../../lib/words/scalars';
import { belongings } from './belongings';

/** What pods of the tests request at once, those included that wait for room: `watchDemand` looks on while the suite runs. */

export interface Demand {
  readonly cpu: number;
  readonly memory: number;
}

interface Container {
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
  readonly restartPolicy?: string;
}

export interface Pod {
  readonly metadata: { readonly uid?: string; readonly namespace?: string };
  readonly spec: { readonly containers: readonly Container[]; readonly initContainers?: readonly Container[] };
  readonly status?: {
    readonly phase?: string;
    readonly containerStatuses?: readonly { readonly state?: { readonly terminated?: object } }[];
  };
}

type Resource = keyof Demand;
const NOTHING: Demand = { cpu: 0, memory: 0 };

const of = (resource: Resource, { resources }: Container): number => amount(resources?.requests?.[resource] ?? '0');

/**
 * What the scheduler finds room for: init containers run one after another, before the others; sidecars among them stay.
 * https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
function requestOf(resource: Resource, { containers, initContainers = [] }: Pod['spec']): number {
  let sidecars = 0;
  let atStart = 0;
  for (const container of initContainers) {
    const asked = of(resource, container);
    atStart = Math.max(atStart, sidecars + asked);
    if (container.restartPolicy === 'Always') sidecars += asked;
  }
  return Math.max(atStart, sidecars + containers.reduce((sum, container) => sum + of(resource, container), 0));
}

/** Nothing of it runs any more. Its phase says so a second or two later, when the next pod of a run may be there already. */
const isOver = ({ status: { phase, containerStatuses = [] } = {} }: Pod): boolean =>
  phase === 'Succeeded' ||
  phase === 'Failed' ||
  (containerStatuses.length > 0 && containerStatuses.every(({ state }) => state?.terminated !== undefined));

/** What pods request that are not over. */
export const demandOf = (pods: readonly Pod[]): Demand =>
  pods
    .filter((pod) => !isOver(pod))
    .reduce(
      (sum, { spec }) => ({ cpu: sum.cpu + requestOf('cpu', spec), memory: sum.memory + requestOf('memory', spec) }),
      NOTHING,
    );

/** How much CPU the pods of each namespace request. */
const shares = (pods: readonly Pod[]): string =>
  [...new Set(pods.map(({ metadata }) => metadata.namespace ?? ''))]
    .map((name) => ({ name, ...demandOf(pods.filter(({ metadata }) => metadata.namespace === name)) }))
    .filter(({ cpu }) => cpu > 0)
    .map(({ name, cpu }) => `${name} ${cpu.toFixed(2)}`)
    .join(', ');

/** The most of each, at whatever time it was. */
export const most = (a: Demand, b: Demand): Demand => ({
  cpu: Math.max(a.cpu, b.cpu),
  memory: Math.max(a.memory, b.memory),
});

const PODS: KindRef = { apiVersion: 'v1', plural: 'pods' };
const GIB = 2 ** 30;

/** @returns what ends it, and says what the most was */
export async function watchDemand(): Promise<() => Promise<string>> {
  const api = await connect();
  const ending = new AbortController();
  let peak = NOTHING;
  let where = '';
  const pods = new Map<string, Pod>();
  const look = (): void => {
    const belong = new Set(belongings().map(({ object }) => object));
    const ours = [...pods.values()].filter(({ metadata }) => belong.has(`namespace/${metadata.namespace}`));
    const now = demandOf(ours);
    if (now.cpu > peak.cpu) where = shares(ours);
    peak = most(peak, now);
  };
  const follow = async (): Promise<void> => {
    const { items, resourceVersion } = await api.list<Pod>(PODS, undefined);
    pods.clear();
    for (const pod of items) pods.set(pod.metadata.uid ?? '', pod);
    look();
    const from = { resourceVersion, timeoutSeconds: 300 };
    for await (const { type, object } of api.watch<Pod>(PODS, undefined, from, ending.signal)) {
      if (type === 'ERROR') return;
      if (type === 'DELETED') pods.delete(object.metadata.uid ?? '');
      else if (type !== 'BOOKMARK') pods.set(object.metadata.uid ?? '', object);
      look();
    }
  };
  const followed = (async () => {
    while (!ending.signal.aborted)
      await follow().catch(async (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        // a server that does not answer is asked again
        await pause(1000, undefined, { signal: ending.signal }).catch(() => undefined);
      });
  })();
  // whoever ends it is told
  followed.catch(() => undefined);
  return async () => {
    ending.abort();
    await followed;
    return `pods of the tests requested at most ${peak.cpu.toFixed(2)} CPU and ${(peak.memory / GIB).toFixed(1)} GiB of memory at once; CPU most in ${where}`;
  };
}
