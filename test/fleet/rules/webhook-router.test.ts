import { reachedOrchestrators } from '../../../lib/fleet/orchestrator-host';
import type { TeamProps } from '../../../lib/fleet/team';
import { app, resolve, stackFile, team } from '../support';

/** What a cluster file says of its webhook router, against the rest of the fleet. */

const said = (text: string, over: Partial<TeamProps> = {}, others: Readonly<Record<string, string>> = {}) =>
  resolve({
    teams: [team('x', ['one'], over)],
    stacks: [stackFile('one', [app('a')])],
    clusters: Object.entries({ hub: text, ...others }).map(([name, more]) => ({
      file: `clusters/${name}.yaml`,
      text: `name: ${name}\n${more}\n`,
    })),
  }).said;

const ONE = { one: 'ingress: { domain: one.example.com }' };

it('says nothing where nothing is amiss', () =>
  expect(said('webhookRouter: { host: webhooks.example.com }', {}, ONE)).toEqual([]));

it('has somebody to send to', () =>
  expect(said('webhookRouter: { host: webhooks.example.com }', { orchestrator: { enabled: false } }, ONE)).toEqual([
    'clusters/hub.yaml:2:1: webhookRouter: has no members: no team has an orchestrator on a cluster with ingress.domain, and members lists none',
  ]));

it('tells of orchestrators that it cannot reach, unless members are listed', () => {
  expect(
    said('webhookRouter: { host: webhooks.example.com }', {}).filter((line) => line.startsWith('warning')),
  ).toEqual([
    "warning: clusters/hub.yaml:2:16: webhookRouter: sends nothing to the orchestrators on one, which have no address: say ingress.domain in the cluster's file, or list them in members",
  ]);
  expect(said('webhookRouter: { members: [{ name: x, url: https://x.example.com }] }')).toEqual([]);
});

it('is none of its own members, has an address of its own, and tells members apart', () => {
  expect(
    said(
      `webhookRouter:
  host: x.one.example.com
  members:
    - { name: again, url: https://x.one.example.com/webhook/github }
    - { name: again, url: https://pac.example.com }`,
      {},
      ONE,
    ),
  ).toEqual([
    'clusters/hub.yaml:3:9: webhookRouter.host: is the address of orchestrator one/x: name another (found x.one.example.com)',
    'clusters/hub.yaml:5:27: webhookRouter.members[0].url: is the address of the router itself (found https://x.one.example.com/webhook/github; expected the address of another, or no such member)',
    'clusters/hub.yaml:6:15: webhookRouter.members[1].name: is the name of another member (found again)',
  ]);
});

it('does not list an orchestrator of the fleet, which is a member by itself, nor one address twice', () => {
  const members = (...urls: readonly string[]) =>
    said(
      `webhookRouter:\n  host: hooks.example.com\n  members:\n${urls.map((url, index) => `    - { name: m${index}, url: "${url}" }`).join('\n')}`,
      {},
      ONE,
    );
  for (const url of [
    'https://x.one.example.com/webhook/github',
    'https://X.one.example.com./',
    'https://x.one.example.com:8443',
  ])
    expect(members(url)).toEqual([
      expect.stringMatching(
        /^clusters\/hub.yaml:5:\d+: webhookRouter.members\[0\].url: is orchestrator one\/x of the fleet, which is a member by itself /,
      ),
    ]);
  expect(members('https://pac.example.com/a', 'https://PAC.example.com./a/')).toEqual([
    expect.stringMatching(
      /^clusters\/hub.yaml:6:\d+: webhookRouter.members\[1\].url: is the address of member m0, too /,
    ),
  ]);
  expect(members('https://pac.example.com/a', 'https://pac.example.com/b')).toEqual([]);
});

it('knows its own address by other spellings', () =>
  expect(
    ['HTTPS://Hooks.example.com/', 'https://hooks.example.com./webhook/github', 'https://hooks.example.com:8443'].map(
      (url) =>
        said(`webhookRouter: { host: hooks.example.com, members: [{ name: x, url: "${url}" }] }`)
          .join('\n')
          .includes('is the address of the router itself'),
    ),
  ).toEqual([true, true, true]));

it.each([
  [
    'url: http://pac.example.com',
    'is one of http, which lets others read deliveries: write https, or insecure: true beside it',
  ],
  ['url: "https://u:p@pac.example.com"', 'is not an address that deliveries can be sent to'],
  ['url: "https://pac.example.com/?token=x"', 'is not an address that deliveries can be sent to'],
  ['url: pac.example.com', 'is not an address that deliveries can be sent to'],
  ['url: "https://pac.example.com/\\r\\nx"', 'the text holds U+000D'],
  ['url: "https://pac.example.com/\\nx"', 'is not an address that deliveries can be sent to'],
  ['url: " https://pac.example.com"', 'is not an address that deliveries can be sent to'],
  ['url: https://pac.example.com, repositories: [acme]', 'is not an address of a repository'],
  ['url: https://pac.example.com, repositories: []', 'is empty'],
  [
    'url: https://pac.example.com, repositories: ["https://u:p@github.com/acme/web"]',
    'holds a user or a password, which would be in Git',
  ],
])('refuses %s', (entry, message) =>
  expect(said(`webhookRouter: { members: [{ name: pac, ${entry} }] }`, {}, ONE).join('\n')).toContain(message),
);

it('names an orchestrator on a cluster whose name has a slash as no other is called', () => {
  const arn = 'arn:aws:eks:eu-1:1:cluster/ci';
  const reached = reachedOrchestrators([
    { ...placed('shared', arn), orchestrator: { enabled: true, mode: 'shared' } },
    placed('ci', 'arn:aws:eks:eu-1:1:cluster'),
  ] as never);
  expect(new Set(reached.map(({ name }) => name)).size).toBe(2);
});

const placed = (name: string, cluster: string) => ({
  name,
  cluster,
  ingress: { domain: 'ci.example.com' },
  orchestrator: { enabled: true, mode: 'team' },
});
