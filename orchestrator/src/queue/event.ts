import type { KindRef, KubeApi, KubeObject } from '../../../lib/kube/api';
import { firstLine } from './task';

/** What the kubelet says of a pod that does not begin: in no field of the pod, but in Events. */

const EVENTS: KindRef = { apiVersion: 'v1', plural: 'events' };

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
export interface PodEvent extends KubeObject {
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

/** What went wrong with a pod, as its namespace's Events say it. */
export async function eventsOf(
  api: Pick<KubeApi, 'list'>,
  namespace: string,
  pod: string,
): Promise<readonly PodEvent[]> {
  const fields = `involvedObject.kind=Pod,involvedObject.name=${pod},type=Warning`;
  return (await api.list<PodEvent>(EVENTS, namespace, undefined, fields)).items;
}

/** The newest that names a cause: of some the kubelet says only that it has waited for long. */
export function causeOf(events: readonly PodEvent[]): string | undefined {
  const newest = [...events].sort((a, b) => timeOf(b) - timeOf(a)).map(({ message = '' }) => firstLine(message));
  return newest.find((said) => said !== '' && !said.includes('timed out waiting for the condition'));
}

const timeOf = ({ lastTimestamp, eventTime, metadata }: PodEvent): number =>
  Date.parse(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '') || 0;
