import { isSameHost, whyUnmapped } from '../../../lib/runs/configuration/repositories';
import type { Repo } from '../../../lib/runs/events/event';
import { giteaEvents } from '../../../lib/runs/events/gitea-event';
import { githubEvents } from '../../../lib/runs/events/github-event';
import { configurationOf, pullRequestPayload, teamOf } from '../../orchestrator/support';

const APP = { name: 'api', repo: 'acme/api' };
const teamAt = (baseURL: string, webURL?: string) => ({
  ...teamOf('shop', { shop: [APP] }, baseURL),
  ...(webURL !== undefined && { git: { webURL } }),
});
const at = (baseURL: string, webURL?: string) => configurationOf(teamAt(baseURL, webURL));

/** The repository of a delivery whose payload gives these addresses. */
function delivered(web: string, ssh?: string, read = giteaEvents.read): Repo {
  const payload = pullRequestPayload({ repo: 'acme/api' });
  const repository = { ...payload.repository, html_url: web, clone_url: `${web}.git`, ...(ssh && { ssh_url: ssh }) };
  const event = read('pull_request', { ...payload, repository });
  if (!('repo' in event)) throw new Error(event.kind);
  return event.repo;
}
const GITHUB = delivered('https://github.com/acme/api', 'git@github.com:acme/api.git', githubEvents.read);
const ROOT = delivered('https://git.example.com/acme/api', 'ssh://git@git-ssh.example.com:2222/acme/api.git');
const SUB = delivered('https://example.com/gitea/acme/api', 'git@example.com:acme/api.git');
const SIX = delivered('https://[2001:db8::1]/acme/api', 'ssh://git@[2001:db8::1]:2222/acme/api.git');
const LOCAL = delivered('http://localhost:3000/acme/api', 'git@localhost:acme/api.git');

it.each<[string, string, string | undefined, Repo]>([
  ['https', 'https://github.com', undefined, GITHUB],
  ['ssh', 'git@github.com:', undefined, GITHUB],
  [
    'ssh, of which the payload says nothing',
    'git@github.com:',
    undefined,
    { ...GITHUB, addresses: GITHUB.addresses?.slice(0, 2) },
  ],
  ['ssh where its port is closed', 'ssh://git@ssh.github.com:443', undefined, GITHUB],
  ['an alias of ssh, with its web address', 'git@github-work:', 'https://github.com', GITHUB],
  [
    'a name within the cluster, with its web address',
    'https://gitea-http.gitea.svc:3000',
    'https://git.example.com',
    ROOT,
  ],
  ['another port', 'https://git.example.com:8443', undefined, ROOT],
  ['a domain for ssh', 'ssh://git@git-ssh.example.com:2222', undefined, ROOT],
  ['a path', 'https://example.com/gitea', undefined, SUB],
  ['ssh beside a path', 'git@example.com:', undefined, SUB],
  [
    'a name that its host does not know, with what it says',
    'http://gitea.example.com:3000',
    'http://localhost:3000',
    LOCAL,
  ],
  ['IPv6 in the short form of ssh', 'git@[2001:DB8::1]:', undefined, SIX],
  ['IPv6 with a port', 'ssh://git@[2001:db8:0::1]:2222', undefined, SIX],
  ['IPv6 by https', 'https://[2001:db8::1]:8443', undefined, SIX],
  ['ssh without a user', 'git.example.com:', undefined, ROOT],
  ['ssh from home', 'git@example.com:~/', undefined, SUB],
  ['another case', 'https://GitHub.com', undefined, { ...GITHUB, addresses: ['https://github.com/Acme/API.git'] }],
])('what is cloned by %s is known', (_, baseURL, webURL, repo) =>
  expect(
    at(baseURL, webURL)
      .appsOf(repo)
      .map(({ app }) => app.name),
  ).toEqual(['api']),
);

it.each<[string, string, Repo, string]>([
  ['an alias of ssh', 'git@github-work:', GITHUB, 'https://github.com'],
  ['a name within the cluster', 'https://gitea-http.gitea.svc:3000', ROOT, 'https://git.example.com'],
  ['the root, while it is below a path', 'https://example.com', SUB, 'https://example.com/gitea'],
  ['a name that its host does not know', 'http://gitea.example.com:3000', LOCAL, 'http://localhost:3000'],
])('of what is cloned by %s is said what to write', (_, baseURL, repo, webURL) => {
  const configuration = at(baseURL);
  expect(configuration.appsOf(repo)).toEqual([]);
  const why = whyUnmapped(configuration, repo);
  expect(why).toContain(`set git.webURL of team 'shop': ${webURL}`);
  expect(at(baseURL, webURL).appsOf(repo)).toHaveLength(1);
});

it('of another host or owner is not, whatever its name', () => {
  const configuration = at('https://github.com');
  expect(configuration.appsOf(ROOT)).toEqual([]);
  expect(configuration.appsOf({ ...GITHUB, addresses: ['https://github.com/mallory/api.git'] })).toEqual([]);
  expect(whyUnmapped(configuration, { host: 'github.com', fullName: 'acme/other' })).toBe(
    'no stack of a team has an app in repository acme/other at github.com',
  );
});

it('of two teams that know it by two addresses is neither', () => {
  const other = { ...teamAt('ssh://git@git-ssh.example.com:2222'), name: 'desk', namespace: 'team-desk' };
  const configuration = configurationOf(teamAt('https://git.example.com'), other);
  expect(configuration.appsOf(ROOT)).toEqual([]);
  expect(whyUnmapped(configuration, ROOT)).toContain('claimed by teams desk and shop');
});

it('two names are of one host where a team says so', () => {
  const configuration = at('https://gitea-http.gitea.svc:3000', 'https://git.example.com');
  expect(isSameHost(configuration, 'gitea-http.gitea.svc', 'git.example.com')).toBe(true);
  expect(isSameHost(configuration, 'gitea-http.gitea.svc', 'github.com')).toBe(false);
});
