import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Configuration } from '../../../lib/runs/configuration/configuration';
import { decide } from '../../../lib/runs/decisions/decide';
import type { Decision } from '../../../lib/runs/decisions/decision';
import { githubEvents, pullRequestSchema, toPullRequest } from '../../../lib/runs/events/github-event';
import { askHost } from '../../../orchestrator/src/hosts/ask-host';
import type { GitHost } from '../../../orchestrator/src/hosts/ask-host';
import { githubHost } from '../../../orchestrator/src/hosts/github-host';
import type { PullOptions } from '../support';
import {
  SECRET,
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

/** What a stranger does at the Git host, or sends in its name, brings nothing to run that no member has let run. */

const configuration = configurationOf(shop());
/** The secret of the repository that most of these are about. */
const OWN = { id: 'repo.acme.web', repo: 'acme/web', value: Buffer.from('another secret of 32 characters or so') };
const said = (options: PullOptions) => toPullRequest(pullRequestSchema.parse(pullRequestPayload(options).pull_request));

/** A host where `members` may push everywhere, and that counts what it is asked. */
function hostWith(members: readonly string[], pulls: Readonly<Record<string, PullOptions>> = {}) {
  const calls: string[] = [];
  const answer = async <T>(what: string, value: T): Promise<T> => (calls.push(what), value);
  const host: GitHost = {
    isOf: () => true,
    pullRequest: ({ fullName }, number) => {
      const known = pulls[`${fullName}#${number}`];
      return answer('pull request', known && said(known));
    },
    changedFiles: () => answer('files', undefined),
    filesBetween: () => answer('files', undefined),
    holds: () => answer('holds', true),
    tree: () => answer('tree', undefined),
    mayPush: (_, { login }) => answer('member', members.includes(login)),
  };
  return { host, calls };
}

/** What follows, and what the host was asked for it. @param host undefined: nobody can be asked */
async function following(
  name: string,
  payload: unknown,
  host: GitHost | undefined,
  known: readonly RunRequest[] = [],
  on: Configuration = configuration,
): Promise<Decision> {
  const event = githubEvents.read(name, payload);
  const facts = factsOf(known);
  const asked = await askHost(host, event, on, facts.known);
  return decide(event, { name, id: 'guid-0001' }, on, { ...facts, asked });
}
const pull = (
  options: PullOptions,
  ...more: Parameters<typeof following> extends [string, unknown, ...infer M] ? M : never
) => following('pull_request', pullRequestPayload(options), ...more);

describe("a stranger's push to the fork of a member", () => {
  const FORK: PullOptions = { fork: true, author: 'dev', sender: 'dev', association: 'MEMBER' };
  const PUSHED: PullOptions = { ...FORK, sha: SHA.b, at: '2026-05-10T11:30:00Z' };
  const { host } = hostWith(['dev', 'maintainer'], { 'acme/web#7': PUSHED });
  const comment = (body: string) => ['issue_comment', commentPayload({ body })] as const;
  const event = (action: string, more: PullOptions = {}) =>
    ['pull_request', pullRequestPayload({ ...PUSHED, action, ...more })] as const;

  it.each<[string, readonly [string, unknown]]>([
    ['the push itself', event('synchronize', { sender: 'mallory' })],
    ['reopening it', event('reopened')],
    ['calling it ready', event('ready_for_review')],
    ['editing it', event('edited', { edited: { base: { ref: { from: 'release' } } } })],
    ['/test', comment('/test')],
  ])('is not trusted by %s', async (_, [name, payload]) => {
    const [first] = (await pull(FORK, host)).requests as [RunRequest];
    expect(first.spec.trust).toBe('trusted');
    expect(await following(name, payload, host, [first])).toMatchObject({ requests: [], ignored: 'untrusted' });
  });

  it('is not trusted where nobody can be asked, whatever the payload calls the author', async () => {
    const push = (sender: string) => pull({ ...PUSHED, action: 'synchronize', sender }, undefined);
    expect((await push('mallory')).ignored).toBe('untrusted');
    expect((await push('dev')).requests[0]?.spec.trust).toBe('trusted');
  });

  it('is not trusted where it was missed, and is read from the host', async () => {
    const opened = githubEvents.read('pull_request', pullRequestPayload(PUSHED));
    const read = { ...opened, sender: '', isRead: true } as typeof opened;
    const { known, now } = factsOf();
    const asked = await askHost(host, read, configuration, known);
    expect(decide(read, { name: 'x', id: 'y' }, configuration, { known, now, asked }).ignored).toBe('untrusted');
  });

  it('is a push of a member where one did it, and stays so', async () => {
    const [push] = (await pull({ ...PUSHED, action: 'synchronize' }, host)).requests as [RunRequest];
    const again = await following(...event('reopened'), host, [push]);
    expect([push, ...again.requests].map(({ spec }) => spec.trust)).toEqual(['trusted', 'trusted']);
  });
});

describe('/ok-to-test', () => {
  const BODY = 'Depends-On: acme/cart#12';
  const [WEB, CART]: readonly [PullOptions, PullOptions] = [
    { fork: true, author: 'mallory', sender: 'mallory', body: BODY },
    { repo: 'acme/cart', number: 12, sha: SHA.b, fork: true, author: 'mallory', sender: 'mallory' },
  ];
  const { host } = hostWith(['maintainer', 'dev'], { 'acme/web#7': WEB, 'acme/cart#12': CART });
  const allow = (repo: string, number: number, sha: string, known: readonly RunRequest[] = [], on = configuration) =>
    following('issue_comment', commentPayload({ repo, number, body: `/ok-to-test ${sha}` }), host, known, on);

  it('of one pull request runs no other that it depends on', async () => {
    const { requests, notes } = await allow('acme/web', 7, SHA.a);
    expect(requests[0]?.spec).toMatchObject({ apps: ['web'], revision: SHA.a, trust: 'untrusted' });
    expect(requests[0]?.spec.revisions).toBeUndefined();
    expect(notes.join()).toContain(`/ok-to-test ${SHA.b}`);
  });

  it('nor does a member who opens one that depends on it', async () => {
    const { requests } = await pull({ body: BODY }, host);
    expect([requests[0]?.spec.apps, requests[0]?.spec.revisions]).toEqual([['web'], undefined]);
  });

  it('of each runs both', async () => {
    const [cart] = (await allow('acme/cart', 12, SHA.b)).requests as [RunRequest];
    const { requests } = await allow('acme/web', 7, SHA.a, [cart]);
    expect(requests[0]?.spec).toMatchObject({ revisions: { cart: SHA.b }, trust: 'untrusted' });
    const pushed = { ...cart, spec: { ...cart.spec, revision: SHA.c } };
    expect((await allow('acme/web', 7, SHA.a, [pushed])).requests[0]?.spec.revisions).toBeUndefined();
  });

  it('is not needed where the team lets forks run', async () => {
    const open = configurationOf({ ...shop(), forks: 'restricted' });
    expect((await allow('acme/web', 7, SHA.a, [], open)).requests[0]?.spec.revisions).toEqual({ cart: SHA.b });
  });
});

describe('a stranger who is refused', () => {
  const body = Array.from({ length: 20 }, (_, index) => `Depends-On: acme/cart#${index + 1}`).join('\n');
  const { repository } = pullRequestPayload();

  it.each<[string, string, (known: string) => unknown]>([
    ['opens', 'pull_request', () => pullRequestPayload({ fork: true, author: 'm', sender: 'm', body })],
    [
      'pushes',
      'pull_request',
      () => pullRequestPayload({ fork: true, author: 'm', sender: 'm', body, action: 'synchronize' }),
    ],
    ['comments', 'issue_comment', () => ({ ...commentPayload(), sender: { login: 'm' } })],
    [
      'asks for a check again',
      'check_run',
      (external_id) => ({
        action: 'rerequested',
        repository,
        sender: { login: 'm' },
        check_run: { id: 77, head_sha: SHA.a, external_id },
      }),
    ],
  ])('and %s costs a call or two', async (_, name, payload) => {
    const [known] = (await pull({}, undefined)).requests as [RunRequest];
    const { host, calls } = hostWith([], { 'acme/web#7': { body } });
    expect(await following(name, payload(known.metadata.name), host, [known])).toMatchObject({
      requests: [],
      ignored: 'untrusted',
    });
    expect(new Set(calls)).toEqual(new Set(['member']));
    expect(calls.length).toBeLessThanOrEqual(2);
  });
});

describe('a repository', () => {
  it('of another owner is not one that is named without an owner', async () => {
    const short = configurationOf(teamOf('x', { shop: [{ name: 'a', repo: 'a' }] }));
    for (const options of [{}, { action: 'closed', merged: true }] as const)
      expect(await pull({ repo: 'mallory/a', ...options }, undefined, [], short)).toMatchObject({
        requests: [],
        ignored: 'unmapped_repo',
      });
  });

  it('is the one that its name says, whatever addresses and number its event gives it', async () => {
    const mallory = pullRequestPayload({ repo: 'mallory/a' }).repository;
    const { html_url, clone_url, id } = pullRequestPayload().repository;
    const secret = { id: 'repo.mallory.a', repo: 'mallory/a', value: Buffer.from(SECRET) };
    const { deliver, requests } = front(configuration, { secrets: { active: [secret, OWN] } });
    await deliver('pull_request', pullRequestPayload(), { secret: OWN.value.toString() });
    expect(requests()).toHaveLength(1);
    const as = (repository: object) => deliver('pull_request', { ...pullRequestPayload({ number: 8 }), repository });
    for (const more of [
      { clone_url },
      { html_url },
      { ssh_url: 'git@github.com:acme/web.git' },
      { clone_url: 'https://github.com/acme/web?x=/mallory/a' },
      { clone_url: 'https://github.com/acme/web#/mallory/a' },
      { id },
    ])
      expect((await as({ ...mallory, ...more })).json()).not.toMatchObject({ status: 'accepted' });
    expect(requests()).toHaveLength(1);
  });

  it('that was made anew under a name that is known is another, until its requests are gone', async () => {
    const [known] = (await pull({}, undefined)).requests as [RunRequest];
    const repository = { ...known.spec.source!.repository!, id: 4711 };
    const before = { ...known, spec: { ...known.spec, source: { ...known.spec.source!, repository } } };
    for (const options of [{ number: 8 }, { action: 'closed', merged: true, number: 8 }]) {
      const { requests, ignored, notes } = await pull(options, undefined, [before]);
      expect([requests, ignored]).toEqual([[], 'other_repository']);
      expect(notes.join()).toMatch(/had 4711.*kubectl delete runrequests -n team-payments -l tekton-dag.io\/repo=/);
    }
    expect((await pull({ number: 8 }, undefined, [known])).requests).toHaveLength(1);
  });
});

describe('a merge', () => {
  const MERGED: PullOptions = { action: 'closed', merged: true };
  const released = ({ requests }: Decision) => requests.map(({ spec }) => [spec.revision, spec.source?.eventTime]);

  it.each<[string, PullOptions | undefined, Partial<GitHost>, object]>([
    [
      'that the host does not know of is decided later',
      undefined,
      {},
      { unsure: expect.stringContaining('does not say') },
    ],
    ['that is none is not released', {}, {}, { ignored: 'unverified' }],
    ['that is of another branch is not released', { ...MERGED, base: 'x' }, {}, { ignored: 'base_branch' }],
    ['that is not on its branch is not released', MERGED, { holds: async () => false }, { ignored: 'unverified' }],
    [
      'of which that is not known is decided later',
      MERGED,
      { holds: async () => undefined },
      { unsure: expect.stringContaining('does not say') },
    ],
    ['of last week is not released', { ...MERGED, at: '2026-05-01T11:00:00Z' }, {}, { ignored: 'stale' }],
  ])('%s', async (_, options, more, expected) => {
    const { host } = hostWith([], options && { 'acme/web#7': options });
    const decision = await pull(MERGED, { ...host, ...more });
    expect(decision).toMatchObject({ requests: [], ...expected });
  });

  it('is released as the host has it, whatever the payload says', async () => {
    const at = '2026-05-10T10:00:00Z';
    const { host } = hostWith([], { 'acme/web#7': { ...MERGED, mergeSha: SHA.b, at } });
    expect(released(await pull({ ...MERGED, mergeSha: SHA.c }, host))).toEqual([[SHA.b, at]]);
  });

  it('is asked about, whatever else the payload calls it', async () => {
    const { host } = hostWith([], { 'acme/web#7': {} });
    expect((await pull({ ...MERGED, draft: true }, host)).ignored).toBe('unverified');
  });

  it('and who may push are asked about where one of its addresses is at the host, whatever host it is said to be at', async () => {
    const elsewhere = { ...pullRequestPayload(MERGED).repository, clone_url: 'https://git.example.com/acme/web.git' };
    const away = githubHost(
      () => Promise.reject(new Error('nobody is there')),
      { dialect: 'github', isHost: (name) => name === 'github.com' },
      silent,
    );
    const merge = { ...pullRequestPayload(MERGED), repository: elsewhere };
    expect((await following('pull_request', merge, away)).unsure).toContain('does not say');
    const comment = { ...commentPayload(), repository: elsewhere };
    expect((await following('issue_comment', comment, away)).unsure).toContain('whether maintainer may push');
  });

  it('of a repository with another number is none', async () => {
    const { host } = hostWith([], { 'acme/web#7': { ...MERGED, repo: 'mallory/web' } });
    expect((await pull(MERGED, host)).ignored).toBe('unverified');
  });

  const deliver = async (secret: { id: string; repo?: string; team?: string }, host?: GitHost, on = configuration) => {
    const { deliver } = front(on, {
      secrets: { active: [{ ...secret, value: Buffer.from(SECRET) }] },
      github: { host },
    });
    const { statusCode, body } = await deliver('pull_request', pullRequestPayload(MERGED));
    const { status, reason, code } = JSON.parse(body) as Record<string, string>;
    return [statusCode, status ?? 0, reason ?? code];
  };

  it('is not believed of a secret that is that of other repositories, too, where nobody can be asked', async () => {
    expect(await deliver({ id: 'current' })).toEqual([200, 'ignored', 'unverified']);
    expect(await deliver({ id: 'repo.acme.web', repo: 'acme/web' })).toEqual([202, 'accepted', undefined]);
    expect(await deliver({ id: 'repo.acme.cart', repo: 'acme/cart' })).toEqual([403, 403, 'repo_not_in_team']);
    const alone = configurationOf(teamOf('payments', { shop: [{ name: 'web', repo: 'acme/web' }] }));
    expect(await deliver({ id: 'current' }, undefined, alone)).toEqual([202, 'accepted', undefined]);
  });

  it('that the host does not answer for is to be sent again', async () => {
    expect(await deliver({ id: 'current' }, hostWith([]).host)).toEqual([503, 503, 'host_unavailable']);
    const { host } = hostWith([], { 'acme/web#7': MERGED });
    expect(await deliver({ id: 'current' }, host)).toEqual([202, 'accepted', undefined]);
  });
});
