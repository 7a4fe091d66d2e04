import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Asked } from '../../../lib/runs/decisions/decision';
import { isCancelMarker } from '../../../lib/runs/decisions/cancel-marker';
import { overtaken } from '../../../lib/runs/decisions/event-order';
import { memberKey } from '../../../lib/runs/decisions/trust';
import { dependencyKey } from '../../../lib/runs/events/depends-on';
import { giteaEvents } from '../../../lib/runs/events/gitea-event';
import type { PullOptions } from '../../orchestrator/support';
import { configuration, decided, hostSays, pull } from './support';
import { SHA, commentPayload, configurationOf, pullRequestPayload, shop, teamOf } from '../../orchestrator/support';

const mono = configurationOf(
  teamOf('mono', {
    shop: [
      { name: 'web', repo: 'acme/web', contextDir: 'web', downstream: ['api'] },
      { name: 'api', repo: 'acme/web', contextDir: 'api' },
    ],
  }),
);
const comment = (body: string, requests: readonly RunRequest[] = [], asked: Asked = {}, on = configuration) =>
  decided('issue_comment', commentPayload({ body }), requests, asked, on);
const [opened] = pull({}).requests as [RunRequest];
const passed: RunRequest = { ...opened, status: { phase: 'Succeeded' } };
const can = (...logins: string[]): Asked['members'] =>
  new Map(logins.map((login) => [memberKey({ fullName: 'acme/web' }, login), true]));

describe('again', () => {
  const dependency = { fullName: 'acme/cart', number: 3 };
  const asked: Asked = {
    pullRequest: hostSays({ body: 'Depends-On: acme/cart#3' }),
    dependencies: new Map([[dependencyKey(dependency), hostSays({ number: 3, sha: SHA.b })]]),
  };

  it('builds anew where somebody says so, this once', () => {
    const asked = { pullRequest: hostSays({}) };
    const [forced] = comment('/test --force-rebuild', [passed], asked).requests as [RunRequest];
    expect(forced.spec.overrides).toEqual({ forceRebuild: true });
    expect(forced.metadata.name).not.toBe(passed.metadata.name);
    expect(comment('/test\n/retest --force-rebuild', [passed], asked).requests).toEqual([forced]);
    const over: RunRequest = { ...forced, status: { phase: 'Succeeded' } };
    const [again] = decided('issue_comment', commentPayload({ id: 901 }), [passed, over], asked).requests;
    expect(again?.spec.overrides).toBeUndefined();
  });

  it('by /test sees a dependency that was written since', () => {
    const [request] = comment('/test', [passed], asked).requests;
    expect(request?.spec).toMatchObject({ apps: ['web', 'cart'], revisions: { cart: SHA.b }, revision: SHA.a });
    expect(overtaken([opened, request!])).toEqual([opened]);
  });

  it('by /test forgets one that was taken out, and files that are not changed any more', () => {
    const [first] = comment('/test', [passed], asked).requests as [RunRequest];
    const now: Asked = { pullRequest: hostSays({}), changedFiles: ['api/x'] };
    const [again] = decided('issue_comment', commentPayload({ id: 901 }), [passed, first], now).requests;
    expect([again?.spec.apps, again?.spec.revisions]).toEqual([['web'], undefined]);
    const [before] = pull({}, [], {}, mono).requests as [RunRequest];
    expect(comment('/test', [before], now, mono).requests[0]?.spec.apps).toEqual(['api']);
  });

  it('by the button beside a check sees it, too', () => {
    const payload = {
      ...commentPayload(),
      action: 'rerequested',
      check_run: { id: 12, head_sha: SHA.a, external_id: opened.metadata.name },
    };
    expect(decided('check_run', payload, [passed], asked).requests[0]?.spec.revisions).toEqual({ cart: SHA.b });
  });

  it('says that it repeats what was, where the host does not say how things are', () => {
    const told = expect.arrayContaining([expect.stringContaining('repeated as it was')]) as string[];
    const silent: Asked = { members: can('maintainer', 'dev') };
    const decision = comment('/test', [passed], silent);
    expect(decision).toMatchObject({ requests: [{ spec: { revision: SHA.a } }], notes: told });
    expect(decision.notices).toContainEqual(
      expect.objectContaining({ kind: 'comment', text: expect.stringContaining('repeated as it was') as string }),
    );
    const button = {
      ...commentPayload(),
      action: 'rerequested',
      check_run: { id: 12, head_sha: SHA.a, external_id: opened.metadata.name },
    };
    expect(decided('check_run', button, [passed], silent).notes).toEqual(told);
    // nobody can be asked: no surprise
    expect(comment('/test', [passed], {}).notes).toEqual([]);
    expect(comment('/test', [passed], { ...silent, pullRequest: hostSays({}) }).notes).toEqual([]);
  });

  it.each<[string, object, PullOptions]>([
    ['what it depends on', { body: { from: '' } }, { body: 'Depends-On: acme/cart#3' }],
    ['its base', { base: { ref: { from: 'release' }, sha: { from: SHA.c } } }, {}],
    ['a title that said to skip', { title: { from: '[skip ci] A change' } }, {}],
  ])('is asked by an edit of %s', (_, edited, more) => {
    const { requests } = pull({ action: 'edited', edited, ...more }, [opened]);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.metadata.name).not.toBe(opened.metadata.name);
    expect(overtaken([opened, requests[0]!])).toEqual([opened]);
  });

  it.each<[string, object]>([
    ['the title', { title: { from: 'A chnage' } }],
    ['words of the description', { body: { from: 'Hello' } }],
  ])('is not asked by an edit of %s', (_, edited) => {
    expect(pull({ action: 'edited', edited, body: 'Hallo' }, [opened]).ignored).toBe('action');
  });
});

describe('a right', () => {
  it('is what the host says, whatever the payload calls somebody', () => {
    const payload = (association: string) => commentPayload({ association });
    const ask = (association: string, members?: Asked['members']) =>
      decided('issue_comment', payload(association), [passed], { members, pullRequest: hostSays({}) });
    expect(ask('NONE', can('maintainer')).requests).toHaveLength(1);
    expect(ask('COLLABORATOR', new Map()).ignored).toBe('untrusted');
    expect(ask('MEMBER').requests).toHaveLength(1);
    expect(ask('NONE').ignored).toBe('untrusted');
  });

  it('of a concealed member makes a fork trusted, and its absence makes it none', () => {
    expect(pull({ fork: true, association: 'CONTRIBUTOR' }, [], { members: can('dev') }).requests[0]?.spec.trust).toBe(
      'trusted',
    );
    expect(pull({ fork: true, association: 'MEMBER' }, [], { members: new Map() }).ignored).toBe('untrusted');
  });

  it('is not lent to whoever pushes to the fork of a member', () => {
    const push = (members: Asked['members']) =>
      pull({ action: 'synchronize', fork: true, author: 'dev', sender: 'mallory' }, [], { members });
    expect(push(can('dev')).ignored).toBe('untrusted');
    expect(push(can('dev', 'mallory')).requests).toHaveLength(1);
  });

  it('that is missing is told on the pull request', () => {
    const { notices } = pull({ fork: true });
    expect(notices).toEqual([
      expect.objectContaining({ kind: 'comment', number: 7, text: expect.stringContaining(`/ok-to-test ${SHA.a}`) }),
    ]);
  });
});

describe('commands', () => {
  it('of one comment count each, in order', () => {
    const { requests, cancelMarkers, notices } = comment('/cancel\n/test', [opened]);
    expect([requests.length, cancelMarkers.map(isCancelMarker)]).toEqual([1, [true]]);
    expect(overtaken([opened, ...cancelMarkers, ...requests])).toEqual([opened]);
    const other = comment('/test\n/cancel', [opened]);
    expect(overtaken([opened, ...other.cancelMarkers, ...other.requests])).toEqual([opened, ...other.requests]);
    expect(notices).toEqual([{ kind: 'heard', comment: 900 }]);
    const again = comment('/cancel\n/test', [opened, ...cancelMarkers, ...requests]);
    expect(again.requests.map(({ metadata }) => metadata.name)).toEqual(requests.map(({ metadata }) => metadata.name));
  });

  it('name apps, or all of them', () => {
    const before = pull({}, [], { changedFiles: ['api/x'] }, mono).requests;
    const apps = (body: string, asked: Asked = {}) => comment(body, before, asked, mono).requests[0]?.spec.apps;
    const now: Asked = { pullRequest: hostSays({}), changedFiles: ['api/x'] };
    expect([apps('/test', now), apps('/test web', now), apps('/test all', now), apps('/test WEB')]).toEqual([
      ['api'],
      ['web'],
      ['web', 'api'],
      ['web'],
    ]);
  });

  it.each([
    ['/test nobody', 'the repository has no app nobody; it has web'],
    ['/tset', "'/tset' is not understood: did you mean /test?"],
  ])('that nobody understands are answered: %s', (body, says) => {
    const { requests, ignored, notes, notices } = comment(body, [opened]);
    expect([requests, ignored, notes]).toEqual([[], 'no_command', [says]]);
    expect(notices).toEqual([
      { kind: 'comment', number: 7, marker: '<!-- tekton-dag commands -->', text: `- \`${says}\`` },
    ]);
  });

  it('of a stranger are not answered', () =>
    expect(decided('issue_comment', commentPayload({ association: 'NONE', body: '/tset' })).notices).toBeUndefined());

  it('stand in a review, too', () => {
    const { repository, sender } = commentPayload();
    const review = {
      id: 9,
      body: ' /test',
      author_association: 'MEMBER',
      user: { login: 'dev' },
      submitted_at: '2026-05-10T11:30:00Z',
    };
    const payload = {
      action: 'submitted',
      review,
      repository,
      sender,
      pull_request: pullRequestPayload().pull_request,
    };
    expect(decided('pull_request_review', payload, [opened]).requests).toHaveLength(1);
    const gitea = {
      ...payload,
      action: 'reviewed',
      review: { content: '/test' },
      repository: { ...repository, owner: sender },
    };
    expect(
      decided('pull_request_approved', gitea, [opened], {}, configuration, giteaEvents.read).requests,
    ).toHaveLength(1);
  });
});

describe('a merge queue', () => {
  const group = (more: object = {}, action = 'checks_requested') => ({
    action,
    repository: commentPayload().repository,
    sender: { login: 'dev' },
    merge_group: {
      head_sha: SHA.merge,
      head_ref: 'refs/heads/gh-readonly-queue/release/1.2/pr-7-00ff',
      base_sha: SHA.c,
      base_ref: 'refs/heads/release/1.2',
      ...more,
    },
  });
  const [queued] = decided('merge_group', group(), [passed]).requests as [RunRequest];

  it('has its commit tested like a head of the pull request, and told there', () => {
    expect(queued.spec).toMatchObject({
      pipeline: 'pr-test',
      revision: SHA.merge,
      trust: 'trusted',
      pullRequest: { number: 7, repo: 'acme/web', baseRef: 'release/1.2' },
    });
    expect(decided('merge_group', group(), [passed, queued]).requests[0]?.metadata.name).toBe(queued.metadata.name);
    expect(decided('merge_group', group(), [], { changedFiles: ['api/x'] }, mono).requests[0]?.spec.apps).toEqual([
      'api',
    ]);
  });

  it('is told at once of a commit that holds what was tested', () => {
    const trees = new Map([
      [SHA.a, 'tree'],
      [SHA.merge, 'tree'],
    ]);
    const { requests, ignored, notices } = decided('merge_group', group(), [passed], { trees });
    expect([requests, ignored, notices]).toEqual([
      [],
      'already_tested',
      [{ kind: 'tested', sha: SHA.merge, request: passed }],
    ]);
    for (const other of [{ ...passed, spec: { ...passed.spec, trust: 'untrusted' as const } }, opened])
      expect(decided('merge_group', group(), [other], { trees }).requests).toHaveLength(1);
    trees.set(SHA.merge, 'another');
    expect(decided('merge_group', group(), [passed], { trees }).requests).toHaveLength(1);
  });

  it('that has no use for the commit any more stops its test, and no newer one', () => {
    const [push] = pull({ action: 'synchronize', sha: SHA.b, at: '2026-05-10T12:00:01Z' }).requests as [RunRequest];
    const { cancelMarkers } = decided('merge_group', group({}, 'destroyed'), [passed, queued, push]);
    expect(overtaken([queued, push, ...cancelMarkers])).toEqual([queued, ...cancelMarkers]);
    expect(decided('merge_group', group({}, 'destroyed'), [passed]).ignored).toBe('unknown_head');
  });

  it('gives its test the time of the commit, and one after what is known of the pull request', () => {
    const timeOf = (timestamp: string) =>
      decided('merge_group', group({ head_commit: { timestamp } }), [passed]).requests[0]?.spec.source?.eventTime;
    expect(passed.spec.source?.eventTime).toBe('2026-05-10T11:00:00Z');
    expect(timeOf('2026-05-10T13:30:00+02:00')).toBe('2026-05-10T11:30:00.000Z');
    expect(timeOf('2026-05-09T00:00:00Z')).toBe('2026-05-10T11:00:01.000Z');
  });

  it('whose branch names no pull request is left alone', () =>
    expect(decided('merge_group', group({ head_ref: 'refs/heads/main' })).ignored).toBe('event'));
});

describe('a repository with another name', () => {
  const moved = { repo: 'acme/storefront' };
  const payload = (of: 'pull_request' | 'repository') => {
    const { repository, pull_request, ...rest } = pullRequestPayload(moved);
    const same = { ...repository, id: pullRequestPayload().repository.id };
    return of === 'repository'
      ? { action: 'renamed', repository: same, sender: rest.sender }
      : {
          ...rest,
          repository: same,
          pull_request: {
            ...pull_request,
            head: { ...pull_request.head, repo: same },
            base: { ...pull_request.base, repo: same },
          },
        };
  };
  const says = "repository acme/web is acme/storefront now: in stacks/shop.yaml write 'repo: acme/storefront'";

  it('is known by its number, and the line to change is told', () => {
    const { requests, notes, renamed, notices } = decided('pull_request', payload('pull_request'), [passed]);
    expect(requests[0]?.metadata.name).toBe(opened.metadata.name);
    expect([notes, renamed]).toEqual([[says], says]);
    expect(notices).toEqual([
      expect.objectContaining({ kind: 'comment', number: 7, text: expect.stringContaining(says) }),
    ]);
    expect(decided('repository', payload('repository'), [passed])).toMatchObject({
      ignored: 'renamed_repo',
      notes: [says],
    });
  });

  it('is not, where nothing is known of it, or another namespace says so', () => {
    expect(decided('pull_request', payload('pull_request')).ignored).toBe('unmapped_repo');
    const foreign = { ...passed, metadata: { ...passed.metadata, namespace: 'team-other' } };
    expect(decided('pull_request', payload('pull_request'), [foreign]).ignored).toBe('unmapped_repo');
    const claimed = {
      ...foreign,
      spec: { ...passed.spec, team: 'other', pullRequest: { number: 7, repo: 'acme/desk' } },
    };
    const two = configurationOf(shop(), teamOf('other', { desk: [{ name: 'desk', repo: 'acme/desk' }] }));
    expect(decided('pull_request', payload('pull_request'), [passed, claimed], {}, two).requests).toEqual([]);
  });
});

it.each(['', null])('a merged pull request whose branch is gone (%j) is released', (sha) => {
  const payload = pullRequestPayload({ action: 'closed', merged: true });
  const gone = {
    ...payload,
    pull_request: { ...payload.pull_request, head: { ...payload.pull_request.head, sha, repo: null } },
  };
  expect(decided('pull_request', gone).requests.map(({ spec }) => [spec.pipeline, spec.revision])).toEqual([
    ['merge-release', SHA.merge],
  ]);
  expect(() =>
    decided('pull_request', {
      ...gone,
      action: 'opened',
      pull_request: { ...gone.pull_request, state: 'open', merged: false },
    }),
  ).toThrow();
});
