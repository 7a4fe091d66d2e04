import { LABELS, MANAGED_BY, MANAGER } from '../../../lib/words/labels';
import type { KubeApi } from '../../../lib/kube/api';
import { isConflict } from '../../../lib/kube/api';
import type { Admission, AdmissionView } from './admission';
import type { Run, Slot } from './objects';
import { LEASES, isDone, isPending, requestUidOf } from './objects';

/**
 * Admission by Leases. A slot is held while its Lease exists: creating the Lease takes the slot, and of two replicas that
 * try, one succeeds. So there are never more slots than the limit, whichever replica looks after the queue. The Lease is
 * deleted when its request is over; nobody renews it.
 * https://kubernetes.io/docs/concepts/architecture/leases/
 */
export const leaseAdmission = (api: Pick<KubeApi, 'create' | 'delete'>): Admission => ({
  free: freeSlots,

  async take(name, { metadata: { namespace, uid, name: request } }, team) {
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
  },

  async release({ metadata: { namespace, name, uid } }) {
    try {
      await api.delete(LEASES, namespace, name, { uid });
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  },
});

/** The name of the slot with an index, which counts from 0. */
export const slotName = (index: number): string => `slot-${index}`;

/** The UIDs of the requests that hold slots. */
export const holdersOf = (slots: readonly Slot[]): ReadonlySet<string> =>
  new Set(slots.map(({ spec }) => spec.holderIdentity ?? ''));

/** A slot beyond a limit that was lowered still counts until it is released; so does a run that somebody made by hand. */
function freeSlots({ slots, runs, limit }: AdmissionView): readonly string[] {
  const taken = new Set(slots.map(({ metadata }) => metadata.name));
  const direct = directRuns(runs, holdersOf(slots)).length;
  const names = Array.from({ length: limit }, (_, index) => slotName(index));
  return names.filter((name) => !taken.has(name)).slice(0, Math.max(0, limit - taken.size - direct));
}

/** The runs that go on without a slot: somebody made them past the queue. */
const directRuns = (runs: readonly Run[], holders: ReadonlySet<string>): readonly Run[] =>
  runs.filter((run) => !isDone(run) && !isPending(run) && !holders.has(requestUidOf(run)));
