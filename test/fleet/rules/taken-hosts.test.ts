import type { TeamProps } from '../../../lib/fleet/team';
import { app, resolve, stackFile, team } from '../support';

/** No app takes a host that synth itself gives out on the same cluster. */

const DOMAIN = 'ingress: { domain: ci.example.com }\n';
const said = (host: string, over: Partial<TeamProps> = {}, cluster = DOMAIN, on = 'one') =>
  resolve({
    teams: [team('x', ['one'], { clusters: ['two'], environment: { namespace: 'apps', deploy: 'gitops' }, ...over })],
    stacks: [
      stackFile('one', [
        app('a', `propagation-role: terminal, ingress: { hosts: { ${on}: ${host} }, path: /anything }`),
      ]),
    ],
    clusters: [
      { file: 'clusters/one.yaml', text: `name: one\n${cluster}` },
      { file: 'clusters/two.yaml', text: 'name: two\n' },
    ],
  }).said.filter((line) => !line.startsWith('warning'));
const told = (host: string, what: string) => [
  `stacks/one.yaml:3:83: apps[0].ingress.hosts.one: is the host of ${what}: no app may have it, on any path (found "${host}"; expected a host that nothing else on cluster one has)`,
];
const CLIENT = { issuer: 'https://id.example.com', clientID: 'x' };

it('is not that of the orchestrator of a team', () => {
  expect(said('x.ci.example.com')).toEqual(told('x.ci.example.com', 'the orchestrator of team x'));
  expect(said('y.ci.example.com')).toEqual([]);
  expect(said('x.ci.example.com', { orchestrator: { enabled: false } })).toEqual([]);
  // another cluster has hosts of its own
  expect(said('x.ci.example.com', {}, DOMAIN, 'two')).toEqual([]);
});

it('is not that of the shared orchestrator', () =>
  expect(said('tekton-dag.ci.example.com', { orchestrator: { mode: 'shared' } })).toEqual(
    told('tekton-dag.ci.example.com', 'the shared orchestrator'),
  ));

it('is not that of the webhook router', () => {
  expect(said('webhooks.ci.example.com', {}, `${DOMAIN}webhookRouter: {}\n`)).toEqual(
    told('webhooks.ci.example.com', 'the webhook router'),
  );
  expect(said('hooks.example.com', {}, `${DOMAIN}webhookRouter: { host: hooks.example.com }\n`)).toEqual(
    told('hooks.example.com', 'the webhook router'),
  );
});

it('is not where people sign in', () => {
  const signIn = { ...CLIENT, url: 'https://page.example.com' };
  expect(said('page.example.com', { orchestrator: { signIn } })).toEqual(
    told('page.example.com', 'the page of the orchestrator of team x (signIn.url)'),
  );
  const shared = `${DOMAIN}orchestrator: { signIn: { issuer: https://id.example.com, clientID: x, url: https://page.example.com } }\n`;
  expect(said('page.example.com', { orchestrator: { mode: 'shared' } }, shared)).toEqual(
    told('page.example.com', 'the page of the shared orchestrator (signIn.url)'),
  );
});

describe('the host of another team', () => {
  const ofTwo = (ingress: string, path = '/login') =>
    resolve({
      teams: ['x', 'y'].map((name) => team(name, [name], { environment: { namespace: `apps-${name}` } })),
      stacks: [
        stackFile('x', [app('a', 'propagation-role: terminal, ingress: { hosts: { one: shop.example.com } }')]),
        stackFile('y', [
          app('b', `propagation-role: terminal, ingress: { hosts: { one: shop.example.com }, path: ${path} }`),
        ]),
      ],
      clusters: [{ file: 'clusters/one.yaml', text: `name: one\n${ingress}` }],
    }).said.filter((line) => !line.startsWith('warning') || line.includes('sharedHosts'));

  it('is not to be had, on any path', () =>
    expect(ofTwo(DOMAIN)).toEqual([
      "stacks/y.yaml:3:83: apps[0].ingress.hosts.one: is the host of team x, at stacks/x.yaml:3:83: no other team may have a path of it (found \"shop.example.com\"; expected a host of the team's own; or ingress: { sharedHosts: ['shop.example.com'] } in the file of cluster one)",
    ]));

  it('is shared where the cluster says so', () =>
    expect(ofTwo('ingress: { domain: ci.example.com, sharedHosts: [shop.example.com] }\n')).toEqual([]));

  it('is told where no second team has it', () =>
    expect(ofTwo('ingress: { domain: ci.example.com, sharedHosts: [shop.example.com, b.example.com] }\n')).toEqual([
      'warning: clusters/one.yaml:2:68: ingress.sharedHosts[1]: not used: apps of two teams would have paths of it (found "b.example.com")',
    ]));
});
