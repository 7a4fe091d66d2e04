import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding, Outcome } from '../../doctor/finding';
import {
  PROBE_CONTAINER,
  checkProbe,
  mayNotProbe,
  notProbed,
  probePod,
  refused,
  registryOf,
  withoutAnswer,
} from '../../doctor/registry';
import type { Team } from '../../fleet/model';
import type { KindRef, KubeApi, KubeObject } from '../../kube/api';
import { ApiError } from '../../kube/api';
import { during } from '../terminal';

/** Asks the registry of each team from a pod, which is deleted whatever comes of it. */

const PODS: KindRef = { apiVersion: 'v1', plural: 'pods' };
const EVENTS: KindRef = { apiVersion: 'v1', plural: 'events' };
const OVER: readonly string[] = ['Succeeded', 'Failed'];
const LOOK_MS = 1000;
/** An image has to be pulled first. */
const WAIT_MS = 90_000;
const LOG = { container: PROBE_CONTAINER, tailLines: 20, limitBytes: 4096 };

interface Pod extends KubeObject {
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly { readonly status: string; readonly message?: string }[];
    readonly containerStatuses?: readonly {
      readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
    }[];
  };
}

/** @param wait how long a pod may take */
export async function probeRegistries(
  api: KubeApi,
  teams: readonly Team[],
  isWanted: boolean,
  wait = WAIT_MS,
): Promise<Outcome> {
  const findings = isWanted
    ? (await Promise.all(teams.map((team) => probe(api, team, wait)))).flat()
    : teams.length === 0
      ? []
      : [notProbed()];
  return { check: 'registry', passed: 'it is reached from the namespace of each team', findings };
}

async function probe(api: KubeApi, team: Team, wait: number): Promise<readonly Finding[]> {
  const { namespace } = team;
  // a person who interrupts the command leaves no pod behind
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const { metadata } = await api.create<KubeObject>(PODS, namespace, probePod(team));
    try {
      const work = answerOf(api, team, metadata.name, wait, interrupted.signal);
      return await during(`ask ${registryOf(team)} from pod ${metadata.name} in ${namespace}`, work);
    } finally {
      await api.delete(PODS, namespace, metadata.name);
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status !== 403) return [withoutAnswer(team, error.message)];
    // a quota, a policy or an account that is missing forbids it in other words
    return [
      error.message.includes(' cannot ')
        ? mayNotProbe(team, `create, get and delete on pods, and get on pods/log, in namespace ${namespace}`)
        : refused(team, error.message),
    ];
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function answerOf(
  api: KubeApi,
  team: Team,
  name: string,
  wait: number,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { namespace } = team;
  const deadline = Date.now() + wait;
  for (;;) {
    const pod = await api.get<Pod>(PODS, namespace, name);
    if (pod === undefined) return [withoutAnswer(team, `somebody has deleted pod ${name}`)];
    if (OVER.includes(pod.status?.phase ?? '')) return checkProbe(team, await api.log(namespace, name, LOG));
    if (signal.aborted) return [withoutAnswer(team, 'it was interrupted')];
    if (Date.now() >= deadline)
      return [
        withoutAnswer(
          team,
          `pod ${name} did not end within ${wait / 1000} s: ${whyOf(pod, await lastWarning(api, namespace, name))}`,
        ),
      ];
    // an interruption ends the pause, and is seen above
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

interface Event extends KubeObject {
  readonly message?: string;
}

/** What was last said against a pod: of a volume that cannot be mounted nothing else tells. Who may not read it does without. */
async function lastWarning(api: KubeApi, namespace: string, name: string): Promise<string | undefined> {
  try {
    const { items } = await api.list<Event>(EVENTS, namespace, undefined, `involvedObject.name=${name},type=Warning`);
    const time = ({ metadata }: Event): string => metadata.creationTimestamp ?? '';
    return items.toSorted((a, b) => time(a).localeCompare(time(b))).at(-1)?.message;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** Why a pod has not begun, as far as anybody says so. */
function whyOf({ status }: Pod, warning: string | undefined): string {
  const { phase = 'unknown', conditions = [], containerStatuses } = status ?? {};
  const waiting = containerStatuses?.[0]?.state?.waiting;
  const unmet = conditions.find((condition) => condition.status === 'False')?.message;
  const isUnseen = phase === 'Pending' && conditions.length === 0;
  return (
    waiting?.message ??
    warning ??
    waiting?.reason ??
    unmet ??
    status?.message ??
    (isUnseen ? 'no scheduler has looked at it, so kube-scheduler may not be running' : `its phase is ${phase}`)
  );
}
