import type { Construct } from 'constructs';
import { LocalQueue } from '../../../imports/kueue.x-k8s.io';
import type { Team } from '../../fleet/model';
import { object } from '../../kube/object';
import { LOCAL_QUEUE } from '../../words/kueue';
import { clusterQueueName } from '../../words/names';

/**
 * The queue in a team's namespace that leads to its ClusterQueue, where Kueue decides when runs go on.
 * https://kueue.sigs.k8s.io/docs/concepts/local_queue/
 */
export function localQueue(scope: Construct, { name, namespace, queue }: Team): void {
  if (queue.kind === 'kueue')
    object(scope, LocalQueue, { name: LOCAL_QUEUE, namespace }, { spec: { clusterQueue: clusterQueueName(name) } });
}
