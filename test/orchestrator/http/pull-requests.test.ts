import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { pullRequestSchema, toPullRequest } from '../../../lib/runs/events/github-event';
import type { PullRequest } from '../../../lib/runs/events/event';
import type { GitHost } from '../../../orchestrator/src/hosts/ask-host';
import type { Verb } from '../../../orchestrator/src/http/auth';
import { SHA, configurationOf, front, pullRequestPayload, shop } from '../support';
import { api, callerWhoMay } from '../support/api';

/** A stranger's pull request runs when somebody approves its head, who has read it and may release. */

const RELEASER: readonly Verb[] = ['list', 'create', 'release'];
const HEAD = SHA.a;
const PATH = '/api/teams/payments/stacks/shop/pulls/7';
const REPO = '?repo=acme/web';

const headOf = (more: Partial<PullRequest> = {}): PullRequest => ({
  ...toPullRequest(pullRequestSchema.parse(pullRequestPayload({ sha: HEAD, number: 7 }).pull_request)),
  fromFork: true,
  author: 'stranger',
  ...more,
});

interface Outline {
  readonly verbs?: readonly Verb[];
  readonly head?: PullRequest | null;
  readonly forks?: 'deny' | 'restricted';
  /** Who may push; null: the host does not say. */
  readonly members?: readonly string[] | null;
}
function served({ verbs = RELEASER, head = headOf(), forks = 'deny', members = [] }: Outline = {}) {
  const asked: string[] = [];
  const host: GitHost = {
    isOf: () => true,
    pullRequest: async ({ fullName }, number) => (asked.push(`${fullName}#${number}`), head ?? undefined),
    changedFiles: async () => undefined,
    filesBetween: async () => undefined,
    tree: async () => undefined,
    holds: async () => true,
    mayPush: async (_, { login }) => members?.includes(login),
  };
  const made = api(configurationOf({ ...shop(), forks }), { github: { host }, authenticate: callerWhoMay(...verbs) });
  const approve = (commit = HEAD, repo = REPO) => made.call('POST', `${PATH}/approve${repo}&commit=${commit}`);
  return { ...made, asked, approve };
}

describe('a pull request of a fork', () => {
  it('waits for an approval, and no more once it has one', async () => {
    const { call, approve } = served();
    const before = await call('GET', `${PATH}${REPO}`);
    expect(before.body).toEqual({
      repo: 'acme/web',
      number: 7,
      atHost: { author: 'stranger', commit: HEAD, isOpen: true, isOfFork: true, awaitsApproval: true },
    });
    expect((await approve()).status).toBe(201);
    expect((await call('GET', `${PATH}${REPO}`)).body.atHost.awaitsApproval).toBe(false);
  });

  it.each<[string, Outline, boolean]>([
    ['one of a member, of whom nobody knows who pushed it', { members: ['stranger'] }, true],
    ['one that the team lets run by itself', { forks: 'restricted' }, false],
    ['one that is closed', { head: headOf({ open: false }) }, false],
    ['one of a branch here', { head: headOf({ fromFork: false }) }, false],
  ])('waits or not: %s', async (_, outline, waits) =>
    expect((await served(outline).call('GET', `${PATH}${REPO}`)).body.atHost.awaitsApproval).toBe(waits),
  );

  it('that is approved runs with the rights of forks, and is told to the Git host', async () => {
    const { approve, requests } = served();
    const { body } = await approve();
    expect(body).toMatchObject({ status: 'created', team: 'payments', stack: 'shop', pipeline: 'pr-test' });
    expect(requests().map(({ metadata, spec }) => ({ name: metadata.name, spec }))).toEqual([
      {
        name: body.name,
        spec: expect.objectContaining({
          revision: HEAD,
          trust: 'untrusted',
          pullRequest: expect.objectContaining({ number: 7, repo: 'acme/web' }),
          source: expect.objectContaining({
            event: 'api.approve',
            sender: 'someone',
            eventTime: expect.any(String),
            repository: expect.objectContaining({ host: 'github.com' }),
          }),
        }),
      },
    ]);
    expect((await approve()).body).toMatchObject({ status: 'duplicate', name: body.name });
  });

  it('that a comment has approved is the same run', async () => {
    const comment = {
      action: 'created',
      comment: {
        id: 1,
        body: `/ok-to-test ${HEAD}`,
        user: { login: 'ann' },
        created_at: pullRequestPayload().pull_request.updated_at,
        author_association: 'MEMBER',
      },
      issue: { number: 7, state: 'open', pull_request: {} },
      repository: pullRequestPayload().repository,
      sender: { login: 'ann' },
    };
    const { deliver, requests: delivered } = front(configurationOf({ ...shop(), forks: 'deny' }));
    await deliver('issue_comment', comment);
    const [there] = delivered() as [RunRequest];
    const base = { ...headOf().base!, id: there.spec.source?.repository?.id };
    const { approve, cluster } = served({ head: headOf({ base, updatedAt: comment.comment.created_at }) });
    cluster.objects.set(`${there.metadata.namespace}/${there.metadata.name}`, there);
    expect((await approve()).body).toMatchObject({ status: 'duplicate', name: there.metadata.name });
  });
});

describe('is not approved', () => {
  it.each<[string, readonly Verb[], number, string]>([
    ['by whoever may not release', ['list', 'create'], 403, "'release' runrequests"],
    ['by whoever may not ask', ['list', 'release'], 403, 'you may not create'],
    ['by whoever may not see it', ['create', 'release'], 404, 'no such stack'],
  ])('%s, and the host is not asked', async (_, verbs, status, detail) => {
    const { approve, asked, requests } = served({ verbs });
    const answer = await approve();
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(detail)]);
    expect([asked, requests()]).toEqual([[], []]);
  });

  it.each<[string, Outline, string | undefined, number, string]>([
    ['a commit that is not the head any more', {}, SHA.b, 409, `${HEAD} by now`],
    ['one that is closed', { head: headOf({ open: false }) }, HEAD, 409, 'closed'],
    ['one of a branch here', { head: headOf({ fromFork: false }) }, HEAD, 409, 'of no fork'],
    ['one that the host does not tell of', { head: null }, HEAD, 503, 'does not tell'],
    ['one of whose author the host does not tell', { members: null }, HEAD, 503, 'stranger may push'],
    ['an abbreviated commit', {}, HEAD.slice(0, 12), 422, ''],
  ])('%s', async (_, outline, commit, status, detail) => {
    const { approve, requests } = served(outline);
    const answer = await approve(commit);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(detail)]);
    expect(requests()).toEqual([]);
  });

  it.each(['?repo=acme/other', '?repo=', '?repo=acme/web&more=1'])('of what there is not: %s', async (query) =>
    expect([404, 422]).toContain((await served().approve(HEAD, query)).status),
  );
});

it('is shown without what its host would say, where that says nothing', async () => {
  const answer = await served({ head: null }).call('GET', `${PATH}${REPO}`);
  expect(answer).toMatchObject({ status: 200, body: { unknown: expect.stringContaining('does not tell') } });
  const without = api(configurationOf(shop()), { authenticate: callerWhoMay('list') });
  expect((await without.call('GET', `${PATH}${REPO}`)).body.unknown).toContain('no token');
});

it.each(['0x7', '7.0', '07', '%207', '', '0', '1e1', '99999999999'])(
  'is none with %j as its number',
  async (number) => {
    const { call, asked } = served();
    expect((await call('GET', `/api/teams/payments/stacks/shop/pulls/${number}${REPO}`)).status).toBe(404);
    expect(asked).toEqual([]);
  },
);
