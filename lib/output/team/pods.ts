import { k8s } from 'cdk8s-plus-28';

/** What the pods of ours that stay have in common: router, orchestrator, sweeper. */

/** Of a container that writes nowhere and has no right that a process needs to be given. */
export const UNPRIVILEGED: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

interface Amounts {
  readonly cpu: string;
  readonly memory: string;
}

export const resources = (requests: Amounts, limits: Amounts): k8s.ResourceRequirements => ({
  requests: quantities(requests),
  limits: quantities(limits),
});
const quantities = ({ cpu, memory }: Amounts): Record<string, k8s.Quantity> => ({
  cpu: k8s.Quantity.fromString(cpu),
  memory: k8s.Quantity.fromString(memory),
});

/** Affinity that puts the replicas on different nodes, where there are several. */
export const spread = (matchLabels: Record<string, string>): k8s.Affinity => ({
  podAntiAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 100, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels } } },
    ],
  },
});
