import { JOB_UID, LOCAL_QUEUE, QUEUE_NAME } from '../../../lib/words/kueue';
import type { KindRef, KubeApi, KubeObject } from '../../../lib/kube/api';
import type { Admission } from './admission';
import type { Condition, Run } from './objects';
import { isPending } from './objects';
import { firstLine } from './task';

/**
 * Admission by Kueue. Each request gets its run at once, which waits until Kueue lets it go on. A run says itself whose it is:
 * one with the label of a queue is never started here, whatever the team is set to by now.
 * https://kueue.sigs.k8s.io/docs/concepts/workload/
 */
export const kueueAdmission = (slots: Admission): Admission => ({
  // those that were taken before are released
  ...slots,
  free: () => undefined,
});

/**
 * The queue of a run that is not its request's yet. The webhook of tekton-kueue gives a queue to each run that has no such label,
 * and would let one go on that is made too late; Kueue leaves alone what has an empty one.
 */
export const NO_QUEUE = '';

/** Whether Kueue, and nobody else, lets a run go on. */
export const isOfKueue = ({ metadata: { labels = {} } }: Run): boolean => QUEUE_NAME in labels;
/** Whether a run waits for Kueue to let it go on. */
export const isInKueue = (run: Run): boolean => isPending(run) && (run.metadata.labels?.[QUEUE_NAME] ?? '') !== '';

/** Puts a run into the queue of its team: JSON patch. */
export const INTO_QUEUE = {
  op: 'replace',
  path: `/metadata/labels/${QUEUE_NAME.replaceAll('/', '~1')}`,
  value: LOCAL_QUEUE,
} as const;

const WORKLOADS: KindRef = { apiVersion: 'kueue.x-k8s.io/v1beta2', plural: 'workloads' };

/** What tekton-kueue makes of a run, as far as the queue reads it. */
export interface Workload extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** The Workloads of a namespace by the UIDs of their runs. */
export async function workloadsOf(
  api: Pick<KubeApi, 'list'>,
  namespace: string,
): Promise<ReadonlyMap<string, Workload>> {
  const { items } = await api.list<Workload>(WORKLOADS, namespace);
  return new Map(
    items.flatMap((workload) => {
      const uid = workload.metadata.labels?.[JOB_UID];
      return uid === undefined ? [] : [[uid, workload]];
    }),
  );
}

/** Why Kueue does not let a run go on. @param workload undefined: there is none */
export function waitInKueue(workload: Workload | undefined): string {
  if (workload === undefined)
    return 'waits for Kueue, which has made no Workload of the run: do Kueue and tekton-kueue run?';
  const reserved = workload.status?.conditions?.find(
    ({ type, status }) => type === 'QuotaReserved' && status === 'False',
  );
  return ['waits in Kueue', firstLine(reserved?.message ?? '')].filter((part) => part !== '').join(': ');
}
