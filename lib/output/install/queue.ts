import type { Construct } from 'constructs';
import {
  ClusterQueue,
  ClusterQueueSpecPreemptionReclaimWithinCohort as ReclaimWithinCohort,
  ClusterQueueSpecPreemptionWithinClusterQueue as WithinClusterQueue,
  ClusterQueueSpecResourceGroupsFlavorsResourcesBorrowingLimit as BorrowingLimit,
  ClusterQueueSpecResourceGroupsFlavorsResourcesNominalQuota as NominalQuota,
  ResourceFlavor,
} from '../../../imports/kueue.x-k8s.io';
import type { Team } from '../../fleet/model';
import type { Queue } from '../../fleet/queue';
import type { Kind } from '../../kube/emit';
import { object } from '../../kube/object';
import { PRIORITY_CLASSES } from '../../runs/run/kueue';
import { LABELS } from '../../words/labels';
import { COHORT, FLAVOR, RUNS_RESOURCE } from '../../words/kueue';
import { clusterQueueName } from '../../words/names';

/** A value and a description, as a PriorityClass has. https://kueue.sigs.k8s.io/docs/concepts/workload_priority_class/ */
const WorkloadPriorityClass: Kind<{ readonly value: number; readonly description: string }> = {
  GVK: { apiVersion: ClusterQueue.GVK.apiVersion, kind: 'WorkloadPriorityClass' },
  manifest: (props) => props,
};

/**
 * What a cluster holds once where Kueue decides when runs go on: the priorities of runs, and for each team a ClusterQueue with
 * its `maxConcurrentRuns`. Which of its runs are in it says the LocalQueue in the team's namespace.
 * https://kueue.sigs.k8s.io/docs/concepts/cluster_queue/
 */
export function queue(scope: Construct, { borrow }: Queue, teams: readonly Team[]): void {
  const metadata = (name: string) => ({ name, namespace: undefined });
  object(scope, ResourceFlavor, metadata(FLAVOR), {});
  for (const { name, ...priority } of PRIORITY_CLASSES) object(scope, WorkloadPriorityClass, metadata(name), priority);
  for (const { name, namespace, maxConcurrentRuns } of teams)
    object(
      scope,
      ClusterQueue,
      { ...metadata(clusterQueueName(name)), labels: { [LABELS.team]: name } },
      {
        spec: {
          // a team that may borrow nothing lends nothing, either
          cohortName: borrow === 0 ? undefined : COHORT,
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          resourceGroups: [
            {
              coveredResources: [RUNS_RESOURCE],
              flavors: [
                {
                  name: FLAVOR,
                  resources: [
                    {
                      name: RUNS_RESOURCE,
                      nominalQuota: NominalQuota.fromNumber(maxConcurrentRuns),
                      borrowingLimit: borrow ? BorrowingLimit.fromNumber(borrow) : undefined,
                    },
                  ],
                },
              ],
            },
          ],
          // tekton-kueue cannot suspend a run that goes on: it stops it for good
          preemption: {
            reclaimWithinCohort: ReclaimWithinCohort.NEVER,
            withinClusterQueue: WithinClusterQueue.NEVER,
          },
        },
      },
    );
}
