import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { LABELS } from '../contract/labels';
import type { Team } from '../contract/model';
import { ownNamespaces } from './namespace';
import { object } from './object';
import { ORCHESTRATOR_PORTS, ORCHESTRATOR_SELECTOR } from './orchestrator';

/**
 * Who may talk to whom. Ingress is denied but for what is listed here, so no team reaches another's pods whatever its
 * egress allows; egress is open but for the instance metadata of clouds, or limited to `network.egressCIDRs`.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */

/** Where clouds hand out the credentials of a node. */
const METADATA = { v4: '169.254.169.254/32', v6: 'fd00:ec2::254/128' } as const;

const namespaced = (name: string): k8s.NetworkPolicyPeer => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
const port = (number: number, protocol = 'TCP'): k8s.NetworkPolicyPort => ({ port: k8s.IntOrString.fromNumber(number), protocol });

/** Renders the policies of each namespace that is ours. */
export function networkPolicies(scope: Construct, team: Team): void {
  for (const namespace of ownNamespaces(team)) {
    const policy = (name: string, spec: k8s.NetworkPolicySpec) => object(scope, k8s.KubeNetworkPolicy, { name: `tekton-dag-${name}`, namespace }, { spec });
    policy('deny-ingress', { podSelector: {}, policyTypes: ['Ingress'] });
    policy('egress', { podSelector: {}, policyTypes: ['Egress'], egress: egressOf(team) });
    if (team.environments.includes(namespace)) {
      // apps and previews call each other through the router; tests come from the runs; users from where it is allowed
      policy('apps', {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: {} }, namespaced(team.namespace), { namespaceSelector: { matchLabels: { [LABELS.ingress]: 'allowed' } } }] }],
      });
    }
    if (namespace === team.namespace && team.orchestrator.enabled && team.orchestrator.mode === 'team') {
      policy('webhooks', {
        podSelector: { matchLabels: ORCHESTRATOR_SELECTOR },
        policyTypes: ['Ingress'],
        // webhooks come from outside the cluster, metrics are asked for from inside
        ingress: [{ ports: [port(ORCHESTRATOR_PORTS.http)] }, { from: [{ namespaceSelector: {} }], ports: [port(ORCHESTRATOR_PORTS.metrics)] }],
      });
    }
  }
}

function egressOf(team: Team): k8s.NetworkPolicyEgressRule[] {
  const { egressCIDRs } = team.network;
  const dns: k8s.NetworkPolicyEgressRule = { to: [{ namespaceSelector: {} }], ports: [port(53, 'UDP'), port(53)] };
  const own: k8s.NetworkPolicyEgressRule = { to: [{ podSelector: {} }, ...[team.namespace, ...team.environments].map(namespaced)] };
  const outside = egressCIDRs.length > 0 ? egressCIDRs.map((cidr) => ({ ipBlock: { cidr } })) : [{ ipBlock: { cidr: '0.0.0.0/0', except: [METADATA.v4] } }, { ipBlock: { cidr: '::/0', except: [METADATA.v6] } }];
  return [dns, own, { to: outside }];
}

