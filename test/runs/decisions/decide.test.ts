import fc from 'fast-check';
import { ask } from '../../../lib/runs/ask/ask';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Asked, Decision } from '../../../lib/runs/decisions/decision';
import { decide } from '../../../lib/runs/decisions/decide';
import { giteaEvents } from '../../../lib/runs/events/gitea-event';
import { githubEvents } from '../../../lib/runs/events/github-event';
import { isCancelMarker } from '../../../lib/runs/decisions/cancel-marker';
import { compareRequests, overtaken } from '../../../lib/runs/decisions/event-order';
import { isSameRequest } from '../../../lib/runs/decisions/same-request';
import type { PullOptions } from '../../orchestrator/support';
import { configuration, decided, hostSays, pull } from './support';
import {
  SHA,
  commentPayload,
  configurationOf,
  factsOf,
  pullRequestPayload,
  shop,
  teamOf,
} from '../../orchestrator/support';

const [opened] = pull({}).requests as [RunRequest];
const done = (request: RunRequest, phase: 'Failed' | 'Succeeded' | 'Cancelled'): RunRequest => ({
  ...request,
  status: { phase },
});

describe('a pull request', () => {
  it.each(['opened', 'synchronize', 'reopened', 'ready_for_review'])('that is %s is tested', (action) => {
    const { requests } = pull({ action });
    expect(requests.map(({ spec }) => [spec.pipeline, spec.apps, spec.revision])).toEqual([
      ['pr-test', ['web'], SHA.a],
    ]);
    expect(ask.safeParse(requests[0]?.spec).error).toBeUndefined();
  });

  it.each<[string, PullOptions, string]>([
    ['a draft', { draft: true }, 'draft'],
    ['told to skip', { title: 'Fix [skip ci] typo' }, 'skip_ci'],
    ['of a repository that no stack has', { repo: 'acme/other' }, 'unmapped_repo'],
    ['of a repository of the same short name', { repo: 'other/web' }, 'unmapped_repo'],
    ['of four days ago', { at: '2026-05-06T11:00:00Z' }, 'stale'],
    ['of a stranger', { fork: true }, 'untrusted'],
    ['of a fork that is deleted', { fork: 'deleted' }, 'untrusted'],
    ['closed', { action: 'closed' }, 'closed_unmerged'],
    ['merged into another branch', { action: 'closed', merged: true, base: 'release-1' }, 'base_branch'],
    ['labelled', { action: 'labeled' }, 'action'],
  ])('that is %s is not', (_, options, reason) => {
    const { requests, ignored } = pull(options);
    expect([requests, ignored]).toEqual([[], reason]);
  });

  it('of a stranger runs by itself where the team says that such may, as a fork', () => {
    const open = configurationOf({ ...shop(), forks: 'restricted' });
    expect(pull({ fork: true }, [], {}, open).requests.map(({ spec }) => [spec.apps, spec.trust])).toEqual([
      [['web'], 'untrusted'],
    ]);
    expect(pull({}, [], {}, open).requests[0]?.spec.trust).toBe('trusted');
    const asked = { pullRequest: hostSays({ fork: true }) };
    expect(decided('issue_comment', commentPayload({ body: '/test' }), [], asked, open).requests[0]?.spec.trust).toBe(
      'untrusted',
    );
  });

  it('of a fork of a member is trusted', () =>
    expect(pull({ fork: true, association: 'MEMBER' }).requests[0]?.spec.trust).toBe('trusted'));

  it('is found whatever the case of its repository', () =>
    expect(pull({ repo: 'Acme/WEB' }).requests[0]?.spec.apps).toEqual(['web']));

  it('that is merged is released at its merge commit, an app a request, and its tests are stopped', () => {
    const mono = configurationOf(
      teamOf('mono', {
        shop: [
          { name: 'web', repo: 'acme/web', contextDir: 'web', downstream: ['api'] },
          { name: 'api', repo: 'acme/web', contextDir: 'api' },
        ],
      }),
    );
    const { requests, cancelMarkers } = pull({ action: 'closed', merged: true }, [], {}, mono);
    expect(requests.map(({ spec }) => [spec.pipeline, spec.apps, spec.revision, spec.trust])).toEqual([
      ['merge-release', ['web'], SHA.merge, 'trusted'],
      ['merge-release', ['api'], SHA.merge, 'trusted'],
    ]);
    expect(new Set(requests.map(({ metadata }) => metadata.name)).size).toBe(2);
    expect(cancelMarkers.map(isCancelMarker)).toEqual([true]);
  });

  it('that is merged without a merge commit cannot be', () =>
    expect(pull({ action: 'closed', merged: true, mergeSha: null }).invalid?.[0]?.path).toBe(
      'pull_request.merge_commit_sha',
    ));

  it('that is merged earlier than what is released already is not released: it would take the app back', () => {
    const merged = (at: string, mergeSha: string, requests: readonly RunRequest[] = []) =>
      pull({ action: 'closed', merged: true, mergeSha, at }, requests);
    const [later] = merged('2026-05-10T11:20:00Z', SHA.b).requests as [RunRequest];
    const late = (phase?: 'Queued' | 'Failed' | 'Running' | 'Succeeded') =>
      merged('2026-05-10T11:10:00Z', SHA.c, [{ ...later, ...(phase && { status: { phase } }) }]);
    expect([late('Running').ignored, late('Succeeded').ignored]).toEqual(['stale', 'stale']);
    expect(late('Succeeded').cancelMarkers).toHaveLength(1);
    // Kueue has its run: nothing takes its turn any more
    expect(
      merged('2026-05-10T11:10:00Z', SHA.c, [{ ...later, status: { phase: 'Queued', runUID: 'run' } }]).ignored,
    ).toBe('stale');
    expect([late(), late('Queued'), late('Failed')].map(({ requests }) => requests.length)).toEqual([1, 1, 1]);
    const [earlier] = late().requests as [RunRequest];
    expect(
      merged('2026-05-10T11:10:00Z', SHA.c, [earlier, { ...later, status: { phase: 'Succeeded' } }]).requests,
    ).toHaveLength(1);
  });

  it('whose text holds what shells and terminals act on brings it nowhere', () => {
    const payload = pullRequestPayload({});
    payload.pull_request.head.ref = '$(rm -rf /)\u0000\u001b[31m\ud800';
    const [request] = decided('pull_request', payload).requests;
    expect(request?.spec.pullRequest?.headRef).toBe('$(rm -rf /) [31m\ufffd');
    expect(JSON.stringify({ ...request?.spec, pullRequest: undefined })).not.toContain('rm -rf');
  });

  it('tests the apps whose builds read its files, and all where none does', () => {
    const mono = configurationOf(
      teamOf('mono', {
        shop: [
          { name: 'web', repo: 'acme/web', contextDir: 'web', downstream: ['api'] },
          { name: 'api', repo: 'acme/web', contextDir: 'api' },
        ],
      }),
    );
    const apps = (changedFiles?: readonly string[]) => pull({}, [], { changedFiles }, mono).requests[0]?.spec.apps;
    expect(apps(['api/main.ts'])).toEqual(['api']);
    expect(apps(['api/main.ts', 'README.md'])).toEqual(['api']);
    expect(apps(['README.md'])).toEqual(['web', 'api']);
    // how files are checked out is part of what they are
    expect(apps(['.gitattributes'])).toEqual(['web', 'api']);
    expect(apps(['api/.gitattributes', 'web'])).toEqual(['web', 'api']);
    expect(apps(['apiary/x'])).toEqual(['web', 'api']);
    expect(apps()).toEqual(['web', 'api']);
  });
});

describe('Depends-On', () => {
  const body = 'Part one\r\nDepends-On: acme/cart#12\r\n';
  const [cart] = pull({ repo: 'acme/cart', number: 12, sha: SHA.b }).requests as [RunRequest];

  it('builds the pull requests together, at the head that is known here', () => {
    const [request] = pull({ body }, [cart]).requests;
    expect(request?.spec).toMatchObject({
      apps: ['web', 'cart'],
      revision: SHA.a,
      revisions: { cart: SHA.b },
      trust: 'trusted',
    });
  });

  it('at the head that the host says, and by address', () => {
    const asked = {
      dependencies: new Map([['acme/cart#12', hostSays({ repo: 'acme/cart', number: 12, sha: SHA.c })]]),
    };
    expect(
      pull({ body: 'depends-on: https://github.com/acme/cart/pull/12' }, [], asked).requests[0]?.spec.revisions,
    ).toEqual({ cart: SHA.c });
  });

  it('of a stranger makes the group as little trusted', () => {
    const asked = {
      dependencies: new Map([['acme/cart#12', hostSays({ repo: 'acme/cart', number: 12, fork: true })]]),
    };
    expect(pull({ body }, [], asked).requests[0]?.spec.trust).toBe('untrusted');
    expect(pull({ body }, [{ ...cart, spec: { ...cart.spec, trust: 'untrusted' } }]).requests[0]?.spec.trust).toBe(
      'untrusted',
    );
  });

  it.each([
    ['is not known', body, []],
    [
      'is closed',
      body,
      [cart, ...pull({ repo: 'acme/cart', number: 12, action: 'closed', at: '2026-05-10T11:30:00Z' }).cancelMarkers],
    ],
    ['is of no app of the stack', 'Depends-On: acme/other#1', []],
    ['is of the same repository', 'Depends-On: acme/web#1', []],
  ])('says so where the other %s, and takes the default branch', (_, text, known) => {
    const { requests, notes } = pull({ body: text }, known);
    expect([requests[0]?.spec.apps, requests[0]?.spec.revisions, notes.length]).toEqual([['web'], undefined, 1]);
  });
});

describe('a comment', () => {
  const comment = (
    options: Parameters<typeof commentPayload>[0],
    requests: readonly RunRequest[] = [opened],
    asked = {},
  ) => decided('issue_comment', commentPayload(options), requests, asked);

  it('/test runs the same again, once a comment', () => {
    const first = comment({ body: 'Please\n/test\n' });
    expect(first.requests[0]?.spec).toMatchObject({ apps: ['web'], revision: SHA.a, source: { attempt: 900 } });
    expect(first.requests[0]?.metadata.name).not.toBe(opened.metadata.name);
    // delivered again when its own request is known already
    expect(comment({ body: '/test' }, [opened, ...first.requests]).requests[0]?.metadata.name).toBe(
      first.requests[0]?.metadata.name,
    );
    expect(comment({ id: 901 }).requests[0]?.metadata.name).not.toBe(first.requests[0]?.metadata.name);
  });

  it('/test overtakes what it repeats, and is overtaken by a push that is still on its way', () => {
    const [rerun] = comment({}).requests as [RunRequest];
    expect(overtaken([opened, rerun])).toEqual([opened]);
    const [push] = pull({ action: 'synchronize', sha: SHA.b, at: '2026-05-10T11:20:00Z' }, [opened, rerun])
      .requests as [RunRequest];
    expect(overtaken([opened, rerun, push])).toEqual([opened, rerun]);
  });

  it('/retest is for what has failed', () => {
    expect(comment({ body: '/retest' }, [done(opened, 'Failed')]).requests).toHaveLength(1);
    expect(comment({ body: '/retest' }, [done(opened, 'Succeeded')]).ignored).toBe('nothing_failed');
    expect(comment({ body: '/retest' }, [opened]).ignored).toBe('nothing_failed');
  });

  it('/test asks for the head where none is known, or it has moved', () => {
    expect(comment({}, []).ignored).toBe('unknown_head');
    const pullRequest = hostSays({ sha: SHA.b });
    expect(comment({}, [], { pullRequest }).requests[0]?.spec.revision).toBe(SHA.b);
    expect(comment({}, [opened], { pullRequest }).requests[0]?.spec.revision).toBe(SHA.b);
    expect(comment({}, [], { pullRequest: hostSays({ sha: SHA.b, fork: true }) }).ignored).toBe('untrusted');
  });

  it('/test after a check was run again is the newer one, although ids of check runs are higher', () => {
    const again = decided(
      'check_run',
      {
        action: 'rerequested',
        repository: pullRequestPayload().repository,
        sender: { login: 'dev' },
        check_run: { id: 44_000_000_000, head_sha: SHA.a, external_id: opened.metadata.name },
      },
      [opened],
    ).requests;
    const known = [opened, ...again];
    const { requests } = comment({ id: 2_900_000_000 }, known);
    expect(overtaken([...known, ...requests])).toEqual(known);
    // delivered again, it asks for nothing more, also where another hook brings it to a replica that knows less
    expect(comment({ id: 2_900_000_000 }, [...known, ...requests]).requests).toEqual(requests);
    const [other] = comment({ id: 2_900_000_000 }, [opened]).requests;
    expect(isSameRequest(requests[0]!, other!)).toBe(true);
    expect(other!.metadata.name).toBe(requests[0]!.metadata.name);
  });

  it('/cancel stops what was, and not what comes', () => {
    const { requests, cancelMarkers } = comment({ body: '/cancel' });
    expect(requests).toEqual([]);
    expect(overtaken([opened, ...cancelMarkers])).toEqual([opened]);
    const again = comment({ body: '/test', id: 950, at: '2026-05-10T11:40:00Z' }, [
      done(opened, 'Cancelled'),
      ...cancelMarkers,
    ]).requests;
    expect(overtaken([opened, ...cancelMarkers, ...again]).map(({ metadata }) => metadata.name)).not.toContain(
      again[0]?.metadata.name,
    );
  });

  it('/ok-to-test lets one commit of a fork run, as a fork', () => {
    const pullRequest = hostSays({ fork: true });
    expect(comment({ body: `/ok-to-test ${SHA.a}` }, [], { pullRequest }).requests[0]?.spec).toMatchObject({
      revision: SHA.a,
      trust: 'untrusted',
    });
    expect(comment({ body: `/ok-to-test ${SHA.a}` }, []).requests[0]?.spec).toMatchObject({
      revision: SHA.a,
      trust: 'untrusted',
    });
    expect(comment({ body: `/ok-to-test ${SHA.b}` }, [], { pullRequest }).ignored).toBe('stale');
    expect(comment({ body: '/ok-to-test' }, [], { pullRequest }).ignored).toBe('untrusted');
    expect(comment({ body: '/ok-to-test abc' }, [], { pullRequest }).ignored).toBe('untrusted');
    // two commits with the same 39 first digits may be one's own
    for (const asked of [{}, { pullRequest }])
      expect(comment({ body: `/ok-to-test ${SHA.a.slice(0, 39)}` }, [], asked)).toMatchObject({
        requests: [],
        ignored: 'untrusted',
        notes: [expect.stringContaining('all its digits')],
      });
  });

  it.each([
    ['of a stranger', { association: 'CONTRIBUTOR' }, 'untrusted'],
    ['in the middle of a line', { body: 'try /test' }, 'no_command'],
    ['that was edited', { action: 'edited' }, 'action'],
    ['on an issue', { pull: false }, 'event'],
    ['on what is closed', { open: false }, 'closed_unmerged'],
  ])('%s does nothing', (_, options, reason) => expect(comment(options).ignored).toBe(reason));
});

describe('a check that is asked for again', () => {
  const rerun = (
    external_id: string | null,
    requests: readonly RunRequest[],
    action = 'rerequested',
    repo = 'acme/web',
    asked: Asked = {},
  ) =>
    decided(
      'check_run',
      {
        action,
        repository: pullRequestPayload({ repo }).repository,
        sender: { login: 'dev' },
        check_run: { id: 77, head_sha: SHA.a, external_id },
      },
      requests,
      asked,
    );

  it('runs its request again, once', () => {
    const { requests } = rerun(opened.metadata.name, [opened]);
    expect(requests[0]?.spec).toMatchObject({ revision: SHA.a, source: { attempt: 77 } });
    expect(rerun(opened.metadata.name, [opened, ...requests]).requests[0]?.metadata.name).toBe(
      requests[0]?.metadata.name,
    );
  });

  it('is a right of those who may push, of whom the host is asked', () => {
    const by = (members: Asked['members']) =>
      rerun(opened.metadata.name, [opened], 'rerequested', 'acme/web', { members });
    expect(by(new Map([['acme/web dev', true]])).requests).toHaveLength(1);
    expect(by(new Map([['acme/web dev', false]]))).toMatchObject({ requests: [], ignored: 'untrusted' });
    expect(by(new Map()).ignored).toBe('untrusted');
  });

  it('does nothing if it is of somebody else', () => {
    expect(rerun('other', [opened]).ignored).toBe('unknown_head');
    expect(rerun(opened.metadata.name, [opened], 'rerequested', 'acme/cart').ignored).toBe('event');
    const source = { ...opened.spec.source!, repository: { host: 'git.example.com', id: 1 } };
    const ofOtherHost = { ...opened, spec: { ...opened.spec, source } };
    expect(rerun(opened.metadata.name, [ofOtherHost]).ignored).toBe('event');
    expect(rerun(null, [opened]).ignored).toBe('unknown_head');
    expect(rerun(opened.metadata.name, [opened], 'completed').ignored).toBe('action');
  });
});

describe('all checks of a commit that are asked for again', () => {
  const all = (
    requests: readonly RunRequest[],
    asked: Asked = {},
    { action = 'rerequested', guid = 'suite-0001', head_sha = SHA.a as string } = {},
  ) =>
    decide(
      githubEvents.read('check_suite', {
        action,
        repository: pullRequestPayload().repository,
        sender: { login: 'dev' },
        check_suite: { id: 5, head_sha },
      }),
      { name: 'check_suite', id: guid },
      configuration,
      factsOf(requests, asked),
    );

  it('run as if each were asked for, once for a delivery', () => {
    const { requests } = all([opened]);
    expect(requests.map(({ spec }) => spec)).toMatchObject([
      { pipeline: 'pr-test', revision: SHA.a, source: { event: 'check_suite', delivery: 'suite-0001', attempt: 1 } },
    ]);
    expect(all([opened, ...requests]).requests).toEqual(requests);
  });

  it('run again for whoever asks again, behind what was asked for before', () => {
    const [first] = all([opened]).requests;
    const [second] = all([opened, first!], {}, { guid: 'suite-0002' }).requests;
    expect(second?.metadata.name).not.toBe(first?.metadata.name);
    expect(compareRequests(second!, first!)).toBeGreaterThan(0);
  });

  it('are a right of those who may push, of whom the host is asked', () => {
    const by = (may: boolean) => all([opened], { members: new Map([['acme/web dev', may]]) });
    expect(by(true).requests).toHaveLength(1);
    expect(by(false)).toMatchObject({ requests: [], ignored: 'untrusted' });
    expect(all([opened], { members: new Map(), unanswered: ['dev'] })).toMatchObject({
      requests: [],
      unsure: expect.any(String),
    });
  });

  it('of two pull requests that have the commit run for the one that the host was asked about', () => {
    const spec = { ...opened.spec, pullRequest: { ...opened.spec.pullRequest!, number: 8 }, stack: 'other' };
    const other = { ...opened, metadata: { ...opened.metadata, name: 'other' }, spec };
    const pullRequest = hostSays({});
    const { requests, notes } = all([opened, other], { pullRequest, members: new Map([['acme/web dev', true]]) });
    expect(requests.map(({ spec }) => spec.pullRequest?.number)).toEqual([opened.spec.pullRequest?.number]);
    expect(notes).toContain('the commit is also that of pull request 8, which is tested again by /test there');
  });

  it('do nothing where nothing is known of the commit, and for any other action', () => {
    expect(all([opened], {}, { head_sha: SHA.b }).ignored).toBe('unknown_head');
    expect(all([]).ignored).toBe('unknown_head');
    for (const action of ['requested', 'completed']) expect(all([opened], {}, { action }).ignored).toBe('action');
  });
});

describe('a delivery of Gitea', () => {
  const gitea = (name: string, payload: object): Decision =>
    decide(giteaEvents.read(name, payload), { name, id: 'guid-0001' }, configuration, factsOf([opened]));
  const owned = { repository: { ...pullRequestPayload().repository, owner: { login: 'acme' } } };
  const ofPull = (options: PullOptions, more: object = {}) =>
    gitea('pull_request', { ...pullRequestPayload(options), ...owned, ...more });
  const comment = (login: string) => {
    const payload = commentPayload({});
    return gitea('issue_comment', {
      ...payload,
      ...owned,
      is_pull: true,
      comment: { ...payload.comment, user: { login } },
    });
  };
  const renamed = { changes: { title: { from: 'WIP: A change' } } };

  it.each(['opened', 'synchronized', 'reopened'])('%s is tested', (action) =>
    expect(ofPull({ action, at: '2026-05-10T11:01:00Z' }).requests.map(({ spec }) => spec.pipeline)).toEqual([
      'pr-test',
    ]),
  );
  it('of what was pushed to refs/for waits for a member, though Gitea says it is of the repository itself', () => {
    const payload = pullRequestPayload({ number: 8 });
    const { head } = payload.pull_request;
    const pull_request = { ...payload.pull_request, head: { ...head, label: '', ref: 'refs/pull/8/head' } };
    expect(gitea('pull_request', { ...payload, ...owned, pull_request }).ignored).toBe('untrusted');
  });
  it('is read where its base is gone, of which Gitea says no commit', () => {
    const payload = pullRequestPayload({ action: 'closed' });
    const pull_request = { ...payload.pull_request, base: { ...payload.pull_request.base, sha: '' } };
    expect(gitea('pull_request', { ...payload, ...owned, pull_request }).ignored).toBe('closed_unmerged');
  });
  it('of a draft waits until its title says so no more', () => {
    expect(ofPull({ title: '[wip] A change' }).ignored).toBe('draft');
    expect(ofPull({ action: 'edited', at: '2026-05-10T11:01:00Z' }, renamed).requests).toHaveLength(1);
    expect(ofPull({ action: 'edited' }).ignored).toBe('action');
    expect(ofPull({ action: 'edited', title: 'WIP: Another' }, renamed).ignored).toBe('action');
  });
  it('of a close stops, of a merge releases', () => {
    expect(ofPull({ action: 'closed' })).toMatchObject({
      requests: [],
      cancelMarkers: [expect.anything()],
      ignored: 'closed_unmerged',
    });
    expect(
      ofPull({ action: 'closed', merged: true }).requests.map(({ spec }) => [spec.pipeline, spec.revision]),
    ).toEqual([['merge-release', SHA.merge]]);
  });
  it('brings commands of the owner alone', () => {
    expect(comment('acme').requests).toHaveLength(1);
    expect(comment('stranger').ignored).toBe('untrusted');
  });
});

describe('what nothing follows from', () => {
  it.each([
    [githubEvents.read, 'push', 'event', /a push runs nothing/],
    [githubEvents.read, 'installation', 'event', /nothing follows/],
    [giteaEvents.read, 'push', 'event', /a push runs nothing/],
    [giteaEvents.read, 'repository', 'event', /nothing follows/],
    [giteaEvents.read, 'release', 'event', /nothing follows/],
  ])('%p of %s is answered with its reason', (read, name, reason, why) => {
    const { requests, cancelMarkers, ignored, notes } = decide(
      read(name, pullRequestPayload({})),
      { name, id: 'guid-0001' },
      configuration,
      factsOf(),
    );
    expect([requests, cancelMarkers, ignored, notes]).toEqual([[], [], reason, [expect.stringMatching(why)]]);
  });
});

describe('the order of what happened', () => {
  const at = (minute: number) => `2026-05-10T11:0${minute}:00Z`;
  const EVENTS: readonly PullOptions[] = [
    { action: 'opened', sha: SHA.a, at: at(1) },
    { action: 'synchronize', sha: SHA.b, before: SHA.a, at: at(2) },
    { action: 'synchronize', sha: SHA.c, before: SHA.b, at: at(3) },
    { action: 'closed', sha: SHA.c, at: at(4) },
  ];
  const permutations = <T>(all: readonly T[]): T[][] =>
    all.length < 2
      ? [[...all]]
      : all.flatMap((one, index) => permutations(all.toSpliced(index, 1)).map((rest) => [one, ...rest]));
  /** What goes on in the end: of all that was made, what nothing overtakes. */
  const arriving = (events: readonly PullOptions[]) => {
    const cluster = new Map<string, RunRequest>();
    for (const event of events) {
      const { requests, cancelMarkers } = pull(event, [...cluster.values()]);
      for (const request of [...requests, ...cancelMarkers])
        if (!cluster.has(request.metadata.name)) cluster.set(request.metadata.name, request);
    }
    const all = [...cluster.values()];
    return all
      .filter((request) => !overtaken(all).includes(request) && !isCancelMarker(request))
      .map(({ spec }) => spec.revision);
  };

  it.each(permutations(EVENTS))('nothing goes on after a close, in any order of arrival', (...events) =>
    expect(arriving(events)).toEqual([]),
  );
  it.each(permutations(EVENTS.slice(0, 3)))('only the newest commit goes on, in any order of arrival', (...events) =>
    expect(arriving(events)).toEqual([SHA.c]),
  );

  it.each(
    permutations([
      { action: 'opened', sha: SHA.a, at: at(1) },
      { action: 'synchronize', sha: SHA.b, before: SHA.a, at: at(2) },
      { action: 'synchronize', sha: SHA.a, before: SHA.b, at: at(3) },
    ]),
  )('a branch that is moved back is tested where it is, in any order of arrival', (...events) =>
    expect(new Set(arriving(events))).toEqual(new Set([SHA.a])),
  );

  it('a pull request that is opened again is tested again', () => {
    expect(arriving([...EVENTS, { action: 'reopened', sha: SHA.c, at: at(5) }])).toEqual([SHA.c]);
    expect(
      arriving([
        EVENTS[0]!,
        { action: 'reopened', sha: SHA.a, at: at(5) },
        { action: 'closed', sha: SHA.a, at: at(4) },
      ]),
    ).toEqual([SHA.a]);
  });

  it('two pushes of one second are told by the head that each replaced', () => {
    const [first, second] = [
      { action: 'synchronize', sha: SHA.b, before: SHA.a, at: at(2) },
      { action: 'synchronize', sha: SHA.c, before: SHA.b, at: at(2) },
    ];
    expect(arriving([first, second])).toEqual([SHA.c]);
    expect(arriving([second, first])).toEqual([SHA.c]);
  });

  it('a late one is stale, a repeated one is known', () => {
    const { requests } = pull(EVENTS[2]!);
    expect(pull(EVENTS[1]!, requests).ignored).toBe('stale');
    expect(pull(EVENTS[2]!, requests).requests[0]?.metadata.name).toBe(requests[0]?.metadata.name);
  });

  it('however often each arrives', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...EVENTS, ...EVENTS], { minLength: 8 }), (events) =>
        expect(arriving(events)).toEqual([]),
      ),
      { numRuns: 100 },
    );
  });
});
