import type { Ask } from '../../../lib/runs/ask/ask';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { keyedName } from '../../../lib/runs/ask/run-request';
import { overtaken } from '../../../lib/runs/decisions/event-order';
import { isOfHost } from '../../../lib/runs/decisions/of-host';
import { overtakenTests } from '../../../orchestrator/src/queue/eligible';
import type { Request } from '../../../orchestrator/src/queue/objects';
import { createMetrics } from '../../../orchestrator/src/metrics';
import { createRequest } from '../../../orchestrator/src/requests/create';
import { knownRequests } from '../../../orchestrator/src/requests/known';
import { FakeApi, NOW, SECRET, SHA, configurationOf, front, pullRequestPayload, shop, teamOf } from '../support';
import { api, callerWhoMay } from '../support/api';

/** Whoever may create requests, in the team's namespace or in another's, decides nothing that is the Git host's to say. */

const OTHER = teamOf('other', { desk: [{ name: 'desk', repo: 'acme/desk' }] });
/** The secret of one repository, which is believed of its merges. */
const OF_WEB = { active: [{ id: 'repo.acme.web', repo: 'acme/web', value: Buffer.from(SECRET) }] };
const shared = configurationOf(shop(), OTHER);
const PUSH = { action: 'synchronize', sha: SHA.b, before: SHA.a, at: '2026-05-10T11:30:00Z' };
const MERGE = { action: 'closed', merged: true, at: '2026-05-10T11:40:00Z' };

/** The requests that a first delivery makes. */
async function asked(options: Parameters<typeof pullRequestPayload>[0] = {}): Promise<readonly RunRequest[]> {
  const { deliver, requests } = front(undefined, { secrets: OF_WEB });
  await deliver('pull_request', pullRequestPayload(options));
  return requests();
}
/** As somebody makes it who may `create` alone: with name, labels and annotations of the real one, and without its source. */
function forgedOf(real: RunRequest, more: Partial<Ask> = {}): RunRequest {
  const spec = { ...real.spec, ...more };
  delete spec.source;
  delete spec.trust;
  return { ...real, metadata: { ...real.metadata, uid: 'forged' }, spec };
}
function apiWith(...requests: readonly RunRequest[]): FakeApi {
  const cluster = new FakeApi();
  for (const request of requests)
    cluster.objects.set(`${request.metadata.namespace}/${request.metadata.name}`, request);
  return cluster;
}

describe('a name that is taken beforehand', () => {
  it.each<[string, Partial<Ask>, RunRequest['status']]>([
    ['by the same in all that may be said', {}, { phase: 'Succeeded' }],
    ['for another app', { apps: ['stock'] }, { phase: 'Succeeded' }],
    ['for another commit', { revision: SHA.c }, undefined],
    ['for another pipeline', { pipeline: 'bootstrap' }, undefined],
  ])('%s, neither keeps the real one away nor stands for it', async (_, more, status) => {
    const [real] = (await asked()) as [RunRequest];
    const squat = { ...forgedOf(real, more), status };
    const { deliver, requests } = front(undefined, { api: apiWith(squat) });
    const first = (await deliver('pull_request', pullRequestPayload())).json();
    expect(first).toMatchObject({ status: 'accepted', runs: [{ created: true }] });
    const [, made] = requests();
    expect(made?.spec).toEqual({ ...real.spec, source: expect.objectContaining({ event: real.spec.source?.event }) });
    expect(first.runs[0].name).toBe(made?.metadata.name);
    expect(made?.metadata.name).not.toBe(squat.metadata.name);
    // and once, whoever delivers it again
    expect((await deliver('pull_request', pullRequestPayload())).json()).toMatchObject({ status: 'duplicate' });
    expect(requests()).toHaveLength(2);
  });

  it('is the same for a replica that has seen neither', async () => {
    const [real] = (await asked()) as [RunRequest];
    const cluster = apiWith(forgedOf(real));
    for (const status of ['accepted', 'duplicate'])
      expect(
        (await front(undefined, { api: cluster, blind: true }).deliver('pull_request', pullRequestPayload())).json(),
      ).toMatchObject({ status });
    expect(cluster.objects.size).toBe(2);
  });

  it('again and again is told as a failure, and never as a duplicate', async () => {
    const [real] = (await asked()) as [RunRequest];
    const metrics = createMetrics();
    const taken: FakeApi = new FakeApi();
    taken.create = () => Promise.reject(new Error('not reached'));
    const known = knownRequests({ list: () => [], get: () => undefined, indexed: () => [] }, () => [shop()]);
    const outcome = await createRequest(
      {
        api: taken,
        known: { ...known, get: (_, name) => forgedOf({ ...real, metadata: { ...real.metadata, name } }) },
        metrics,
      },
      real,
      { deadline: performance.now() + 1_000 },
    );
    expect(outcome.kind).toBe('conflict');
    expect((await metrics.requestConflicts.get()).values[0]?.value).toBe(1);
  });

  it('keeps no call of the API away', async () => {
    const body = { mode: 'pr', stack: 'shop', app: 'web', prNumber: 3, sha: SHA.a };
    const { call, cluster, requests } = api(undefined, { authenticate: callerWhoMay('create') });
    const [real] = (await asked()) as [RunRequest];
    const name = keyedName('someone', 'once');
    const squat = forgedOf({ ...real, metadata: { ...real.metadata, name } });
    cluster.objects.set(`team-payments/${name}`, squat);
    expect((await call('POST', '/api/run', body, { 'idempotency-key': 'once' })).status).toBe(201);
    expect((await call('POST', '/api/run', body, { 'idempotency-key': 'once' })).body.status).toBe('duplicate');
    expect(requests()).toHaveLength(2);
  });
});

describe('beside the real one, one that somebody made by hand', () => {
  const timed = { source: undefined, revision: SHA.c } as const;

  it('overtakes nothing, and is overtaken by nothing', async () => {
    const [real] = (await asked()) as [RunRequest];
    const forged = { ...forgedOf(real, timed), metadata: { ...real.metadata, name: 'mine', uid: 'mine' } };
    expect(overtaken([real, forged])).toEqual([]);
    expect([...overtakenTests([real, forged] as Request[])]).toEqual([]);
    const cancelled = forgedOf(
      { ...real, metadata: { ...real.metadata, name: 'mark' } },
      { apps: undefined, cancel: true },
    );
    expect(overtaken([real, cancelled])).toEqual([]);
  });

  it('is not what a comment, a check or a merge queue goes by', async () => {
    const [real] = (await asked()) as [RunRequest];
    const forged: RunRequest = { ...forgedOf(real), status: { phase: 'Failed' } };
    const { deliver, requests } = front(undefined, { api: apiWith(forged) });
    const { repository } = pullRequestPayload();
    const rerun = {
      action: 'rerequested',
      repository,
      sender: { login: 'dev' },
      check_run: { id: 77, head_sha: SHA.a, external_id: forged.metadata.name },
    };
    expect((await deliver('check_run', rerun)).json()).toMatchObject({ status: 'ignored', reason: 'unknown_head' });
    expect(requests()).toHaveLength(1);
  });
});

describe('another team, which has a namespace of its own', () => {
  /** It may release there, so it may say of its requests what it likes. */
  const foreign = (real: RunRequest, more: Partial<Ask> = {}): RunRequest => ({
    ...real,
    metadata: { ...real.metadata, namespace: 'team-other', uid: 'foreign' },
    spec: { ...real.spec, ...more },
  });
  const far = '2199-01-01T00:00:00Z';

  it.each(['payments', 'other'])('silences no push and no merge by requests of team %s', async (team) => {
    const [real] = (await asked()) as [RunRequest];
    const [test, release] = (await asked(MERGE)).filter(({ spec }) => spec.cancel !== true) as [RunRequest, RunRequest];
    const source = { ...real.spec.source!, eventTime: far };
    const begun = { phase: 'Running' } as const;
    const given = [
      foreign(real, { team, revision: SHA.c, source }),
      { ...foreign(release ?? test, { team, source, revision: SHA.c }), status: begun },
      foreign(real, { team, apps: undefined, cancel: true, source }),
    ].map((request, index) => ({
      ...request,
      metadata: { ...request.metadata, name: `${request.metadata.name}${index}` },
    }));
    const { deliver } = front(shared, { api: apiWith(...given), secrets: OF_WEB });
    expect((await deliver('pull_request', pullRequestPayload(PUSH))).json()).toMatchObject({ status: 'accepted' });
    expect((await deliver('pull_request', pullRequestPayload(MERGE))).json()).toMatchObject({
      status: 'accepted',
      runs: [{ pipeline: 'merge-release', created: true }],
    });
  });

  it('hides none of the runs, and no key, of this one', async () => {
    const may: ReturnType<typeof callerWhoMay> = async () => ({
      name: 'someone',
      may: async (_, namespace) => namespace === 'team-payments',
    });
    const { call, cluster } = api(configurationOf(OTHER, shop()), { authenticate: may });
    const body = { mode: 'pr', team: 'payments', stack: 'shop', app: 'web', prNumber: 3, sha: SHA.a };
    const name = keyedName('someone', 'once');
    const [real] = (await asked()) as [RunRequest];
    cluster.objects.set(
      `team-other/${name}`,
      foreign({ ...real, metadata: { ...real.metadata, name } }, { team: 'other' }),
    );
    expect((await call('POST', '/api/run', body, { 'idempotency-key': 'once' })).status).toBe(201);
    expect((await call('GET', `/api/runs/${name}`)).body).toMatchObject({ name, team: 'payments' });
    expect((await call('POST', `/api/runs/${name}/cancel`)).status).toBe(200);
  });
});

it('an event of the far future runs, and is not the newest for ever', async () => {
  const { deliver, requests } = front();
  await deliver('pull_request', pullRequestPayload({ sha: SHA.c, at: '2199-01-01T00:00:00Z' }));
  expect((await deliver('pull_request', pullRequestPayload(PUSH))).json()).toMatchObject({ status: 'accepted' });
  const [future, push] = requests() as [RunRequest, RunRequest];
  expect(overtaken([future, push])).toEqual([]);
  // a minute is what clocks differ by
  const minute = new Date(NOW + 60_000).toISOString();
  const soon = { ...future, spec: { ...future.spec, source: { ...future.spec.source!, eventTime: minute } } };
  expect(overtaken([soon, push])).toEqual([push]);
});

it('what is run again by somebody who may only create has no part in the order of events', async () => {
  const [old, push] = [...(await asked()), ...(await asked(PUSH))] as [RunRequest, RunRequest];
  for (const verbs of [['create'], ['create', 'release']] as const) {
    const { call, cluster, requests } = api(undefined, { authenticate: callerWhoMay(...verbs) });
    for (const request of [old, push]) cluster.objects.set(`team-payments/${request.metadata.name}`, request);
    expect((await call('POST', `/api/runs/${old.metadata.name}/rerun`)).status).toBe(201);
    const again = requests()[2]!;
    const mayRelease = verbs.length > 1;
    expect([isOfHost(again), again.spec.trust]).toEqual([mayRelease, mayRelease ? 'trusted' : 'untrusted']);
    expect(overtaken([push, again])).toEqual(mayRelease ? [push] : []);
  }
});

it('the API is not kept busy by a body of many values, whoever sends it', async () => {
  const { call } = api(undefined, { authenticate: callerWhoMay() });
  const revisions = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, 0]));
  const { status, body } = await call('POST', '/api/run', { mode: 'bootstrap', stack: 'shop', revisions });
  expect([status, (body as { code?: string }).code]).toEqual([400, 'bad_json']);
});

describe('without authentication, a web page', () => {
  const PAGE = 'https://page.example.com';

  it.each<[string, Record<string, string>]>([
    ['that sends text, as it may everywhere', { origin: PAGE, 'content-type': 'text/plain' }],
    ['that sends nothing but a request', { origin: PAGE }],
    ['in a sandbox', { origin: 'null' }],
    ['of which the browser says only that it is another', { 'sec-fetch-site': 'cross-site' }],
    ['whose name was made to lead here', { host: 'page.example.com' }],
  ])('%s is none of this machine', async (_, headers) => {
    const { call, requests } = api();
    expect((await call('POST', '/api/run', { mode: 'bootstrap' }, headers)).status).toBe(403);
    expect((await call('GET', '/api/runs', undefined, headers)).status).toBe(403);
    expect(requests()).toEqual([]);
  });

  it.each(['localhost:8080', '127.0.0.1:8080', '[::1]:8080'])('is no program that asks %s', async (host) =>
    expect((await api().call('POST', '/api/run', { mode: 'bootstrap' }, { host })).status).toBe(200),
  );

  it.each<[string, Record<string, string>]>([
    ['a page', { 'sec-fetch-site': 'same-origin' }],
    ['a page that says its origin', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8080' }],
    ['an old browser', { origin: 'http://localhost:8080' }],
    ['an address that somebody typed', { 'sec-fetch-site': 'none' }],
  ])('of this very server reads and changes nothing: %s', async (_, headers) => {
    const { call, requests } = api();
    const own = { host: 'localhost:8080', ...headers };
    expect((await call('GET', '/api/runs', undefined, own)).status).toBe(200);
    expect((await call('GET', '/api/me', undefined, own)).body.teams).toEqual([
      { name: 'payments', namespace: 'team-payments', may: ['list', 'readLogs'] },
    ]);
    expect((await call('POST', '/api/run', { mode: 'bootstrap' }, own)).status).toBe(403);
    expect(requests()).toEqual([]);
  });

  it.each(['http://localhost:3000', 'https://localhost:8080', 'http://127.0.0.1:8080'])(
    'of another server on this machine is none of this one: %s',
    async (origin) =>
      expect((await api().call('GET', '/api/runs', undefined, { host: 'localhost:8080', origin })).status).toBe(403),
  );
});
