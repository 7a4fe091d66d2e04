import { LABELS, MANAGED_BY, MANAGER } from '../../../lib/words/labels';
import type { KubeApi } from '../../../lib/kube/api';
import { isConflict } from '../../../lib/kube/api';
import type { Request, Run, Slot } from './objects';
import { LEASES, isDone, isPending, requestUidOf } from './objects';

/**
 * A slot is a Lease that is there: creating it is taking it, and of two that try one succeeds. So there are never more
 * than the limit, whoever looks after the queue. It is deleted, and never renewed, when its request is over.
 * https://kubernetes.io/docs/concepts/architecture/leases/
 */

export const slotName = (index: number): string => `slot-${index}`;

/** UIDs of the requests that hold slots. */
export const holdersOf = (slots: readonly Slot[]): ReadonlySet<string> =>
  new Set(slots.map(({ spec }) => spec.holderIdentity ?? ''));

/** Runs that go on without a slot: made by hand, past the queue. */
export const directRuns = (runs: readonly Run[], holders: ReadonlySet<string>): readonly Run[] =>
  runs.filter((run) => !isDone(run) && !isPending(run) && !holders.has(requestUidOf(run)));

/**
 * Names of the slots that may be taken now. After the limit was lowered, slots beyond it still count until they are free.
 * @param direct runs beside the queue, which lessen what is admitted
 */
export function freeSlots(taken: ReadonlySet<string>, direct: number, limit: number): readonly string[] {
  const names = Array.from({ length: limit }, (_, index) => slotName(index));
  return names.filter((name) => !taken.has(name)).slice(0, Math.max(0, limit - taken.size - direct));
}

/** @returns undefined if somebody has it */
export async function takeSlot(
  api: KubeApi,
  name: string,
  { metadata: { namespace, uid, name: request } }: Request,
  team: string,
): Promise<Slot | undefined> {
  const lease = {
    apiVersion: LEASES.apiVersion,
    kind: 'Lease',
    metadata: {
      name,
      namespace,
      labels: { [MANAGED_BY]: MANAGER, [LABELS.team]: team, [LABELS.slot]: name, [LABELS.request]: request },
    },
    spec: { holderIdentity: uid, acquireTime: new Date().toISOString().replace('Z', '000Z') },
  };
  try {
    return await api.create<Slot>(LEASES, namespace, lease);
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw error;
  }
}

/** Frees this very holding of it, not one that came after. */
export async function releaseSlot(api: KubeApi, { metadata: { namespace, name, uid } }: Slot): Promise<void> {
  try {
    await api.delete(LEASES, namespace, name, { uid });
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
}
