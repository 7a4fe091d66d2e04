import type { Endpoints } from '../support/github-api';
import { GitHubApi } from '../support/github-api';
import { example } from '../support/github-description';
import { Events } from '../support/github-events';
import { Reports, USER, repoOf } from '../support/github-reports';
import { githubHost } from '../../../orchestrator/src/hosts/github-host';
import type { GitHubRequest } from '../../../orchestrator/src/hosts/github-host';
import { createNotices } from '../../../orchestrator/src/report/notices';
import type { PullOptions } from '../support';
import { SHA, commentPayload, configurationOf, front, pullRequestPayload, shop, silent } from '../support';

/** GitHub with a token, and the orchestrator that its deliveries arrive at. */
function scene(members: readonly string[] = []) {
  const [events, reports, heard] = [new Events(), new Reports(), [] as unknown[]];
  members.forEach((login) => events.members.add(login));
  const endpoints: Endpoints = {
    ...events.endpoints,
    ...reports.endpoints,
    'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': ({ path, body }) => {
      heard.push([repoOf(path), path.comment_id, body.content]);
      return { ...example('reaction'), content: body.content };
    },
    'GET /repos/{owner}/{repo}/pulls/{pull_number}': () => {
      throw new Error('not asked here');
    },
  };
  const github = new GitHubApi(endpoints);
  const isHost = (host: string) => host === 'github.com';
  const notices = createNotices({
    github: { request: github.request, login: async () => USER },
    isHost,
    log: silent,
  });
  const host = githubHost(github.request, { dialect: 'github', isHost }, silent);
  const served = front(configurationOf(shop()), { github: { host, notices } });
  return { ...served, github, reports, heard, notices };
}
const fork = (more: PullOptions = {}) => pullRequestPayload({ fork: true, association: 'CONTRIBUTOR', ...more });

it('lets a concealed member run what is in his fork, and asks who he is once', async () => {
  const { deliver, requests, github } = scene(['dev']);
  await deliver('pull_request', fork());
  await deliver('pull_request', fork({ action: 'synchronize', sha: SHA.b, before: SHA.a, at: '2026-05-10T11:30:00Z' }));
  expect(requests().map(({ spec }) => spec.trust)).toEqual(['trusted', 'trusted']);
  expect(github.called.filter(({ route }) => route.endsWith('/permission'))).toHaveLength(1);
});

it('tells a stranger once what his pull request waits for, at the price of a question and a comment', async () => {
  const { deliver, requests, reports, notices, github } = scene();
  for (const sha of [SHA.a, SHA.a, SHA.b])
    await deliver('pull_request', fork({ sha, body: 'Depends-On: acme/cart#3' }));
  await notices.quiet();
  expect(requests()).toEqual([]);
  expect(reports.comments.map(({ body }) => body)).toEqual([expect.stringContaining(`/ok-to-test ${SHA.b}`)]);
  expect(github.invalid).toEqual([]);
});

it('shows that a command was heard, and answers one that was not understood', async () => {
  const { deliver, requests, reports, heard, notices } = scene(['maintainer']);
  await deliver('pull_request', pullRequestPayload());
  await deliver('issue_comment', commentPayload({ body: '/cancel', association: 'NONE' }));
  await deliver('issue_comment', commentPayload({ id: 901, body: '/tset' }));
  await deliver('issue_comment', { ...commentPayload({ id: 902 }), sender: { login: 'reader' } });
  await notices.quiet();
  expect(requests()).toHaveLength(2);
  expect(heard).toEqual([['acme/web', 900, 'eyes']]);
  expect(reports.comments.map(({ body }) => body)).toEqual([expect.stringContaining('did you mean /test?')]);
});

it('answers a Depends-On that is not understood, and says when it is', async () => {
  const { deliver, requests, reports, notices } = scene();
  const says = async () => {
    await notices.quiet();
    return reports.comments.map(({ body }) => body.split('\n').filter((line) => line.startsWith('- ')));
  };
  const edit = (body: string, from: string) =>
    pullRequestPayload({ action: 'edited', body, edited: { body: { from } }, at: '2026-05-10T11:30:00Z' });
  const [odd, odder] = ['Depends-On: `@all` #3', '- Depends-On: acme/other#3\n- Depends-On: the cart'];
  await deliver('pull_request', pullRequestPayload({ body: odd }));
  expect(await says()).toEqual([
    [
      "- `'Depends-On: @all #3' is not understood: write Depends-On: owner/repo#12, or the address of a pull request, on a line of its own`",
    ],
  ]);
  await deliver('pull_request', edit(odder, odd));
  expect(await says()).toEqual([
    [
      expect.stringContaining("'Depends-On: the cart' is not understood"),
      '- `Depends-On acme/other#3 has no effect: no other app of the stack is in that repository`',
    ],
  ]);
  await deliver('pull_request', edit('Nothing.', odder));
  expect(await says()).toEqual([['- `every Depends-On of the description is understood`']]);
  expect(requests()).toHaveLength(2);
});

it('serves a pull request of any number', async () => {
  const { deliver, requests } = scene();
  const answer = await deliver('pull_request', pullRequestPayload({ number: 2 ** 31 }));
  expect(answer.statusCode).toBe(202);
  expect(requests()[0]).toMatchObject({
    metadata: { name: expect.stringMatching(/^pr-zik0zk-[a-z2-7]{10}$/) },
    spec: { pullRequest: { number: 2 ** 31 } },
  });
});

it('answers as before where the host cannot be told', async () => {
  const { deliver, github } = scene(['maintainer']);
  await deliver('pull_request', pullRequestPayload());
  github.fault = ({ route }) => (route.startsWith('POST') ? { status: 503, body: {} } : undefined);
  expect((await deliver('issue_comment', commentPayload({ body: '/cancel' }))).statusCode).toBe(202);
});

describe('Gitea', () => {
  const owner = { login: 'acme' };
  const isHost = (host: string) => host === 'github.com';
  /** Gitea's API, in which an organisation has the repository. */
  const gitea =
    (answers: Readonly<Record<string, unknown>>): GitHubRequest =>
    async (route, { username, page }) => {
      if (route.endsWith('/permission')) return { data: { permission: username === 'dev' ? 'owner' : 'read' } };
      const last = route.split('/').at(-1) ?? '';
      return { data: last === 'files' && page !== 1 ? [] : answers[last] };
    };
  const pull = pullRequestPayload({ body: 'new' });
  const repository = { ...pull.repository, owner };

  it('says who may push, in organisations, too', async () => {
    const host = githubHost(gitea({ '{pull_number}': pull.pull_request }), { dialect: 'gitea', isHost }, silent);
    const { deliver, requests } = front(configurationOf(shop()), { github: { host } });
    const comment = (login: string) => {
      const payload = commentPayload();
      return {
        ...payload,
        is_pull: true,
        repository,
        sender: { login },
        comment: { ...payload.comment, user: { login } },
      };
    };
    const of = async (login: string) => (await deliver('issue_comment', comment(login), { to: 'gitea' })).json();
    expect(await of('reader')).toMatchObject({ status: 'ignored', reason: 'untrusted' });
    expect(await of('dev')).toMatchObject({ status: 'accepted' });
    expect(requests()).toHaveLength(1);
  });

  it('lists files in pages of a length that its administrator chose', async () => {
    const host = githubHost(gitea({ files: [{ filename: 'api/x' }] }), { dialect: 'gitea', isHost }, silent);
    const files = await host.changedFiles({ host: 'github.com', fullName: 'acme/web' }, 7, AbortSignal.timeout(1_000));
    expect(files).toEqual(['api/x']);
  });
});
