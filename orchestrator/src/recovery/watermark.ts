import { ANNOTATIONS } from '../../../lib/words/labels';
import type { KubeApi, KubeObject } from '../../../lib/kube/api';
import { LEASES } from '../queue/objects';

/** The time up to which everything has been looked at. The cluster keeps it, for the replica that leads next. */
export interface Watermark {
  /** @returns milliseconds since the epoch; 0 if nothing has been looked at */
  read(): Promise<number>;
  write(time: number): Promise<void>;
}

/** Keeps the watermark in an annotation of the leader's Lease, which the leader may write. */
export function leaseWatermark(
  api: Pick<KubeApi, 'get' | 'patch'>,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Watermark {
  return {
    async read() {
      const lease = await api.get<KubeObject>(LEASES, namespace, name);
      return Date.parse(lease?.metadata.annotations?.[ANNOTATIONS.sweptUntil] ?? '') || 0;
    },
    async write(time) {
      await api.patch(LEASES, namespace, name, {
        metadata: { annotations: { [ANNOTATIONS.sweptUntil]: new Date(time).toISOString() } },
      });
    },
  };
}
