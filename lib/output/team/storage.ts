import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Team } from '../../fleet/model';
import { CACHE_CLAIM, REPORTS_CLAIM } from '../../words/names';
import { object } from '../../kube/object';

/** Renders the claims of the dependency cache, and of the reports unless a bucket keeps them. */
export function storage(scope: Construct, team: Team): void {
  claim(scope, team, CACHE_CLAIM, team.storage.cache);
  if (team.storage.reports.s3 === undefined) claim(scope, team, REPORTS_CLAIM, team.storage.reports);
}

/** https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistentvolumeclaims */
function claim(
  scope: Construct,
  team: Team,
  name: string,
  { size, accessMode, storageClass }: Team['storage']['cache'],
): void {
  object(
    scope,
    k8s.KubePersistentVolumeClaim,
    { name, namespace: team.namespace },
    {
      spec: {
        accessModes: [accessMode],
        storageClassName: storageClass,
        resources: { requests: { storage: k8s.Quantity.fromString(size) } },
      },
    },
  );
}
