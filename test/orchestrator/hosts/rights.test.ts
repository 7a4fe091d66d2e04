import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Notice } from '../../../lib/runs/decisions/decision';
import { githubHost } from '../../../orchestrator/src/hosts/github-host';
import type { GitHubRequest } from '../../../orchestrator/src/hosts/github-host';
import { createMetrics } from '../../../orchestrator/src/metrics';
import { knownRequests } from '../../../orchestrator/src/requests/known';
import type { FakeApi, PullOptions } from '../support';
import { SHA, commentPayload, configurationOf, front, pullRequestPayload, shop, silent, storeOf } from '../support';

/** Who may do what, the Git host says: as it is now, of this account, in this repository; and where it does not say, nothing is granted, nothing lost, and people are told. */

type Parameters = Readonly<Record<string, unknown>>;
/** What a host answers, by the end of the route; a function is asked, and may throw `refused`. */
type Answers = Readonly<Record<string, unknown>>;

const refused = (status: number, message: string): Error => Object.assign(new Error(message), { status });
const isHost = (name: string): boolean => name === 'github.com';

/** Time that passes besides the real one, in milliseconds. */
let later = 0;
const realNow = performance.now.bind(performance);
beforeEach(() => {
  later = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => realNow() + later);
});
afterEach(() => jest.restoreAllMocks());

/** A host that answers so, the orchestrator that asks it, and what people are told. */
function scene(
  answers: Answers,
  {
    dialect = 'github' as 'github' | 'gitea',
    teams = [shop()],
    /** Of another replica, whose requests this one has not seen when it begins. */
    replicaOf = undefined as FakeApi | undefined,
  } = {},
) {
  const asked: [route: string, parameters: Parameters][] = [];
  const told: Notice[] = [];
  const request: GitHubRequest = async (route, parameters) => {
    asked.push([route, parameters]);
    const key = Object.keys(answers).find((end) => route.endsWith(end));
    const answer = key === undefined ? undefined : answers[key];
    if (answer === undefined) throw refused(404, 'Not Found');
    return { data: typeof answer === 'function' ? await (answer as (of: Parameters) => unknown)(parameters) : answer };
  };
  const host = githubHost(request, { dialect, isHost }, silent);
  const notices = { tell: (_: unknown, some: readonly Notice[]) => void told.push(...some) };
  const configuration = configurationOf(...teams);
  const known = knownRequests(
    storeOf(() => []),
    () => configuration.teams.values(),
  );
  const other = replicaOf && { api: replicaOf, creator: { api: replicaOf, known, metrics: createMetrics() } };
  return { ...front(configuration, { github: { host, notices }, ...other }), asked, told };
}

const mayPush = (...logins: string[]) => ({
  '/permission': ({ username }: Parameters) => ({ permission: logins.includes(String(username)) ? 'write' : 'read' }),
});
const shown = (options: PullOptions = {}) => ({ '/pulls/{pull_number}': pullRequestPayload(options).pull_request });
const FORK: PullOptions = { fork: true, author: 'dev', sender: 'dev', association: 'MEMBER' };
const rerequested = ({ metadata }: RunRequest, id = 12) => ({
  action: 'rerequested',
  repository: pullRequestPayload().repository,
  sender: { login: 'maintainer' },
  check_run: { id, head_sha: SHA.a, external_id: metadata.name },
});

describe('a host that does not say who may push', () => {
  const silences: [string, unknown][] = [
    ['is away', () => Promise.reject(refused(502, 'Bad Gateway'))],
    ['asks to wait', () => Promise.reject(refused(429, 'slow down'))],
    ['lets the token not ask', () => Promise.reject(refused(403, 'Resource not accessible by integration'))],
    ['answers a page', '<html>Sign in</html>'],
    ['answers something else', { message: 'hello' }],
    ['does not see the repository', () => Promise.reject(refused(404, 'Not Found'))],
  ];

  it.each(silences)('because it %s grants nothing, loses nothing, and that is told', async (_, permission) => {
    const { deliver, requests, told } = scene({ '/permission': permission, ...shown() });
    await deliver('pull_request', pullRequestPayload());
    for (const [event, payload] of [
      ['issue_comment', commentPayload()],
      ['issue_comment', commentPayload({ id: 901, body: '/cancel' })],
      ['check_run', rerequested(requests()[0]!)],
      ['pull_request', pullRequestPayload({ ...FORK, number: 8 })],
    ] as const) {
      const answer = await deliver(event, payload);
      expect([event, answer.statusCode, answer.json().code]).toEqual([event, 503, 'host_unavailable']);
      expect(told.at(-1)).toMatchObject({
        kind: 'comment',
        number: event === 'pull_request' ? 8 : 7,
        text: expect.stringContaining('may push'),
      });
    }
    expect(requests()).toHaveLength(1);
    expect(told.map((notice) => 'text' in notice && notice.text).join()).not.toContain('/ok-to-test');
  });

  it('keeps no fork waiting that runs with the rights of forks anyway', async () => {
    const { deliver, requests } = scene({}, { teams: [{ ...shop(), forks: 'restricted' }] });
    expect((await deliver('pull_request', pullRequestPayload(FORK))).statusCode).toBe(202);
    expect(requests()[0]?.spec.trust).toBe('untrusted');
  });

  it('says that an account is nobody, where it sees the repository', async () => {
    const { deliver } = scene({ '/repos/{owner}/{repo}': { id: 1 }, ...shown() });
    expect((await deliver('issue_comment', commentPayload())).json()).toMatchObject({ reason: 'untrusted' });
  });
});

describe('a right', () => {
  it('that is taken away counts for five minutes, and no longer', async () => {
    const members = ['maintainer'];
    const { deliver, requests } = scene({
      '/permission': ({ username }: Parameters) => ({
        permission: members.includes(String(username)) ? 'write' : 'read',
      }),
      ...shown(),
    });
    const status = async (id: number) => (await deliver('issue_comment', commentPayload({ id }))).statusCode;
    expect(await status(1)).toBe(202);
    members.pop();
    later = 290_000;
    expect(await status(2)).toBe(202);
    later = 301_000;
    expect(await status(3)).toBe(200);
    expect(requests()).toHaveLength(2);
  });

  it('is that of an account, not of whoever has its name now', async () => {
    const accounts = { id: 5, permission: 'write' };
    const { deliver, requests } = scene({
      '/permission': ({ username }: Parameters) => ({
        permission: accounts.permission,
        user: { login: username, id: accounts.id },
      }),
      ...shown(),
    });
    const by = (user: number, id: number) => {
      const payload = commentPayload({ id });
      return deliver('issue_comment', { ...payload, comment: { ...payload.comment, user: { login: 'm', id: user } } });
    };
    expect((await by(5, 1)).statusCode).toBe(202);
    // another account takes the name within the minutes for which a yes holds
    Object.assign(accounts, { id: 66, permission: 'read' });
    expect((await by(66, 2)).json()).toMatchObject({ reason: 'untrusted' });
    // an event of the old one comes late, and somebody else has its name, who may
    Object.assign(accounts, { id: 77, permission: 'write' });
    expect((await by(6, 3)).json()).toMatchObject({ reason: 'untrusted' });
    expect(requests()).toHaveLength(1);
  });

  it('in a repository that was renamed is that in it, not in one that has its old name now', async () => {
    const permission = ({ repo, username }: Parameters) => ({
      permission: (repo === 'web') === (username === 'mallory') ? 'admin' : 'read',
    });
    const { deliver, requests, asked } = scene({ '/permission': permission, ...shown() });
    await deliver('pull_request', pullRequestPayload());
    const { id } = pullRequestPayload().repository;
    const by = (login: string) => {
      const payload = commentPayload({ repo: 'acme/storefront' });
      return deliver('issue_comment', { ...payload, repository: { ...payload.repository, id }, sender: { login } });
    };
    expect((await by('mallory')).json()).toMatchObject({ reason: 'untrusted' });
    expect((await by('maintainer')).statusCode).toBe(202);
    expect(asked.every(([, { repo }]) => repo === 'storefront')).toBe(true);
    expect(requests()).toHaveLength(2);
  });

  it.each([
    ['write', 'write', true],
    ['maintain', 'write', true],
    ['triage', 'read', false],
    ['security-reader', 'read', false],
    ['release-manager', 'write', true],
    ['read', 'read', false],
  ])('of role %s is what it is based on', async (role_name, permission, may) => {
    const { deliver } = scene({ '/permission': { permission, role_name, user: null }, ...shown() });
    expect((await deliver('issue_comment', commentPayload())).statusCode).toBe(may ? 202 : 200);
  });

  it('of whoever writes a review, or of an App, is asked about, too', async () => {
    const { repository } = pullRequestPayload();
    const review = (login: string) => ({
      action: 'submitted',
      repository,
      sender: { login },
      pull_request: { number: 7, state: 'open' },
      review: {
        id: 4,
        body: '/test',
        submitted_at: '2026-05-10T11:30:00Z',
        author_association: 'OWNER',
        user: { login },
      },
    });
    const { deliver, requests } = scene({ ...mayPush('dev'), '/repos/{owner}/{repo}': { id: 1 }, ...shown() });
    for (const login of ['reader', 'helper[bot]'])
      expect((await deliver('pull_request_review', review(login))).json()).toMatchObject({ reason: 'untrusted' });
    expect(requests()).toEqual([]);
    expect((await deliver('pull_request_review', review('dev'))).statusCode).toBe(202);
  });

  it('that the author of a fork has lost since is not that of an old commit that is run again', async () => {
    const members = ['dev', 'maintainer'];
    const permission = ({ username }: Parameters) => ({
      permission: members.includes(String(username)) ? 'write' : 'read',
    });
    const { deliver, requests } = scene({
      '/permission': permission,
      ...shown({ ...FORK, sha: SHA.b, at: '2026-05-10T11:30:00Z' }),
    });
    await deliver('pull_request', pullRequestPayload(FORK));
    const [first] = requests();
    expect(first?.spec).toMatchObject({ revision: SHA.a, trust: 'trusted' });
    await deliver('check_run', rerequested(first!));
    members.shift();
    later = 301_000;
    await deliver('check_run', rerequested(first!, 13));
    expect(requests().map(({ spec }) => [spec.revision, spec.trust])).toEqual([
      [SHA.a, 'trusted'],
      [SHA.a, 'trusted'],
      [SHA.a, 'untrusted'],
    ]);
  });
});

describe('an edit', () => {
  it('that comes late is tested by the description as it is now', async () => {
    const pulls: PullOptions[] = [{ body: 'Depends-On: acme/stock#4', at: '2026-05-10T11:40:00Z' }];
    const { deliver, requests } = scene({
      '/pulls/{pull_number}': ({ repo }: Parameters) =>
        pullRequestPayload(repo === 'web' ? pulls[0] : { repo: `acme/${String(repo)}`, number: 4, sha: SHA.b })
          .pull_request,
    });
    const edited = pullRequestPayload({
      action: 'edited',
      body: 'Depends-On: acme/cart#3',
      edited: { body: { from: '' } },
      at: '2026-05-10T11:30:00Z',
    });
    await deliver('pull_request', edited);
    expect(requests().map(({ spec }) => spec.revisions)).toEqual([{ stock: SHA.b }]);
  });

  it('of the same second as another is none that is lost', async () => {
    const at = '2026-05-10T11:30:00Z';
    let body = '';
    const { deliver, requests } = scene({
      '/pulls/{pull_number}': ({ repo, pull_number: number }: Parameters) =>
        pullRequestPayload(
          repo === 'web' ? { body, at } : { repo: `acme/${String(repo)}`, number: Number(number), sha: SHA.b },
        ).pull_request,
    });
    const edit = (from: string, to: string) => {
      body = to;
      return deliver(
        'pull_request',
        pullRequestPayload({ action: 'edited', body: to, edited: { body: { from } }, at }),
      );
    };
    await edit('', 'Depends-On: acme/cart#3');
    await edit('Depends-On: acme/cart#3', 'Depends-On: acme/stock#4');
    expect(requests().map(({ spec }) => spec.revisions)).toEqual([{ cart: SHA.b }, { stock: SHA.b }]);
    await edit('Depends-On: acme/cart#3', 'Depends-On: acme/stock#4');
    expect(requests()).toHaveLength(2);
  });

  it('of the same second as another that a second replica takes, of which it knows nothing yet, is none that is lost', async () => {
    const at = '2026-05-10T11:30:00Z';
    const answers = (body: string) => ({
      '/pulls/{pull_number}': ({ repo, pull_number: number }: Parameters) =>
        pullRequestPayload(
          repo === 'web' ? { body, at } : { repo: `acme/${String(repo)}`, number: Number(number), sha: SHA.b },
        ).pull_request,
    });
    const first = scene(answers('Depends-On: acme/cart#3'));
    const second = scene(answers('Depends-On: acme/stock#4'), { replicaOf: first.api });
    const edit = (body: string) => pullRequestPayload({ action: 'edited', body, edited: { body: { from: '' } }, at });
    await first.deliver('pull_request', edit('Depends-On: acme/cart#3'));
    const answer = await second.deliver('pull_request', edit('Depends-On: acme/stock#4'), { guid: 'of-second' });
    expect(answer.statusCode).toBe(202);
    expect(first.requests().map(({ spec }) => spec.revisions)).toEqual([{ cart: SHA.b }, { stock: SHA.b }]);
    const again = await second.deliver('pull_request', edit('Depends-On: acme/stock#4'), { guid: 'of-second' });
    expect([again.statusCode, first.requests().length]).toEqual([200, 2]);
  });
});

it.each(['in its event', 'by now'])('an edit of what is closed %s tests nothing', async (when) => {
  const more = { body: '', edited: { body: { from: 'Depends-On: acme/cart#3' } }, at: '2026-05-10T11:30:00Z' };
  const { deliver, requests } = scene(shown({ action: 'closed', merged: true }));
  const payload = pullRequestPayload({ action: 'edited', ...more });
  const state = when === 'by now' ? 'open' : 'closed';
  const answer = await deliver('pull_request', { ...payload, pull_request: { ...payload.pull_request, state } });
  expect([answer.json().reason, requests()]).toEqual(['closed_unmerged', []]);
});

it('a command that comes late, after its pull request was merged, tests nothing', async () => {
  const { deliver, requests } = scene({ ...mayPush('maintainer'), ...shown({ action: 'closed', merged: true }) });
  await deliver('pull_request', pullRequestPayload());
  expect((await deliver('issue_comment', commentPayload())).json()).toMatchObject({ reason: 'closed_unmerged' });
  expect(requests()).toHaveLength(1);
});

describe('a Depends-On', () => {
  const BODY = 'Depends-On: acme/cart#3';
  const about = (cart: unknown) => ({
    ...mayPush('maintainer'),
    '/pulls/{pull_number}': ({ repo }: Parameters) =>
      repo === 'web'
        ? pullRequestPayload({ body: BODY }).pull_request
        : typeof cart === 'function'
          ? (cart as () => unknown)()
          : cart,
  });
  const cart = (options: PullOptions) => pullRequestPayload({ repo: 'acme/cart', number: 3, ...options }).pull_request;

  it.each<[string, unknown, string]>([
    ['that is closed', cart({ action: 'closed' }), 'is closed'],
    ['of a fork that nobody has allowed', cart({ fork: true, author: 'mallory', sha: SHA.b }), `/ok-to-test ${SHA.b}`],
    ['that the host does not tell of', () => Promise.reject(refused(502, 'Bad Gateway')), 'not known here'],
  ])('%s is told where people look', async (_, answer, says) => {
    const { deliver, requests, told } = scene(about(answer));
    await deliver('pull_request', pullRequestPayload({ body: BODY }));
    expect(requests()[0]?.spec.revisions).toBeUndefined();
    expect(told).toEqual([
      expect.objectContaining({ kind: 'comment', number: 7, text: expect.stringContaining(says) }),
    ]);
  });

  it('that is merged is in the default branch, and no matter for words', async () => {
    const { deliver, told } = scene(about(cart({ action: 'closed', merged: true })));
    expect((await deliver('pull_request', pullRequestPayload({ body: BODY }))).json()).not.toHaveProperty('detail');
    expect(told).toEqual([]);
  });

  it('of a repository that somebody made anew under the name of another brings nothing', async () => {
    const other = pullRequestPayload({ repo: 'acme/cart', number: 3, sha: SHA.b, author: 'mallory' }).pull_request;
    const repo = { ...other.base.repo, id: 4711 };
    const taken = { ...other, head: { ...other.head, repo }, base: { ...other.base, repo } };
    const { deliver, requests } = scene(about(taken));
    await deliver('pull_request', pullRequestPayload({ repo: 'acme/cart', number: 1, sha: SHA.c }));
    await deliver('pull_request', pullRequestPayload({ body: BODY }));
    expect(requests().map(({ spec }) => [spec.apps, spec.revisions])).toEqual([
      [['cart'], undefined],
      [['web'], undefined],
    ]);
  });
});

describe('Gitea, of a repository that an organisation owns,', () => {
  /** The teams that have the repository, and who is in them. */
  const teams = [
    { id: 1, permission: 'read', units_map: { 'repo.code': 'write', 'repo.issues': 'read' }, members: ['dev'] },
    { id: 2, permission: 'write', units_map: { 'repo.code': 'read', 'repo.issues': 'write' }, members: ['triager'] },
    { id: 3, permission: 'admin', units_map: {}, members: ['chief'] },
  ];
  const missing = (): never => {
    throw refused(404, 'Not Found');
  };
  const gitea = (permission: string, collaborators: readonly string[] = [], over: Answers = {}) => {
    const answers: Answers = {
      '/collaborators/{username}/permission': { permission },
      '/collaborators/{username}': ({ username }: Parameters) =>
        collaborators.includes(String(username)) ? '' : missing(),
      '/repos/{owner}/{repo}/teams': teams,
      '/teams/{id}/members/{username}': ({ id, username }: Parameters) =>
        teams.find((team) => team.id === id)?.members.includes(String(username)) ? { login: username } : missing(),
      '/teams/{id}': { id: 1 },
      ...shown(),
    };
    return scene({ ...answers, ...over }, { dialect: 'gitea' });
  };
  const comment = (login: string) => {
    const payload = commentPayload();
    return {
      ...payload,
      is_pull: true,
      repository: { ...payload.repository, owner: { login: 'acme' } },
      sender: { login },
      comment: { ...payload.comment, user: { login } },
    };
  };
  const by = async (login: string, { deliver }: ReturnType<typeof scene>) => {
    const answer = await deliver('issue_comment', comment(login), { to: 'gitea' });
    return answer.json().reason ?? answer.statusCode;
  };

  it.each<[string, string, string, readonly string[], unknown]>([
    // https://github.com/go-gitea/gitea/issues/27542: a team's permission is the least of its units, or `read`
    ['a team may push, though its permission is read', 'dev', 'read', [], 202],
    ['a team writes issues alone, though its permission is write', 'triager', 'write', [], 'untrusted'],
    ['nobody but everyone reads', 'reader', 'read', [], 'untrusted'],
    ['an owner or a site admin may', 'chief', 'owner', [], 202],
    ['a collaborator may write', 'friend', 'write', ['friend'], 202],
    ['a collaborator may read', 'friend', 'read', ['friend'], 'untrusted'],
    ['nobody is let in', 'dev', 'none', [], 'untrusted'],
  ])('asks the teams: %s', async (_, login, permission, collaborators, expected) => {
    expect(await by(login, gitea(permission, collaborators))).toBe(expected);
  });

  it('grants nothing and says so where its token does not see who is in a team', async () => {
    const hidden = gitea('read', [], { '/teams/{id}/members/{username}': missing, '/teams/{id}': missing });
    expect(await by('dev', hidden)).toBe(503);
    expect(hidden.told[0]).toMatchObject({ kind: 'comment', text: expect.stringContaining('may push') });
  });

  it('asks no teams of a repository that a person owns', async () => {
    const noTeams = () => {
      throw refused(405, 'repo is not owned by an organization');
    };
    const own = { '/repos/{owner}/{repo}/teams': noTeams };
    expect(await by('friend', gitea('write', ['friend'], own))).toBe(202);
    expect(await by('reader', gitea('read', [], own))).toBe('untrusted');
  });
});
