import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { SharedOrchestrator } from '../../fleet/cluster';
import { sharedHost } from '../../fleet/orchestrator-host';
import { SHARED_NAMESPACE } from '../../words/names';
import { externalSecrets } from '../secrets/external-secrets';
import { orchestratorSecrets } from '../secrets/secrets-of';
import { SHARED_SECRETS } from '../secrets/table';
import { resolveImages } from '../tasks/shared/images';
import { object } from '../../kube/object';
import { webhookIngress } from '../team/ingress';
import { sharedOrchestratorPolicies } from '../team/network';
import { ORCHESTRATOR, orchestratorService } from '../team/orchestrator-service';
import { sharedTeamPolicy } from './request-policy';
import { restrictedNamespace } from './restricted-namespace';

/** Renders the orchestrator of a cluster, which serves each team that lets it into its namespace (access.ts). */
export function sharedOrchestrator(scope: Construct, orchestrator: SharedOrchestrator): void {
  const namespace = SHARED_NAMESPACE;
  const { ingress, ...settings } = orchestrator;
  const host = ingress && sharedHost(ingress.domain);
  restrictedNamespace(scope, namespace);
  sharedTeamPolicy(scope);
  rights(scope, namespace);
  externalSecrets(scope, orchestratorSecrets(orchestrator));
  sharedOrchestratorPolicies(scope, namespace, orchestrator);
  orchestratorService(scope, {
    ...settings,
    namespace,
    host,
    image: resolveImages({ images: orchestrator.images, orchestrator })('orchestrator'),
    secrets: SHARED_SECRETS,
  });
  if (host !== undefined)
    webhookIngress(scope, {
      ...{ name: ORCHESTRATOR, namespace, host, className: ingress?.className },
      hasPage: settings.signIn !== undefined,
    });
}

const rule = (
  apiGroup: string,
  resource: string,
  verbs: readonly string[],
  ...resourceNames: readonly string[]
): k8s.PolicyRule => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs: [...verbs],
  resourceNames: resourceNames.length > 0 ? [...resourceNames] : undefined,
});

/**
 * What it may do outside the namespaces of teams: ask who a caller is, lead its replicas, and follow the ConfigMaps by which
 * teams say that they are to be served. A role cannot be limited to a label, but to a name it can, if what is listed is that
 * name alone: so a new team is seen at once, and no other ConfigMap of the cluster ever is.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
 */
function rights(scope: Construct, namespace: string): void {
  const name = ORCHESTRATOR;
  const [local, global] = [
    { name, namespace },
    { name, namespace: undefined },
  ];
  const apiGroup = 'rbac.authorization.k8s.io';
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  object(scope, k8s.KubeServiceAccount, local, { automountServiceAccountToken: true });
  object(scope, k8s.KubeRole, local, {
    // what is yet to be made has no name to be limited by
    rules: [
      rule('coordination.k8s.io', 'leases', ['create']),
      rule('coordination.k8s.io', 'leases', ['get', 'patch'], name),
    ],
  });
  object(scope, k8s.KubeRoleBinding, local, { roleRef: { apiGroup, kind: 'Role', name }, subjects });
  object(scope, k8s.KubeClusterRole, global, {
    rules: [
      rule('', 'configmaps', ['list', 'watch'], name),
      rule('authentication.k8s.io', 'tokenreviews', ['create']),
      rule('authorization.k8s.io', 'subjectaccessreviews', ['create']),
    ],
  });
  object(scope, k8s.KubeClusterRoleBinding, global, { roleRef: { apiGroup, kind: 'ClusterRole', name }, subjects });
}
