import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding, Outcome } from '../../doctor/finding';
import {
  PROBE_CONTAINER,
  checkProbe,
  mayNotProbe,
  notProbed,
  probePod,
  registryOf,
  withoutAnswer,
} from '../../doctor/registry';
import type { Team } from '../../fleet/model';
import type { KindRef, KubeApi, KubeObject } from '../../kube/api';
import { ApiError } from '../../kube/api';
import { during } from '../terminal';

/** Asks the registry of each team from a pod, which is deleted whatever comes of it. */

const PODS: KindRef = { apiVersion: 'v1', plural: 'pods' };
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
    // a quota or a policy forbids it in other words
    const isRefused = error.status === 403 && error.message.includes(' cannot ');
    return [
      isRefused
        ? mayNotProbe(team, `create, get and delete on pods, and get on pods/log, in namespace ${namespace}`)
        : withoutAnswer(team, error.message),
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
      return [withoutAnswer(team, `pod ${name} did not end within ${wait / 1000} s: ${whyOf(pod)}`)];
    // an interruption ends the pause, and is seen above
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Why a pod has not begun, as far as it says so itself. */
function whyOf({ status }: Pod): string {
  const waiting = status?.containerStatuses?.[0]?.state?.waiting;
  const unmet = status?.conditions?.find((condition) => condition.status === 'False')?.message;
  return (
    waiting?.message ?? waiting?.reason ?? unmet ?? status?.message ?? `its phase is ${status?.phase ?? 'unknown'}`
  );
}
