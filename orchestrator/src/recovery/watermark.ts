import { ANNOTATIONS } from '../../../lib/words/labels';
import type { KubeApi, KubeObject } from '../../../lib/kube/api';
import { LEASES } from '../queue/objects';

/** Until when everything has been looked at: kept in the cluster, for the replica that leads next. */
export interface Watermark {
  /** Milliseconds since the epoch; 0 if nothing has been looked at. */
  read(): Promise<number>;
  write(time: number): Promise<void>;
}

/** In an annotation of the Lease by which the leader is known: whoever leads may write it. */
export function watermarkOn(
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
