import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Team } from '../../fleet/model';
import { ANNOTATIONS } from '../../words/labels';
import { PRIORITY_CLASS } from '../../words/names';
import { object } from '../../kube/object';
import { previewPolicy } from './preview-policy';
import { runRequestCrd } from './run-request-crd';
import { requestMetadataPolicy, requestPolicy } from './request-policy';
import { runPolicy } from './run-policy';

/**
 * Renders what a cluster holds once: the policies that confine previews and requests for runs, the kind of these requests,
 * and the PriorityClass of routers and orchestrators.
 * @param teams all of the fleet
 */
export function clusterObjects(scope: Construct, teams: readonly Team[]): void {
  previewPolicy(scope, teams);
  runRequestCrd(scope);
  requestPolicy(scope);
  requestMetadataPolicy(scope);
  runPolicy(scope);
  priorityClass(scope);
}

/**
 * Renders the PriorityClass of routers and orchestrators, so that builds that fill a node do not push out what serves.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
 */
export function priorityClass(scope: Construct): void {
  object(
    scope,
    k8s.KubePriorityClass,
    { name: PRIORITY_CLASS, namespace: undefined, annotations: { [ANNOTATIONS.syncWave]: '-1' } },
    {
      value: 1000,
      preemptionPolicy: 'PreemptLowerPriority',
      description: 'Routers and orchestrators, above the pods of runs',
    },
  );
}
