import { BlockList } from 'node:net';
import { App, Chart } from 'cdk8s';
import { networkPolicies } from '../../../lib/output/team/network';
import type { Team } from '../../../lib/fleet/model';
import { team } from './model';

/** Flows against the policies, as Kubernetes would decide them: https://kubernetes.io/docs/concepts/services-networking/network-policies/ */

type Labels = Readonly<Record<string, string>>;
interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: 'Exists' | 'DoesNotExist' }[];
}
interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number; readonly protocol: string }[];
}
interface Policy {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}
interface End {
  readonly namespace?: string;
  readonly namespaceLabels?: Labels;
  readonly labels?: Labels;
  readonly ip?: string;
}

const policiesOf = (given: Team): readonly Policy[] => {
  const chart = new Chart(new App(), 'network');
  networkPolicies(chart, given);
  return chart.toJson() as Policy[];
};

const selects = (selector: Selector | undefined, labels: Labels = {}): boolean =>
  Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector?.matchExpressions ?? []).every(({ key, operator }) => (operator === 'Exists') === key in labels);
const inside = (ip: string, cidr: string): boolean => {
  const list = new BlockList();
  const [net = '', bits] = cidr.split('/');
  const family = net.includes(':') ? 'ipv6' : 'ipv4';
  if (family !== (ip.includes(':') ? 'ipv6' : 'ipv4')) return false;
  list.addSubnet(net, Number(bits), family);
  return list.check(ip, family);
};

function matches(peer: Peer, end: End, home: string): boolean {
  if (peer.ipBlock)
    return (
      end.ip !== undefined &&
      inside(end.ip, peer.ipBlock.cidr) &&
      !(peer.ipBlock.except ?? []).some((cidr) => inside(end.ip!, cidr))
    );
  if (end.namespace === undefined) return false;
  const namespace = peer.namespaceSelector
    ? selects(peer.namespaceSelector, { 'kubernetes.io/metadata.name': end.namespace, ...end.namespaceLabels })
    : end.namespace === home;
  return namespace && selects(peer.podSelector, end.labels);
}

function allowed(
  policies: readonly Policy[],
  direction: 'Ingress' | 'Egress',
  pod: End,
  other: End,
  port: number,
  protocol: string,
): boolean {
  const about = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.namespace &&
      spec.policyTypes.includes(direction) &&
      selects(spec.podSelector, pod.labels),
  );
  if (about.length === 0) return true;
  const rules = about.flatMap(({ spec }) => (direction === 'Ingress' ? spec.ingress : spec.egress) ?? []);
  return rules.some((rule) => {
    const peers = direction === 'Ingress' ? rule.from : rule.to;
    const toPort =
      rule.ports === undefined || rule.ports.some((each) => each.port === port && each.protocol === protocol);
    return toPort && (peers === undefined || peers.some((peer) => matches(peer, other, pod.namespace!)));
  });
}

const flows = (policies: readonly Policy[], from: End, to: End, port = 80, protocol = 'TCP'): boolean =>
  allowed(policies, 'Egress', from, to, port, protocol) && allowed(policies, 'Ingress', to, from, port, protocol);

describe('the network of a team', () => {
  const step: End = { namespace: 'ci-shop', labels: { 'tekton.dev/taskRun': 'x' } };
  const app: End = {
    namespace: 'shop-staging',
    labels: { 'tekton-dag.io/app': 'api', 'tekton-dag.io/track': 'stable' },
  };
  const preview: End = {
    namespace: 'shop-staging',
    labels: { 'tekton-dag.io/app': 'api', 'tekton-dag.io/track': 'preview' },
  };
  const router: End = { namespace: 'shop-staging', labels: { 'app.kubernetes.io/name': 'tekton-dag-router' } };
  const orchestrator: End = { namespace: 'ci-shop', labels: { 'app.kubernetes.io/name': 'tekton-dag-orchestrator' } };
  const outside: End = { ip: '140.82.112.3' };
  const stranger: End = { namespace: 'ci-other', namespaceLabels: { 'tekton-dag.io/team': 'other' } };
  const registry: End = { namespace: 'registry' };
  const controller: End = { namespace: 'ingress-nginx', namespaceLabels: { 'tekton-dag.io/ingress': 'allowed' } };
  const dns: End = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
  const metadata: End = { ip: '169.254.169.254' };
  const policies = policiesOf(team());

  it.each<[string, End, End, number, string, boolean]>([
    ['a step asks DNS', step, dns, 53, 'UDP', true],
    ['a step reaches the internet', step, outside, 443, 'TCP', true],
    ['a step asks for the credentials of its node', step, metadata, 80, 'TCP', false],
    ...[
      'fd00:ec2::254',
      'fd00:ec2::23',
      'fd20:ce::254',
      '169.254.170.2',
      '169.254.170.23',
      '168.63.129.16',
      '100.100.100.200',
      '192.0.0.192',
      '169.254.42.42',
      '169.254.0.23',
    ].map((ip): [string, End, End, number, string, boolean] => [
      `a step asks ${ip} for them`,
      step,
      { ip },
      80,
      'TCP',
      false,
    ]),
    ['a step asks the DNS of its node', step, { ip: '169.254.20.10' }, 53, 'UDP', true],
    ['a step reaches the internet by IPv6', step, { ip: '2606:50c0:8000::153' }, 443, 'TCP', true],
    ['a step pushes to a registry of the cluster', step, registry, 5000, 'TCP', true],
    ['a step reaches another team, whatever that one admits', step, stranger, 80, 'TCP', false],
    ['a preview reaches another team', preview, stranger, 80, 'TCP', false],
    ['a preview asks for the credentials of its node', preview, metadata, 80, 'TCP', false],
    ['a test reaches the router', step, router, 10000, 'TCP', true],
    ['a test reaches an app', step, app, 8080, 'TCP', true],
    ['the router reaches an app', router, app, 8080, 'TCP', true],
    ['the router reaches a preview', router, preview, 8080, 'TCP', true],
    ['a preview calls through the router', preview, router, 10000, 'TCP', true],
    ['a preview reaches a step', preview, step, 80, 'TCP', false],
    ['another team reaches an app', stranger, app, 8080, 'TCP', false],
    ['another team reaches a step', stranger, step, 80, 'TCP', false],
    ['an ingress controller that is allowed reaches the router', controller, router, 10000, 'TCP', true],
    ['the internet reaches an app', outside, app, 8080, 'TCP', false],
    ['a webhook reaches the orchestrator', outside, orchestrator, 8080, 'TCP', true],
    ['a webhook of a Git host in the cluster reaches the orchestrator', registry, orchestrator, 8080, 'TCP', true],
    ['the orchestrator reaches GitHub, and the API server', orchestrator, outside, 443, 'TCP', true],
    ['the orchestrator asks DNS', orchestrator, dns, 53, 'UDP', true],
    ['the orchestrator asks for the credentials of its node', orchestrator, metadata, 80, 'TCP', false],
    ['the orchestrator reaches another team', orchestrator, stranger, 8080, 'TCP', false],
    ['the cluster reads metrics of the router', registry, router, 8404, 'TCP', true],
    ['the cluster reaches an app through the router', registry, router, 10001, 'TCP', false],
    ['the cluster reaches an app by the port of the metrics', registry, app, 8404, 'TCP', false],
    ['the internet reads metrics of the router', outside, router, 8404, 'TCP', false],
    ['the internet reads metrics', outside, orchestrator, 9090, 'TCP', false],
    ['the cluster reads metrics', stranger, orchestrator, 9090, 'TCP', true],
    ['another team reaches a step by the port of webhooks', stranger, step, 8080, 'TCP', false],
  ])('%s', (_, from, to, port, protocol, expected) => {
    expect(flows(policies, from, to, port, protocol)).toBe(expected);
  });

  it('keeps egress to the networks that are given', () => {
    const tight = policiesOf(team({ network: { egressCIDRs: ['10.0.0.0/8'] } }));
    expect(flows(tight, step, { ip: '10.1.2.3' })).toBe(true);
    expect(flows(tight, step, outside)).toBe(false);
    expect(flows(tight, step, app, 8080)).toBe(true);
    expect(flows(tight, step, registry, 5000)).toBe(false);
    expect(flows(tight, step, dns, 53, 'UDP')).toBe(true);
  });

  it('lets apps call each other by the Gateway that leads there', () => {
    const gateway = { name: 'apps', namespace: 'infra', address: 'gateway.infra.svc.cluster.local' };
    const proxy: End = { namespace: 'infra' };
    const both = (given: Parameters<typeof team>[0]) => {
      const found = policiesOf(team({ network: { egressCIDRs: ['10.0.0.0/8'] }, ...given }));
      return [flows(found, app, proxy), flows(found, proxy, preview, 8080), flows(found, proxy, orchestrator, 8443)];
    };
    expect(both({ interceptBackend: 'gateway', gateway })).toEqual([true, true, false]);
    // a mesh has its proxies in the pods
    expect(both({ interceptBackend: 'gateway' })).toEqual([false, false, false]);
    expect(both({ gateway })).toEqual([false, false, false]);
  });

  it('lets a listener of Tekton Triggers be reached, and reach the orchestrator wherever that is', () => {
    const listener: End = { namespace: 'ci-shop', labels: { eventlistener: 'tekton-dag' } };
    const ofCluster: End = { namespace: 'tekton-dag', labels: orchestrator.labels };
    const tight = { triggers: true, network: { egressCIDRs: ['10.0.0.0/8'] } };
    const own = policiesOf(team(tight));
    const shared = policiesOf(team({ ...tight, orchestrator: { mode: 'shared' } }));
    expect([flows(own, outside, listener, 8080), flows(own, listener, orchestrator, 8080)]).toEqual([true, true]);
    expect([flows(shared, listener, ofCluster, 8080), flows(shared, listener, ofCluster, 9090)]).toEqual([true, false]);
    expect([flows(own, listener, ofCluster, 8080), flows(shared, step, ofCluster, 8080)]).toEqual([false, false]);
  });

  it('never gives instance metadata away with a network', () => {
    for (const egressCIDRs of [['0.0.0.0/0'], ['169.254.0.0/16', '::/0'], ['fd00::/8']]) {
      const wide = policiesOf(team({ network: { egressCIDRs } }));
      expect([flows(wide, step, metadata), flows(wide, step, { ip: 'fd00:ec2::254' })]).toEqual([false, false]);
    }
    expect(
      flows(policiesOf(team({ network: { egressCIDRs: ['169.254.0.0/16'] } })), step, { ip: '169.254.20.10' }),
    ).toBe(true);
  });

  it('lets nobody read metrics of a router that is not there', () => {
    const names = policiesOf(team({ interceptBackend: 'none' })).map(({ metadata: { name } }) => name);
    expect(names).not.toContain('tekton-dag-router-metrics');
  });

  it('lays no policy on a namespace that is not ours', () => {
    const foreign = team({ namespace: 'tekton-pipelines' });
    expect(policiesOf(foreign).map(({ metadata }) => metadata.namespace)).not.toContain('tekton-pipelines');
  });
});
