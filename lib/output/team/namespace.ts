import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { LABELS } from '../../words/labels';
import type { Team } from '../../fleet/model';
import { isForeignNamespace } from '../../fleet/model';
import { podSecurity } from '../../fleet/pod-security';
import { object } from '../../kube/object';

/** The team's namespace and those of its apps, each once; where no pipelines run, those of the apps alone. */
export const namespacesOf = ({ isDeployOnly, namespace, environments }: Team): readonly string[] => [
  ...new Set([...(isDeployOnly ? [] : [namespace]), ...environments]),
];

/** Where an object of the team goes that says no namespace. */
export const mainNamespace = (team: Team): string => namespacesOf(team)[0] ?? team.namespace;

/** Those that are ours to make and to limit. */
export const ownNamespaces = (team: Team): readonly string[] =>
  namespacesOf(team).filter((namespace) => !isForeignNamespace(namespace));

/** By which the policy-controller looks at a namespace. https://docs.sigstore.dev/policy-controller/overview/ */
const IMAGE_POLICY = { 'policy.sigstore.dev/include': 'true' };

/**
 * Renders each namespace of a team with a LimitRange, and the ResourceQuota of the team's own. A foreign namespace gets
 * nothing. No quota by default: how many runs there are is the orchestrator's promise, and a quota guessed from that
 * would stall builds at random; `quota.cpu` and `quota.memory` bound what all pods of the namespace request together.
 */
export function namespaces(scope: Construct, team: Team): void {
  for (const namespace of ownNamespaces(team)) {
    object(
      scope,
      k8s.KubeNamespace,
      {
        name: namespace,
        namespace: undefined,
        labels: {
          [LABELS.team]: team.name,
          'pod-security.kubernetes.io/enforce': podSecurity(team, namespace),
          ...(team.hasImagePolicy && team.environments.includes(namespace) && IMAGE_POLICY),
        },
      },
      {},
    );
    limitRange(scope, namespace);
  }
  if (team.quota && ownNamespaces(team).includes(team.namespace)) quota(scope, team.namespace, team.quota);
}

/**
 * For containers that say nothing: ours all do, but a quota refuses any that does not. No limit of CPU, since it would
 * be laid on containers that request more than it and so refuse them.
 * https://kubernetes.io/docs/concepts/policy/limit-range/
 */
function limitRange(scope: Construct, namespace: string): void {
  const quantity = k8s.Quantity.fromString;
  object(
    scope,
    k8s.KubeLimitRange,
    { name: 'tekton-dag-defaults', namespace },
    {
      spec: {
        limits: [
          {
            type: 'Container',
            defaultRequest: { cpu: quantity('100m'), memory: quantity('128Mi') },
            default: { memory: quantity('512Mi') },
          },
        ],
      },
    },
  );
}

/** https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
function quota(scope: Construct, namespace: string, { cpu, memory, storage, pods }: NonNullable<Team['quota']>): void {
  const hard = Object.entries({
    'requests.cpu': cpu,
    'requests.memory': memory,
    'requests.storage': storage,
    pods,
  }).flatMap(([resource, amount]) =>
    amount === undefined ? [] : [[resource, k8s.Quantity.fromString(String(amount))]],
  );
  object(
    scope,
    k8s.KubeResourceQuota,
    { name: 'tekton-dag-quota', namespace },
    { spec: { hard: Object.fromEntries(hard) as Record<string, k8s.Quantity> } },
  );
}
