import { askHost } from '../../../orchestrator/src/hosts/ask-host';
import { githubEvents } from '../../../lib/runs/events/github-event';
import { hostOfApi } from '../../../lib/words/git-address';
import { githubHost } from '../../../orchestrator/src/hosts/github-host';
import type { GitHubRequest } from '../../../orchestrator/src/hosts/github-host';
import { GitHubApi } from '../support/github-api';
import { Events } from '../support/github-events';
import type { PullOptions } from '../support';
import {
  SHA,
  commentPayload,
  configurationOf,
  factsOf,
  front,
  pullRequestPayload,
  shop,
  silent,
  teamOf,
} from '../support';

const REPO = { host: 'github.com', fullName: 'acme/web' };
const soon = () => AbortSignal.timeout(200);
const pulls = (options: PullOptions) => pullRequestPayload(options).pull_request;
const mono = configurationOf(
  teamOf('mono', {
    shop: [
      { name: 'web', repo: 'acme/web', contextDir: 'web', downstream: ['api'] },
      { name: 'api', repo: 'acme/web', contextDir: 'api' },
    ],
  }),
);

/** GitHub, of which is known what it was asked. */
function github(answers: (route: string, parameters: Readonly<Record<string, unknown>>) => unknown) {
  const asked: string[] = [];
  const request: GitHubRequest = async (route, parameters) => {
    asked.push(
      `${route.split('/').at(-1)} ${String(parameters.repo)}#${String(parameters.pull_number ?? parameters.username)}`,
    );
    return { data: await answers(route, parameters) };
  };
  return { asked, host: githubHost(request, { dialect: 'github', isHost: (name) => name === 'github.com' }, silent) };
}

it('tells the head of a pull request', async () => {
  const { host } = github(() => pulls({ sha: SHA.b, fork: true }));
  expect(await host.pullRequest(REPO, 7, soon())).toMatchObject({ headSha: SHA.b, fromFork: true, open: true });
});

it('tells all changed paths, those that were moved away too, or none if they are too many', async () => {
  const page = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      filename: `web/${index}`,
      ...(index === 0 && { previous_filename: 'api/0' }),
    }));
  const counted = (total: number) =>
    github((_, { page: number }) =>
      page(Math.max(0, Math.min(100, total - 100 * (Number(number) - 1)))),
    ).host.changedFiles(REPO, 7, soon());
  expect(await counted(2)).toEqual(['web/0', 'api/0', 'web/1']);
  expect(await counted(150)).toHaveLength(152);
  expect(await counted(900)).toBeUndefined();
});

it.each<[string, () => unknown]>([
  ['refuses', () => Promise.reject(new Error('403 secondary rate limit'))],
  ['says something else', () => ({ message: 'hello' })],
  ['does not answer', () => new Promise(() => undefined)],
])('knows nothing where GitHub %s', async (_, answer) => {
  const { host } = github(answer);
  expect(await host.pullRequest(REPO, 7, soon())).toBeUndefined();
  expect(await host.changedFiles(REPO, 7, soon())).toBeUndefined();
});

it('shows its token to no other host', async () => {
  const { asked, host } = github(() => pulls({}));
  expect(await host.pullRequest({ ...REPO, host: 'git.example.com' }, 7, soon())).toBeUndefined();
  expect(asked).toEqual([]);
});

it.each([
  ['https://api.github.com', 'github.com'],
  ['https://git.example.com/api/v3', 'git.example.com'],
  ['https://api.example.ghe.com', 'example.ghe.com'],
  ['https://api.example.com', 'api.example.com'],
])('of %s is about the repositories of %s', (api, host) => expect(hostOfApi(api)).toBe(host));

describe('is asked', () => {
  const asks = async (name: string, payload: unknown, configuration = configurationOf(shop())) => {
    const { asked, host } = github((route) =>
      route.endsWith('/files')
        ? [{ filename: 'api/x' }]
        : route.endsWith('/permission')
          ? { permission: (payload as { sender: { login: string } }).sender.login === 'stranger' ? 'read' : 'write' }
          : pulls({ body: 'Depends-On: acme/cart#3' }),
    );
    await askHost(host, githubEvents.read(name, payload), configuration, factsOf().known);
    return asked.sort();
  };

  it.each<[string, string, unknown, string[]]>([
    ['nothing of one app in a repository', 'pull_request', pullRequestPayload(), []],
    ['nothing of a draft', 'pull_request', pullRequestPayload({ draft: true, body: 'Depends-On: acme/cart#3' }), []],
    ['nothing of what is closed', 'pull_request', pullRequestPayload({ action: 'closed' }), []],
    [
      'nothing of a repository that is not ours',
      'pull_request',
      pullRequestPayload({ repo: 'acme/other', body: 'Depends-On: acme/cart#3' }),
      [],
    ],
    ['nothing of a comment that asks for nothing', 'issue_comment', commentPayload({ body: 'nice' }), []],
    [
      'who a stranger is, and nothing for him',
      'issue_comment',
      { ...commentPayload(), sender: { login: 'stranger' } },
      ['permission web#stranger'],
    ],
    [
      'for others that it depends on',
      'pull_request',
      pullRequestPayload({ body: 'Depends-On: acme/cart#3' }),
      ['{pull_number} cart#3'],
    ],
    [
      'for the head that a comment is about',
      'issue_comment',
      commentPayload(),
      ['permission web#maintainer', '{pull_number} cart#3', '{pull_number} web#7'],
    ],
  ])('%s', async (_, name, payload, expected) => expect(await asks(name, payload)).toEqual(expected));

  it('for the paths, where a repository has several apps', async () =>
    expect(await asks('pull_request', pullRequestPayload(), mono)).toEqual(['files web#7']));
});

it('narrows a delivery to the apps that it changes, and takes all where GitHub is away', async () => {
  const apps = async (answer: () => unknown) => {
    const { deliver, requests } = front(mono, { github: github(answer) });
    expect((await deliver('pull_request', pullRequestPayload())).statusCode).toBe(202);
    return requests().map(({ spec }) => spec.apps);
  };
  expect(await apps(() => [{ filename: 'api/main.py' }])).toEqual([['api']]);
  expect(await apps(() => Promise.reject(new Error('down')))).toEqual([['web', 'api']]);
});

it('reads a merge from the host, and that its commit is on the branch', async () => {
  const events = new Events();
  events.pull({ action: 'closed', merged: true, mergeSha: SHA.b });
  const github = new GitHubApi(events.endpoints);
  const host = githubHost(github.request, { dialect: 'github', isHost: () => true }, silent);
  const event = githubEvents.read('pull_request', pullRequestPayload({ action: 'closed', merged: true }));
  const { merge } = await askHost(host, event, configurationOf(shop()), factsOf().known);
  expect(merge).toMatchObject({ kind: 'confirmed', pullRequest: { merged: true, mergeSha: SHA.b, baseRef: 'main' } });
  expect(github.called.map(({ route, path }) => [route, path.basehead ?? path.pull_number])).toEqual([
    ['GET /repos/{owner}/{repo}/pulls/{pull_number}', 7],
    ['GET /repos/{owner}/{repo}/compare/{basehead}', `main...${SHA.b}`],
  ]);
  await github.close();
});
