import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Team } from '../../fleet/model';
import { object } from '../../kube/object';
import { CHAINS, OWN_PREFIX } from '../../words/names';
import { BUILDER_KEY } from '../../words/provenance';

const READER = `${OWN_PREFIX}chains`;

/**
 * Renders what a team's namespace has where the cluster has Tekton Chains: the public key that provenance is checked by, and the right of
 * a Chains of a release to read there the account of a TaskRun and the Secrets that it pushes with. The operator lets its Chains
 * read them everywhere.
 * https://tekton.dev/docs/chains/authentication/
 */
export function provenance(scope: Construct, { namespace, builder }: Team): void {
  if (builder === undefined) return;
  object(
    scope,
    k8s.KubeConfigMap,
    { name: BUILDER_KEY.configMap, namespace },
    { data: { [BUILDER_KEY.key]: builder.publicKey } },
  );
  if (!builder.isOfRelease) return;
  const metadata = { name: READER, namespace };
  object(scope, k8s.KubeRole, metadata, {
    rules: [
      { apiGroups: [''], resources: ['secrets', 'serviceaccounts'], verbs: ['get'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
    ],
  });
  object(scope, k8s.KubeRoleBinding, metadata, {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: READER },
    subjects: [{ kind: 'ServiceAccount', name: CHAINS.controller, namespace: CHAINS.namespace }],
  });
}
