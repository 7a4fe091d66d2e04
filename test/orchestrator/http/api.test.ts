import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { FINAL_PHASES } from '../../../lib/runs/ask/run-request';
import { pullRequestSchema, toPullRequest } from '../../../lib/runs/events/github-event';
import type { GitHost } from '../../../orchestrator/src/hosts/ask-host';
import { tokenReview } from '../../../orchestrator/src/http/auth';
import { HistoryUnavailable, archivedHistory } from '../../../orchestrator/src/history/run-history';
import type { RunQuery } from '../../../orchestrator/src/history/run-query';
import { ApiError } from '../../../lib/kube/api';
import type { FakeApi } from '../support';
import { NOW, SECRET, SHA, configurationOf, delivery, pullRequestPayload, shop, teamOf } from '../support';
import { api, callerWhoMay, withWebhooks } from '../support/api';
import { inject } from '../support/inject';

describe("the original's clients", () => {
  it.each([
    ['a bootstrap', '/api/run', { mode: 'bootstrap' }, { mode: 'bootstrap' }, { pipeline: 'bootstrap' }],
    [
      'a pull request',
      '/api/run',
      { mode: 'pr', changed_app: 'web', pr_number: 999 },
      { mode: 'pr' },
      {
        pipeline: 'pr-test',
        apps: ['web'],
        pullRequest: { number: 999, repo: 'acme/web' },
        revision: 'refs/pull/999/head',
      },
    ],
    [
      'a pull request, the mode left out',
      '/api/run',
      { changed_app: 'web', pr_number: 5, git_revision: 'main' },
      { mode: 'pr' },
      { pipeline: 'pr-test', revision: 'main' },
    ],
    [
      'revisions as text',
      '/api/run',
      { mode: 'pr', changed_app: 'web', pr_number: 5, app_revisions: `{"web":"${SHA.a}"}` },
      { mode: 'pr' },
      { revision: SHA.a, revisions: { web: SHA.a } },
    ],
    [
      'revisions as an object',
      '/api/run',
      { mode: 'pr', changed_app: 'web', pr_number: 5, app_revisions: { web: SHA.a, cart: SHA.b } },
      { mode: 'pr' },
      { revision: SHA.a, revisions: { web: SHA.a, cart: SHA.b } },
    ],
    [
      'a merge',
      '/api/run',
      { mode: 'merge', changed_app: 'web', git_revision: 'main' },
      { mode: 'merge' },
      { pipeline: 'merge-release', apps: ['web'], revision: 'main', trust: 'trusted' },
    ],
    [
      'a stack by its file',
      '/api/run',
      { mode: 'bootstrap', stack_file: 'stacks/shop.yaml' },
      { mode: 'bootstrap' },
      { stack: 'shop' },
    ],
    [
      'an empty body for a bootstrap',
      '/api/bootstrap',
      {},
      { mode: 'bootstrap' },
      { pipeline: 'bootstrap', stack: 'shop' },
    ],
    [
      'the backend that it has',
      '/api/run',
      { mode: 'pr', changed_app: 'web', pr_number: 5, intercept_backend: 'router' },
      { mode: 'pr' },
      { overrides: { interceptBackend: 'router' } },
    ],
  ])('may send %s', async (_, url, body, said, spec) => {
    const { call, requests } = api();
    const answer = await call('POST', url, body);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: 'created', pipelinerun: requests()[0]?.metadata.name, ...said });
    expect(requests()[0]?.spec).toMatchObject(spec);
  });

  it.each([{ mode: 'pr' }, { mode: 'pr', changed_app: 'web' }, { mode: 'merge' }])(
    'are told what %j lacks as they were',
    async (body) => {
      const { call } = api();
      const answer = await call('POST', '/api/run', body);
      expect([answer.status, typeof answer.body.error]).toEqual([400, 'string']);
    },
  );

  it('read stacks, teams and runs as they did', async () => {
    const { call } = api();
    await call('POST', '/api/run', { mode: 'bootstrap' });
    const stacks = (await call('GET', '/api/stacks')).body;
    expect(stacks).toEqual([
      expect.objectContaining({
        stack_file: 'stacks/shop.yaml',
        name: 'shop',
        description: 'Stack shop',
        apps: expect.arrayContaining([expect.objectContaining({ name: 'web', repo: 'acme/web', role: '' })]),
      }),
    ]);
    expect((await call('GET', '/api/teams')).body).toMatchObject({
      payments: { name: 'payments', namespace: 'team-payments', stacks: ['stacks/shop.yaml'] },
    });
    expect((await call('GET', '/api/runs?limit=5')).body).toEqual([
      expect.objectContaining({
        name: expect.stringMatching(/^bootstrap-/),
        pipeline: 'shop-bootstrap',
        status: 'Queued',
        created: new Date(NOW).toISOString(),
      }),
    ]);
    expect((await call('POST', '/api/reload')).body).toMatchObject({ status: 'reloaded', stacks: 1 });
  });
});

it('shows a finished run whose request is gone, where a history has it', async () => {
  const { call: callWithout, requests, deps } = api();
  await callWithout('POST', '/api/run', { mode: 'bootstrap' });
  const [made] = requests();
  const kept = {
    ...made!,
    metadata: { ...made!.metadata, name: 'bootstrap-kept' },
    status: { phase: 'Succeeded' },
  } as const;
  const archive = {
    list: async ({ namespaces }: RunQuery) => (namespaces.includes('team-payments') ? [kept] : []),
    named: async (namespaces: readonly string[], name: string) =>
      namespaces.includes('team-payments') && name === kept.metadata.name ? [kept] : [],
  };
  const none = { list: () => [], get: () => undefined };
  const { call } = api(deps.configuration.current, { history: archivedHistory(none, archive) });
  expect((await call('GET', '/api/runs')).body).toEqual([
    expect.objectContaining({ name: 'bootstrap-kept', status: 'Succeeded' }),
  ]);
  expect((await call('GET', '/api/runs/bootstrap-kept')).body).toMatchObject({ name: 'bootstrap-kept' });
  expect((await call('GET', '/api/runs/bootstrap-other')).status).toBe(404);
});

it('shows a run that a history has, whatever a run of another namespace calls itself', async () => {
  const { call, requests } = api();
  await call('POST', '/api/run', { mode: 'bootstrap' });
  const [made] = requests();
  const forged = { ...made!, metadata: { ...made!.metadata, namespace: 'team-other' } };
  const history = archivedHistory(
    { list: () => [], get: () => undefined },
    { list: async () => [made!, forged], named: async () => [] },
  );
  const { runs } = await history.page({ namespaces: ['team-payments', 'team-other'], limit: 9 });
  expect(runs).toEqual(expect.arrayContaining([made, forged]));
});

it('shows what the cluster holds, and says that there may be more, while the database does not answer', async () => {
  const gone = (): Promise<never> => Promise.reject(new HistoryUnavailable());
  const { call, cluster, deps } = api();
  const { call: ask } = api(deps.configuration.current, {
    history: archivedHistory(deps.creator.known, { list: gone, named: gone }),
  });
  await call('POST', '/api/run', { mode: 'bootstrap' });
  const [made] = [...cluster.objects.values()];
  const answer = await ask('GET', '/api/runs');
  expect([answer.body.length, answer.headers['x-history']]).toEqual([1, 'unavailable']);
  expect((await call('GET', '/api/runs')).headers['x-history']).toBeUndefined();
  expect((await ask('GET', `/api/runs/${made!.metadata.name}`)).status).toBe(200);
  const other = await ask('GET', '/api/runs/bootstrap-other');
  expect([other.status, other.body.code, other.headers['retry-after']]).toEqual([503, 'history_unavailable', '10']);
});

describe('POST /api/run', () => {
  it('creates, says where, and knows the same key again', async () => {
    const { call, requests } = api();
    const body = { mode: 'pr', stack: 'shop', app: 'web', prNumber: 3, sha: SHA.a };
    const first = await call('POST', '/api/run', body, { 'idempotency-key': 'once' });
    expect([first.status, first.headers.location]).toEqual([
      201,
      `/api/runs/${first.body.name}?namespace=team-payments`,
    ]);
    const second = await call('POST', '/api/run', body, { 'idempotency-key': 'once' });
    expect([second.status, second.body.status, second.body.name]).toEqual([200, 'duplicate', first.body.name]);
    const other = await call('POST', '/api/run', { ...body, sha: SHA.b }, { 'idempotency-key': 'once' });
    expect([other.status, other.body.code]).toEqual([409, 'idempotency_conflict']);
    expect((await call('POST', '/api/run', body)).body.name).not.toBe(first.body.name);
    expect(requests()).toHaveLength(2);
  });

  const pr = { mode: 'pr', stack: 'shop', app: 'web', prNumber: 3, sha: SHA.a };
  it.each([
    ['another pull request', '/api/run', { ...pr, team: 'two', prNumber: 4 }],
    ['another pipeline', '/api/run', { mode: 'bootstrap', team: 'two', stack: 'shop' }],
    ['another endpoint', '/api/bootstrap?team=two&stack=shop', {}],
    ['another stack', '/api/run', { ...pr, team: 'two', stack: 'kiosk', app: 'screen' }],
    ['another team', '/api/run', { ...pr, team: 'payments' }],
  ])('refuses a key that was used for %s', async (_, url, body) => {
    const two = teamOf('two', {
      shop: [{ name: 'web', repo: 'acme/shop' }],
      kiosk: [{ name: 'screen', repo: 'acme/screen' }],
    });
    const { call, requests } = api(configurationOf(shop(), two));
    const key = { 'idempotency-key': 'once' };
    expect((await call('POST', '/api/run', { ...pr, team: 'two' }, key)).status).toBe(201);
    const other = await call('POST', url, body, key);
    expect([other.status, other.body.code]).toEqual([409, 'idempotency_conflict']);
    expect(requests()).toHaveLength(1);
  });

  it('takes a key of two callers for two', async () => {
    let name = 'ann';
    const { call, requests } = api(undefined, { authenticate: async () => ({ name, may: async () => true }) });
    await call('POST', '/api/run', pr, { 'idempotency-key': 'once' });
    name = 'bob';
    expect((await call('POST', '/api/run', { ...pr, prNumber: 4 }, { 'idempotency-key': 'once' })).status).toBe(201);
    expect(requests()).toHaveLength(2);
  });

  it('shows the manifest and creates nothing on a dry run', async () => {
    const { call, requests } = api();
    const answer = await call('POST', '/api/run', { mode: 'bootstrap', stack: 'shop', dryRun: true });
    expect([answer.status, answer.body.manifest.kind, requests().length]).toEqual([200, 'RunRequest', 0]);
  });

  it.each<[string, object, RegExp]>([
    ['an unknown key', { mode: 'pr', stack: 'shop', appp: 'web' }, /appp/],
    ['an unknown mode', { mode: 'deploy', stack: 'shop' }, /mode/],
    ['unknown apps, all of them', { mode: 'bootstrap', stack: 'shop', apps: ['wbe', 'zzz'] }, /wbe.*zzz/s],
    ['an unknown team', { mode: 'bootstrap', team: 'paymints' }, /payments/],
    ['an unknown stack', { mode: 'bootstrap', stack: 'shoop' }, /shop/],
    [
      'a revision that is an option',
      { mode: 'pr', stack: 'shop', app: 'web', prNumber: 3, sha: '--upload-pack=x' },
      /revision/,
    ],
    ['a release without a commit', { mode: 'merge', stack: 'shop', app: 'web' }, /revision/],
    [
      'a commit of two repositories',
      { mode: 'pr', stack: 'shop', apps: ['web', 'cart'], prNumber: 3, sha: SHA.a },
      /different repositories/,
    ],
  ])('refuses %s', async (_, body, says) => {
    const { call, requests } = api();
    const answer = await call('POST', '/api/run', body);
    expect([answer.status, answer.body.code, answer.headers['content-type']]).toEqual([
      422,
      'invalid_request',
      expect.stringContaining('application/problem+json'),
    ]);
    expect(JSON.stringify(answer.body.errors)).toMatch(says);
    expect(requests()).toEqual([]);
  });

  it('wants to know which stack, where several could be meant', async () => {
    const { call } = api(
      configurationOf(
        teamOf('two', { shop: [{ name: 'web', repo: 'acme/web' }], kiosk: [{ name: 'screen', repo: 'acme/screen' }] }),
      ),
    );
    expect((await call('POST', '/api/run', { mode: 'bootstrap' })).body.errors[0].message).toContain('two/kiosk');
    expect((await call('POST', '/api/run', { mode: 'pr', app: 'screen', prNumber: 1, sha: SHA.a })).body.stack).toBe(
      'kiosk',
    );
  });

  it.each(['[]', '"x"', '{', '', 'null', '{"__proto__":{"mode":"bootstrap"}}'])(
    'answers the body %s with a problem',
    async (payload) => {
      const { app } = api();
      const response = await inject(app, {
        method: 'POST',
        url: '/api/run',
        headers: { 'content-type': 'application/json' },
        payload,
      });
      expect([400, 422]).toContain(response.statusCode);
      expect(response.headers['content-type']).toContain('application/problem+json');
    },
  );
});

describe('a promotion', () => {
  const stages = () => configurationOf({ ...shop(), promotesTo: ['staging', 'production'] });

  it('is asked for like any run, and by those who may release', async () => {
    const { call, requests } = api(stages());
    expect(
      (await call('POST', '/api/run', { mode: 'promote', to: 'staging', apps: ['web', 'cart'] })).body,
    ).toMatchObject({ status: 'created', mode: 'promote', pipeline: 'promote' });
    expect(requests()[0]).toMatchObject({
      metadata: { name: expect.stringMatching(/^promote-/) },
      spec: { pipeline: 'promote', stack: 'shop', to: 'staging', apps: ['cart', 'web'] },
    });
    expect(
      (
        await api(stages(), { authenticate: callerWhoMay('create') }).call('POST', '/api/run', {
          mode: 'promote',
          to: 'staging',
        })
      ).status,
    ).toBe(403);
  });

  it.each([
    [{ to: 'prodction' }, /did you mean production|production/],
    [{}, /expected.*staging/],
    [{ to: 'staging', sha: SHA.a }, /means nothing to promote/],
  ])('is refused with %j', async (body, says) => {
    const answer = await api(stages()).call('POST', '/api/run', { mode: 'promote', ...body });
    expect([answer.status, JSON.stringify(answer.body.errors)]).toEqual([422, expect.stringMatching(says)]);
  });

  it('is none of a team that promotes nothing', async () =>
    expect(
      JSON.stringify((await api().call('POST', '/api/run', { mode: 'promote', to: 'staging' })).body.errors),
    ).toContain('promotes nothing'));
});

describe('POST /api/bootstrap', () => {
  it('takes apps, each once and in one order, and names all that are unknown', async () => {
    const { call, requests } = api();
    await call('POST', '/api/bootstrap?apps=web,stock,web', undefined);
    expect(requests()[0]?.spec.apps).toEqual(['stock', 'web']);
    const answer = await call('POST', '/api/bootstrap?apps=web,nope,none', undefined);
    expect([answer.status, JSON.stringify(answer.body.errors)]).toEqual([422, expect.stringMatching(/none.*nope/)]);
  });
});

describe('a run that is known', () => {
  const finished = (cluster: FakeApi, phase: 'Failed' | 'Running') => {
    for (const [key, request] of cluster.objects) cluster.objects.set(key, { ...request, status: { phase } });
  };

  it('can be seen, cancelled while it is not over, and run again', async () => {
    const { call, cluster, patched, requests } = api();
    const { name } = (
      await call('POST', '/api/run', { mode: 'pr', stack: 'shop', app: 'web', prNumber: 3, sha: SHA.a })
    ).body;
    expect((await call('GET', `/api/runs/${name}`)).body).toMatchObject({ name, status: 'Queued', revision: SHA.a });
    expect((await call('POST', `/api/runs/${name}/cancel`)).body).toMatchObject({ status: 'cancelled', name });
    expect(patched).toEqual([{ namespace: 'team-payments', name, patch: { spec: { cancel: true } } }]);
    finished(cluster, 'Failed');
    expect(FINAL_PHASES).toContain('Failed');
    expect((await call('POST', `/api/runs/${name}/cancel`)).status).toBe(409);
    const again = await call('POST', `/api/runs/${name}/rerun`, undefined, { 'idempotency-key': 'again' });
    expect(again.status).toBe(201);
    expect((await call('POST', `/api/runs/${name}/rerun`, undefined, { 'idempotency-key': 'again' })).body.name).toBe(
      again.body.name,
    );
    expect(requests().map(({ spec }) => spec.revision)).toEqual([SHA.a, SHA.a]);
    expect((await call('POST', '/api/bootstrap', undefined, { 'idempotency-key': 'again' })).body.code).toBe(
      'idempotency_conflict',
    );
  });

  it('is run again as its pull request is now, where the Git host says so', async () => {
    let body = 'Depends-On: acme/cart#8';
    const head = (sha: string, text = '') => ({
      ...toPullRequest(pullRequestSchema.parse(pullRequestPayload({ sha }).pull_request)),
      body: text,
    });
    const host: GitHost = {
      isOf: () => true,
      pullRequest: async ({ fullName }) => (fullName === 'acme/cart' ? head(SHA.b) : head(SHA.a, body)),
      changedFiles: async () => undefined,
      filesBetween: async () => undefined,
      tree: async () => undefined,
      holds: async () => true,
      mayPush: async () => true,
    };
    const { call, requests } = api(undefined, { github: { host } });
    const asked = { mode: 'pr', stack: 'shop', app: 'web', prNumber: 3, sha: SHA.a };
    const { name } = (await call('POST', '/api/run', asked)).body;
    const rerun = () => call('POST', `/api/runs/${name}/rerun`, undefined, { 'idempotency-key': 'again' });
    expect((await rerun()).status).toBe(201);
    expect(requests().map(({ spec }) => spec.revisions)).toEqual([undefined, { cart: SHA.b }]);
    body = '';
    expect((await rerun()).body.status).toBe('duplicate');
  });

  it.each(['cancel', 'rerun'])('or not: %s is 404', async (what) =>
    expect((await api().call('POST', `/api/runs/nothing/${what}`)).status).toBe(404),
  );
});

describe('GET /api/runs', () => {
  it('is newest first, in pages, and filtered', async () => {
    const { call, cluster } = api();
    for (const number of [1, 2, 3])
      await call('POST', '/api/run', {
        mode: 'pr',
        stack: 'shop',
        app: number === 2 ? 'cart' : 'web',
        prNumber: number,
        sha: SHA.a,
      });
    let age = 0;
    for (const [key, request] of cluster.objects)
      cluster.objects.set(key, {
        ...request,
        metadata: { ...request.metadata, creationTimestamp: new Date(NOW + ++age * 1000).toISOString() },
      } as RunRequest);
    const numbers = (answer: { body: { pullRequest: { number: number } }[] }) =>
      answer.body.map(({ pullRequest }) => pullRequest.number);
    const first = await call('GET', '/api/runs?limit=2');
    expect(numbers(first)).toEqual([3, 2]);
    expect(numbers(await call('GET', `/api/runs?limit=2&continue=${String(first.headers['x-continue'])}`))).toEqual([
      1,
    ]);
    expect(numbers(await call('GET', '/api/runs?app=cart'))).toEqual([2]);
    expect(numbers(await call('GET', '/api/runs?state=Running'))).toEqual([]);
    expect((await call('GET', '/api/runs?limit=501')).status).toBe(422);
  });

  it('names those that were made past it, and where to see each', async () => {
    const direct = {
      metadata: {
        name: 'by-hand',
        namespace: 'team-payments',
        uid: 'u',
        creationTimestamp: new Date(NOW + 1).toISOString(),
      },
      spec: {},
      status: { conditions: [{ type: 'Succeeded', status: 'True', reason: 'Completed' }] },
    };
    const { call } = api(undefined, {
      runs: () => [direct],
      consoleUrl: 'https://console.example.com/{namespace}/{name}',
    });
    await call('POST', '/api/run', { mode: 'bootstrap', stack: 'shop' });
    expect((await call('GET', '/api/runs')).body).toEqual([
      expect.objectContaining({
        name: 'by-hand',
        status: 'Completed',
        direct: true,
        url: 'https://console.example.com/team-payments/by-hand',
      }),
      expect.objectContaining({ pipeline: 'shop-bootstrap', url: expect.stringMatching(/team-payments\/bootstrap-/) }),
    ]);
    expect((await call('GET', '/api/runs?stack=shop')).body).toHaveLength(1);
  });

  it('says that it does not know yet, rather than nothing', async () =>
    expect((await api(undefined, { synced: () => false }).call('GET', '/api/runs')).status).toBe(503));
});

describe('GET /api/queue', () => {
  it('shows of a team how many may run, what runs, and what waits in the order of its turns', async () => {
    const waiting: RunRequest[] = [];
    const { call, cluster, requests } = api(undefined, { waiting: () => waiting });
    for (let count = 0; count < 4; count++) await call('POST', '/api/run', { mode: 'bootstrap' });
    const [running, over, next, last] = requests() as [RunRequest, RunRequest, RunRequest, RunRequest];
    const set = (request: RunRequest, phase: 'Running' | 'Succeeded') =>
      cluster.objects.set(`${request.metadata.namespace}/${request.metadata.name}`, { ...request, status: { phase } });
    set(running, 'Running');
    set(over, 'Succeeded');
    waiting.push(last, next);
    const { body } = await call('GET', '/api/queue');
    expect(body).toMatchObject([
      {
        team: 'payments',
        namespace: 'team-payments',
        limit: 3,
        running: [{ name: running.metadata.name }],
        waiting: [{ name: last.metadata.name }, { name: next.metadata.name }],
      },
    ]);
  });

  it('is of teams whose requests the caller may see', async () =>
    expect((await api(undefined, { authenticate: callerWhoMay('create') }).call('GET', '/api/queue')).status).toBe(
      403,
    ));

  it('says that it does not know yet, rather than nothing', async () =>
    expect((await api(undefined, { synced: () => false }).call('GET', '/api/queue')).status).toBe(503));
});

describe('who may', () => {
  it('see nothing, is told so', async () =>
    expect((await api(undefined, { authenticate: callerWhoMay() }).call('GET', '/api/stacks')).status).toBe(403));

  it('ask for runs, and not release, gets them untrusted', async () => {
    const { call, requests } = api(undefined, { authenticate: callerWhoMay('create') });
    expect(
      (await call('POST', '/api/run', { mode: 'pr', stack: 'shop', app: 'web', prNumber: 3, sha: SHA.a })).status,
    ).toBe(201);
    expect(requests()[0]?.spec.trust).toBe('untrusted');
    expect((await call('POST', '/api/run', { mode: 'merge', stack: 'shop', app: 'web', sha: SHA.a })).status).toBe(403);
  });

  it('be anywhere, where callers are not asked who they are: nobody', async () => {
    const { app } = api();
    expect((await inject(app, { method: 'GET', url: '/api/stacks', remoteAddress: '10.0.0.7' })).statusCode).toBe(403);
    expect((await inject(app, { method: 'GET', url: '/api/stacks', remoteAddress: '::1' })).statusCode).toBe(200);
  });

  it('send deliveries and look at probes from anywhere, all the same', async () => {
    const { app } = withWebhooks(api(), SECRET);
    const statuses = [];
    for (const asked of [delivery('pull_request', pullRequestPayload()), { url: '/healthz' }, { url: '/readyz' }])
      statuses.push((await inject(app, { ...asked, remoteAddress: '10.0.0.7' })).statusCode);
    expect(statuses).toEqual([202, 200, 200]);
    for (const url of ['/api/run', '/api/bootstrap', '/api/reload', '/api/runs/x/cancel', '/api/runs/x/rerun'])
      expect(
        (
          await inject(app, {
            method: 'POST',
            url,
            remoteAddress: '10.0.0.7',
            headers: { 'x-forwarded-for': '127.0.0.1' },
          })
        ).statusCode,
      ).toBe(403);
  });

  describe('by token', () => {
    const cluster = (answers: { authenticated?: boolean; allowed?: boolean; audiences?: string[] } | undefined) => {
      const asked: string[] = [];
      const create = async <T>(kind: { plural: string }): Promise<T> => {
        asked.push(kind.plural);
        if (answers === undefined) throw new ApiError('down', 503);
        const { authenticated, allowed, audiences = ['tekton-dag-orchestrator'] } = answers;
        return {
          status:
            kind.plural === 'tokenreviews' ? { authenticated, audiences, user: { username: 'dev' } } : { allowed },
        } as T;
      };
      return { asked, server: api(undefined, { authenticate: tokenReview({ create }) }) };
    };
    const bearer = { authorization: 'Bearer abc' };

    it.each([
      ['no token', { authenticated: true, allowed: true }, {}, 401],
      ['a bad one', { authenticated: false }, bearer, 401],
      ['one for somebody else', { authenticated: true, audiences: ['https://kubernetes.default.svc'] }, bearer, 401],
      ['one without rights', { authenticated: true, allowed: false }, bearer, 403],
      ['a good one', { authenticated: true, allowed: true }, bearer, 200],
      ['one that nobody can look at', undefined, bearer, 503],
    ] as const)('%s', async (_, answers, headers, status) =>
      expect((await cluster(answers as never).server.call('GET', '/api/stacks', undefined, headers)).status).toBe(
        status,
      ),
    );

    it('asks once a minute', async () => {
      const { asked, server } = cluster({ authenticated: true, allowed: true });
      await server.call('GET', '/api/stacks', undefined, bearer);
      await server.call('GET', '/api/teams', undefined, bearer);
      expect(asked).toEqual(['tokenreviews', 'subjectaccessreviews']);
    });
  });
});
