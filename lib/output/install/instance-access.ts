import type { Manifest } from '../../kube/manifest';
import { list } from '../../kube/manifest';
import { TEKTON, instanceAdmission, instanceController, instanceNamespace } from '../../words/names';

/**
 * What the programs of an instance may do outside of their own namespace. A release binds its ClusterRoles across the cluster;
 * an instance has them in its namespaces, and across the cluster no more than it cannot work without.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const API = 'rbac.authorization.k8s.io';
const rulesOf = ({ rules }: Manifest): readonly Rule[] => list(rules as readonly Rule[]);

/** An affinity assistant whose node was cordoned is found by listing nodes; without that its run fails for good. */
const NODES = 'nodes';

/** The roles of the controller: one that is bound in each namespace that it runs, and one to list nodes. */
export function controllerRoles(objects: readonly Manifest[], instance: string): readonly Manifest[] {
  const roles = objects.filter(
    ({ kind, metadata: { name } }) => kind === 'ClusterRole' && name.startsWith(TEKTON.controller),
  );
  const rules = roles.flatMap(rulesOf);
  const only = (isNodes: boolean) =>
    rules.flatMap((rule) => {
      const resources = list(rule.resources).filter((resource) => (resource === NODES) === isNodes);
      return resources.length > 0 ? [{ ...rule, resources }] : [];
    });
  return [
    clusterRole(instanceController(instance), only(false), roles[0]),
    ...boundAcross(`${instanceNamespace(instance)}-nodes`, only(true), TEKTON.controller, instance, roles[0]),
  ];
}

const READ_ALL = ['list', 'watch'];
const DEFINITIONS = 'apiextensions.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';

/**
 * The webhook writes the certificate of its own configurations and asks for its own namespace. It reads definitions and
 * configurations of all, since its informers know no names; a definition it must not write: two webhooks that both keep the
 * certificate of conversion there undo each other's work without end.
 */
export function webhookRole(objects: readonly Manifest[], instance: string): readonly Manifest[] {
  const role = objects.find(
    ({ kind, metadata: { name } }) => kind === 'ClusterRole' && name.startsWith(TEKTON.webhook),
  );
  const rules = role === undefined ? [] : rulesOf(role).flatMap((rule) => ofInstance(rule, instance));
  return boundAcross(`${instanceNamespace(instance)}-webhook`, rules, TEKTON.webhook, instance, role);
}

function ofInstance(rule: Rule, instance: string): readonly Rule[] {
  const [group] = list(rule.apiGroups);
  if (rule.resourceNames === undefined)
    return group === DEFINITIONS || group === ADMISSION ? limited(rule, READ_ALL) : [];
  if (group === DEFINITIONS) return [];
  const resourceNames = rule.resourceNames.map((name) =>
    name === TEKTON.namespace
      ? instanceNamespace(instance)
      : name.replace(TEKTON.admission, instanceAdmission(instance)),
  );
  return limited({ ...rule, resourceNames }, ['get', 'update']);
}

const limited = (rule: Rule, verbs: readonly string[]): readonly Rule[] => {
  const left = rule.verbs.filter((verb) => verbs.includes(verb));
  return left.length > 0 ? [{ ...rule, verbs: left }] : [];
};

const clusterRole = (name: string, rules: readonly Rule[], from: Manifest | undefined): Manifest => ({
  apiVersion: `${API}/v1`,
  kind: 'ClusterRole',
  metadata: { name, labels: from?.metadata.labels },
  rules,
});

const boundAcross = (
  name: string,
  rules: readonly Rule[],
  account: string,
  instance: string,
  from: Manifest | undefined,
): readonly Manifest[] => [
  clusterRole(name, rules, from),
  {
    apiVersion: `${API}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name, labels: from?.metadata.labels },
    roleRef: { apiGroup: API, kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace: instanceNamespace(instance) }],
  },
];
