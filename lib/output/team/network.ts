import { BlockList, isIPv6 } from 'node:net';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { LABELS } from '../../words/labels';
import type { History } from '../../fleet/history';
import type { SharedOrchestrator } from '../../fleet/cluster';
import type { Team } from '../../fleet/model';
import type { SignIn } from '../../fleet/sign-in';
import { backendOf } from '../backends/backends';
import { namespacesOf, ownNamespaces } from './namespace';
import { object } from '../../kube/object';
import { ORCHESTRATOR_SELECTOR } from './orchestrator-service';
import { orchestratorNamespace } from './access';
import { LISTENER_PORT, LISTENER_SELECTOR, hasListener } from './triggers';
import { WEBHOOK_PORTS } from './webhook-server';

/**
 * Who may talk to whom. Ingress is denied but for what is listed here, so no team reaches another's pods whatever its
 * egress allows. Egress is open but for the instance metadata of clouds and other teams' namespaces; with
 * `network.egressCIDRs` (which then has to hold the API server) nothing else is reached than those, DNS and the team's own.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */

/** Where clouds hand out the credentials of a node or of its pods: most of them, ECS and EKS, Tencent, Scaleway, Azure, Alibaba, Oracle. */
const METADATA = [
  '169.254.169.254/32',
  '169.254.170.0/24',
  '169.254.0.23/32',
  '169.254.42.42/32',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
  'fd00:ec2::254/128',
  'fd00:ec2::23/128',
  'fd20:ce::254/128',
];

const namespaced = (name: string): k8s.NetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
/** Other teams' namespaces bear the label; that of DNS, of a registry or a git server in the cluster does not. */
const OF_NO_TEAM: k8s.NetworkPolicyPeer = {
  namespaceSelector: { matchExpressions: [{ key: LABELS.team, operator: 'DoesNotExist' }] },
};
const port = (number: number, protocol = 'TCP'): k8s.NetworkPolicyPort => ({
  port: k8s.IntOrString.fromNumber(number),
  protocol,
});

/** Renders the policies of each namespace that is ours. */
export function networkPolicies(scope: Construct, team: Team): void {
  for (const namespace of ownNamespaces(team)) {
    const policy = policiesOf(scope, namespace);
    confine(policy, [...namespacesOf(team), ...gatewayOf(team)], team.network.egressCIDRs);
    if (team.environments.includes(namespace)) {
      // apps and previews call each other through the router; tests come from the runs; users from where it is allowed
      policy('apps', {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [
              { podSelector: {} },
              ...(team.isDeployOnly ? [] : [namespaced(team.namespace)]),
              ...gatewayOf(team).map(namespaced),
              { namespaceSelector: { matchLabels: { [LABELS.ingress]: 'allowed' } } },
            ],
          },
        ],
      });
    }
    const { metrics } = backendOf(team);
    if (team.environments.includes(namespace) && metrics) {
      policy('router-metrics', {
        podSelector: { matchLabels: metrics.pods },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ namespaceSelector: {} }], ports: [port(metrics.port)] }],
      });
    }
    if (namespace === team.namespace && hasListener(team)) listener(policy, orchestratorNamespace(team) ?? namespace);
    if (namespace === team.namespace && team.orchestrator.enabled && team.orchestrator.mode === 'team')
      orchestratorPolicies(policy, team.orchestrator.signIn, team.history);
  }
}

/** The namespace of the Gateway by which apps call each other. A team that has none of its own leaves it to a mesh. */
const gatewayOf = ({ interceptBackend, gateway }: Team): readonly string[] =>
  interceptBackend === 'gateway' && gateway ? [gateway.namespace] : [];

/** What reaches an orchestrator, and where it goes itself beside where all pods of its namespace may. */
function orchestratorPolicies(policy: Policies, signIn: SignIn | undefined, kept: History | undefined): void {
  webhooks(policy, ORCHESTRATOR_SELECTOR);
  history(policy, kept);
  if (signIn === undefined || signIn.issuerCIDRs.length === 0) return;
  const { port: given, protocol } = new URL(signIn.issuer);
  policy('sign-in', {
    podSelector: { matchLabels: ORCHESTRATOR_SELECTOR },
    policyTypes: ['Egress'],
    egress: [
      { to: signIn.issuerCIDRs.map(network), ports: [port(Number(given) || (protocol === 'https:' ? 443 : 80))] },
    ],
  });
}

/** Renders the policies of the namespace of a cluster's orchestrator. */
export function sharedOrchestratorPolicies(
  scope: Construct,
  namespace: string,
  { egressCIDRs, signIn, history: kept }: Pick<SharedOrchestrator, 'egressCIDRs' | 'signIn' | 'history'>,
): void {
  const policy = policiesOf(scope, namespace);
  confine(policy, [namespace], egressCIDRs);
  orchestratorPolicies(policy, signIn, kept);
}

/**
 * Renders the policies of a namespace that holds nothing but a router of webhooks.
 * @param selector of its pods
 */
export function webhookRouterPolicies(
  scope: Construct,
  namespace: string,
  selector: Labels,
  egressCIDRs: readonly string[],
): void {
  const policy = policiesOf(scope, namespace);
  confine(policy, [namespace], egressCIDRs);
  webhooks(policy, selector);
}

/** What keeps runs may be where no other egress leads: beyond `egressCIDRs`, or in a namespace that is a team's. */
function history(policy: Policies, given: History | undefined): void {
  const egress = (given?.postgres ?? given?.results)?.egress;
  if (egress === undefined) return;
  const to = egress.namespace === undefined ? (egress.networks ?? []).map(network) : [namespaced(egress.namespace)];
  policy('history', {
    podSelector: { matchLabels: ORCHESTRATOR_SELECTOR },
    policyTypes: ['Egress'],
    egress: [{ to, ports: [port(egress.port)] }],
  });
}

type Policies = (name: string, spec: k8s.NetworkPolicySpec) => void;
const policiesOf =
  (scope: Construct, namespace: string): Policies =>
  (name, spec) =>
    void object(scope, k8s.KubeNetworkPolicy, { name: `tekton-dag-${name}`, namespace }, { spec });

/** @param own namespaces of whoever it is */
function confine(policy: Policies, own: readonly string[], egressCIDRs: readonly string[]): void {
  policy('deny-ingress', { podSelector: {}, policyTypes: ['Ingress'] });
  policy('egress', { podSelector: {}, policyTypes: ['Egress'], egress: egressOf(own, egressCIDRs) });
}

type Labels = Record<string, string>;

const webhooks = (policy: Policies, selector: Labels): void =>
  policy('webhooks', {
    podSelector: { matchLabels: selector },
    policyTypes: ['Ingress'],
    // webhooks come from outside the cluster, metrics are asked for from inside
    ingress: [
      { ports: [port(WEBHOOK_PORTS.http)] },
      { from: [{ namespaceSelector: {} }], ports: [port(WEBHOOK_PORTS.metrics)] },
    ],
  });

/** The listener of Tekton Triggers takes webhooks, too, and hands them on to the orchestrator. */
const listener = (policy: Policies, home: string): void =>
  policy('triggers', {
    podSelector: { matchLabels: LISTENER_SELECTOR },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ ports: [port(LISTENER_PORT)] }],
    egress: [
      {
        to: [{ ...namespaced(home), podSelector: { matchLabels: ORCHESTRATOR_SELECTOR } }],
        ports: [port(WEBHOOK_PORTS.http)],
      },
    ],
  });

function egressOf(namespaces: readonly string[], egressCIDRs: readonly string[]): k8s.NetworkPolicyEgressRule[] {
  const dns: k8s.NetworkPolicyEgressRule = { to: [{ namespaceSelector: {} }], ports: [port(53, 'UDP'), port(53)] };
  const own = [{ podSelector: {} }, ...namespaces.map(namespaced)];
  const outside =
    egressCIDRs.length > 0 ? egressCIDRs.map(network) : [...['0.0.0.0/0', '::/0'].map(network), OF_NO_TEAM];
  return [dns, { to: own }, { to: outside }];
}

/** A network without the addresses of instance metadata in it. */
function network(cidr: string): k8s.NetworkPolicyPeer {
  const except = METADATA.filter((address) => contains(cidr, address));
  return { ipBlock: { cidr, except: except.length > 0 ? except : undefined } };
}

/** Whether a network holds another one and more: the API refuses to except all of a network, or what is not in it. */
function contains(cidr: string, other: string): boolean {
  const [net = '', length] = cidr.split('/');
  const [host = '', otherLength] = other.split('/');
  const family = isIPv6(net) ? 'ipv6' : 'ipv4';
  if (isIPv6(net) !== isIPv6(host) || Number(length) >= Number(otherLength)) return false;
  const list = new BlockList();
  list.addSubnet(net, Number(length), family);
  return list.check(host, family);
}
