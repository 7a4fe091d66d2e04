import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Team } from '../../fleet/model';
import { object } from '../../kube/object';
import { OWN_PREFIX } from '../../words/names';

const NAME = `${OWN_PREFIX}results-reader`;

/**
 * Renders the right of the team's group to read what Tekton Results has archived of its namespace. The API of Results asks the cluster for
 * it, by the resources that it names so.
 * https://tekton.dev/docs/results/api/
 */
export function resultsAccess(scope: Construct, { namespace, group, isArchived }: Team): void {
  if (!isArchived || group === undefined) return;
  const metadata = { name: NAME, namespace };
  object(scope, k8s.KubeRole, metadata, {
    rules: [
      {
        apiGroups: ['results.tekton.dev'],
        resources: ['results', 'records', 'logs', 'summary'],
        verbs: ['get', 'list'],
      },
    ],
  });
  object(scope, k8s.KubeRoleBinding, metadata, {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: NAME },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
  });
}
