import { loadCluster, loadTeam, validateFile } from '../../lib/fleet/formats';
import { formatProblem } from '../../lib/words/problem';

/** Addresses that programs would read otherwise than they were meant. */

const team = (more: string): string =>
  `name: shop\nnamespace: team-shop\ncluster: inside\nimageRegistry: r.example.com/shop\nstacks: [stacks/a.yaml]\n${more}\n`;
const told = (text: string): readonly string[] =>
  validateFile({ file: 'f.yaml', text })
    .problems.filter(({ severity }) => severity === 'error')
    .map(formatProblem);

it.each([
  'git: { baseURL: "https://me:word@git.example.com" }',
  'platform: { repoURL: "https://token@github.com/a/b" }',
])('a credential in %s is refused: it would be in Git', (text) =>
  expect(told(team(text))).toEqual([expect.stringContaining('put it into the Secret')]),
);

it.each([
  'git: { webURL: "https://me@git.example.com" }',
  'orchestrator: { githubURL: "https://me:word@git.example.com/api/v3" }',
  'orchestrator: { giteaURL: "https://git.example.com" }',
])('%s is refused', (text) => expect(told(team(text))).toEqual([expect.stringContaining('the value is malformed')]));

it.each(['ssh://git@git.example.com', 'git@git.example.com:'])('who clones from %s may say as whom', (url) =>
  expect(told(team(`git: { baseURL: "${url}" }\nplatform: { repoURL: "${url}/a/b" }`))).toEqual([]),
);

it.each(['pushRegistry: "pods:65536/shop"', 'cacheRepo: "pods:0/cache"', 'images: { mirror: "mirror:99999" }'])(
  '%s has a port that no host has',
  (text) => expect(told(team(text))).toEqual([expect.stringContaining('expected a port from 1 to 65535')]),
);

it('an image may have any tag, and a port up to 65535', () => {
  const images = (image: string) => told(team(`images: { overrides: { git: "${image}" } }`));
  expect(images('nodes:65535/git:99999')).toEqual([]);
  expect(images('nodes:65536/git:2.47.2')).toEqual([expect.stringContaining('expected a port from 1 to 65535')]);
});

const without = (hosts: string): readonly string[] =>
  told(`name: inside\nproxy: { http: "http://proxy:3128", noProxy: [${hosts}] }\n`);

it.each(['"*.example.com"', '"http://git.example.com"', '10.0.0.0/33', 'git.example.com/api'])(
  'a proxy is not passed by for %s, which no program would take for a host',
  (host) => expect(without(host)).toEqual([expect.stringContaining('proxy.noProxy[0]: the value is malformed')]),
);

it('hosts, domains and networks of both families are', () =>
  expect(without('git.example.com, .svc, 10.0.0.0/8, "fd00::/8", 10.0.0.1, "host:8080"')).toEqual([]));

it('a Service is a name of its cluster, whatever domain that has', () => {
  const cluster = loadCluster({ file: 'clusters/inside.yaml', text: 'name: inside\ndomain: corp.example\n' }).value!;
  const warned = (host: string): boolean =>
    loadTeam(
      { file: 'f.yaml', text: team(`git: { baseURL: "http://${host}:3000" }`) },
      { clusters: new Map([['inside', cluster]]) },
    )
      .problems.map(({ message }) => message)
      .some((message) => message.includes('webhooks hardly name the host'));
  expect(['gitea.git.svc.corp.example', 'gitea.git.svc', 'gitea'].map(warned)).toEqual([true, true, true]);
  expect(['git.corp.example', 'git.example.com'].map(warned)).toEqual([false, false]);
});
