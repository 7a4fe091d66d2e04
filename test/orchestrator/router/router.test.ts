import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../../../lib/runs/configuration/routing';
import { indexMembers, routingSchema } from '../../../lib/runs/configuration/routing';
import { createServer } from '../../../orchestrator/src/http/server';
import { createMetrics } from '../../../orchestrator/src/metrics';
import { MemberHealth } from '../../../orchestrator/src/router/health';
import { forward } from '../../../orchestrator/src/router/forward';
import { membersOfFile } from '../../../orchestrator/src/router/members';
import { routerRoutes } from '../../../orchestrator/src/router/router';
import type { DeliverOptions } from '../support';
import { SECRET, delivery, pullRequestPayload, silent } from '../support';
import { StoringMember, answering, slow } from './member';

/** A router as it is served, between a Git host and members that are HTTP servers. */

jest.setTimeout(60_000);

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function member(name: string): Promise<StoringMember> {
  const made = await new StoringMember(name).start();
  ends.push(() => made.stop());
  return made;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { errors?: { path: string; message: string }[] };
}

/** A router on a port of its own. */
async function router(
  members: readonly Member[] | undefined,
  secrets: Readonly<Record<string, string>> = { current: SECRET },
) {
  const metrics = createMetrics();
  const lifecycle = { draining: false, closing: false };
  const app = createServer(silent, lifecycle);
  routerRoutes(app, {
    log: silent,
    metrics,
    lifecycle,
    lag: () => 0,
    members: { current: members && indexMembers(members) },
    health: new MemberHealth(metrics),
    secrets: {
      active: Object.entries(secrets).map(([id, value]) => ({
        id,
        value: Buffer.from(value),
        repo: id.startsWith('repo.') ? id.slice('repo.'.length).replace('.', '/') : undefined,
      })),
    },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  ends.push(() => app.close());
  const address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${address}${path}`, init);
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  };
  return {
    address,
    metrics,
    get: ask,
    deliver: (
      payload: unknown = pullRequestPayload(),
      { event = 'pull_request', ...options }: DeliverOptions & { event?: string } = {},
    ) => {
      const made = delivery(event, payload, options);
      return ask(String(made.url), {
        method: 'POST',
        headers: made.headers as Record<string, string>,
        body: made.payload as string,
      });
    },
    /** Of a metric, the values by the labels. */
    async values(name: string): Promise<Record<string, number>> {
      const found = await metrics.registry.getSingleMetric(`tekton_dag_${name}`)!.get();
      return Object.fromEntries(found.values.map(({ labels, value }) => [Object.values(labels).join(' '), value]));
    },
  };
}

const WEB = 'https://github.com/acme/web.git';
const OTHER = 'https://github.com/acme/other.git';

describe('a delivery', () => {
  it('is sent to the members that own its repository, as it was signed, and to no other', async () => {
    const [owner, other] = [await member('eu'), await member('us')];
    const { deliver, values } = await router([owner.as({ repositories: [WEB] }), other.as({ repositories: [OTHER] })]);
    const text = `${JSON.stringify(pullRequestPayload(), null, 2)}\n`;
    const { status, body } = await deliver(text, {
      guid: 'guid-0001',
      headers: {
        'user-agent': 'GitHub-Hookshot/1',
        'x-github-hook-id': '7',
        authorization: 'Bearer of a stranger',
        cookie: 'a=b',
        'x-forwarded-for': '10.0.0.1',
      },
    });
    expect([status, body]).toEqual([
      202,
      {
        status: 'routed',
        deliveryId: 'guid-0001',
        members: [{ member: 'eu', status: 202, answer: { status: 'accepted' } }],
      },
    ]);
    expect(other.received).toEqual([]);
    const [{ path, headers, body: sent } = { path: '', headers: {}, body: Buffer.from('') }] = owner.received;
    expect([path, sent.toString()]).toEqual(['/webhook/github', text]);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/1',
      'x-github-event': 'pull_request',
      'x-github-delivery': 'guid-0001',
      'x-github-hook-id': '7',
      'x-hub-signature-256': expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
    });
    for (const name of ['authorization', 'cookie', 'x-forwarded-for']) expect(headers).not.toHaveProperty(name);
    expect(await values('member_deliveries_total')).toEqual({ 'eu 202': 1 });
    expect(await values('member_up')).toEqual({ eu: 1 });
  });

  it('of Gitea goes where a member takes those of Gitea', async () => {
    const eu = await member('eu');
    const { deliver } = await router([eu.as()]);
    expect((await deliver(pullRequestPayload(), { to: 'gitea' })).status).toBe(202);
    expect(eu.received.map(({ path }) => path)).toEqual(['/webhook/gitea']);
  });

  it('is sent also to members of which nobody knows what they own, and to all if nobody is known to own it', async () => {
    const [eu, us, legacy] = [await member('eu'), await member('us'), await member('legacy')];
    const { deliver } = await router([
      eu.as({ repositories: [WEB] }),
      us.as({ repositories: [OTHER] }),
      legacy.as({ url: legacy.as().url.replace('/webhook/{gitHost}', '/') }),
    ]);
    await deliver();
    expect([eu, us, legacy].map(({ received }) => received.length)).toEqual([1, 0, 1]);
    await deliver(pullRequestPayload({ repo: 'acme/unknown' }));
    await deliver({ zen: 'Design for failure.' }, { event: 'ping' });
    await deliver({ action: 'created', installation: { id: 1 } }, { event: 'installation' });
    expect([eu, us, legacy].map(({ received }) => received.length)).toEqual([4, 3, 4]);
    expect(legacy.received[0]?.path).toBe('/');
  });

  it('that nobody signed with a good secret reaches no member', async () => {
    const eu = await member('eu');
    const { deliver } = await router([eu.as()]);
    for (const options of [{ secret: 'another one' }, { headers: { 'x-hub-signature-256': undefined } }])
      expect(await deliver(pullRequestPayload(), options)).toMatchObject({
        status: 401,
        body: { code: 'bad_signature' },
      });
    expect(eu.received).toEqual([]);
  });

  it('signed with the secret of one repository speaks for that alone', async () => {
    const eu = await member('eu');
    const { deliver } = await router([eu.as()], { 'repo.acme.web': SECRET });
    expect((await deliver()).status).toBe(202);
    for (const payload of [pullRequestPayload({ repo: 'acme/other' }), { action: 'created' }])
      expect(await deliver(payload)).toMatchObject({ status: 403, body: { code: 'repo_not_in_team' } });
    expect(eu.received).toHaveLength(1);
  });

  it('that is too large reaches no member', async () => {
    const eu = await member('eu');
    const { deliver } = await router([eu.as()]);
    const { status, body } = await deliver('x'.repeat(25 * 2 ** 20 + 1));
    expect([status, body.code]).toEqual([413, 'too_large']);
    expect(eu.received).toEqual([]);
  });

  it('that a router has sent goes no further, so that one that is its own member asks itself once', async () => {
    const { deliver, address, values } = await router([]);
    const looping = await router([{ name: 'myself', url: `${address}/webhook/github`, insecure: true }]);
    expect((await deliver(pullRequestPayload(), { headers: { via: '1.1 proxy.example.com' } })).status).toBe(200);
    expect(await looping.deliver()).toMatchObject({
      status: 502,
      body: { errors: [{ path: 'myself', message: expect.stringMatching(/^answered 508/) }] },
    });
    expect(Object.keys(await values('webhook_requests_total'))).toContain('pull_request none 508');
  });
});

describe('the Git host sees a failure, and each other member has the delivery, if one', () => {
  const failing = async (answer: StoringMember['answer']) => {
    const [eu, us] = [await member('eu'), await member('us')];
    us.answer = answer;
    const made = await router([eu.as(), us.as()]);
    const answered = await made.deliver(pullRequestPayload(), { guid: 'guid-0001' });
    expect(eu.stored).toEqual(new Map([['guid-0001', 1]]));
    return { ...answered, made, eu, us };
  };
  const failed = (message: unknown) => ({
    status: 502,
    body: { code: 'member_failed', deliveryId: 'guid-0001', errors: [{ path: 'us', message }] },
  });

  it('refuses it, in the words of the member', async () => {
    const problem = JSON.stringify({ code: 'bad_signature', detail: 'The signature does not match' });
    const { made, ...answered } = await failing(
      answering(401, problem, { 'content-type': 'application/problem+json' }),
    );
    expect(answered).toMatchObject(failed('answered 401: The signature does not match'));
    expect(await made.values('member_deliveries_total')).toEqual({ 'eu 202': 1, 'us 401': 1 });
    expect(await made.values('member_up')).toEqual({ eu: 1, us: 0 });
  });

  it('has a fault', async () => expect(await failing(answering(500))).toMatchObject(failed('answered 500')));

  it('redirects it, which is not followed', async () => {
    const elsewhere = await member('elsewhere');
    const location = elsewhere.as().url;
    expect(await failing(answering(307, '', { location }))).toMatchObject(failed('answered 307'));
    expect(elsewhere.received).toEqual([]);
  });

  it('breaks off, and it is not sent again: it may have been taken', async () => {
    const { us, ...answered } = await failing((_delivery, response) => {
      response.destroy();
      return true;
    });
    expect(answered).toMatchObject(failed('broke off'));
    expect(us.received).toHaveLength(1);
  });

  it('answers with more than is passed on, or with what is no JSON', async () => {
    const eu = await member('eu');
    const { deliver } = await router([eu.as()]);
    const json = { 'content-type': 'application/json' };
    for (const answer of [
      answering(200, JSON.stringify('x'.repeat(2 ** 20)), json),
      answering(200, '{', json),
      answering(200, '<p>thanks</p>'),
    ]) {
      eu.answer = answer;
      expect((await deliver()).body.members).toEqual([{ member: 'eu', status: 200 }]);
    }
  });
});

it('sends again within the answer where a member is surely without it: it says 503, or is not there yet', async () => {
  const [eu, us] = [await member('eu'), await member('us')];
  let refused = 0;
  eu.answer = (received, response) => refused++ < 2 && answering(503)(received, response);
  await us.stop();
  const { deliver } = await router([eu.as(), us.as()]);
  const answered = deliver(pullRequestPayload(), { guid: 'guid-0001' });
  while (eu.stored.size === 0) await sleep(10);
  await us.start();
  expect((await answered).status).toBe(202);
  expect([eu.received.length, us.stored.get('guid-0001')]).toEqual([3, 1]);
});

it('waits for no member beyond the deadline', async () => {
  const eu = await member('eu');
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  eu.answer = async () => {
    await ended;
    return false;
  };
  const sent = { dialect: 'github', headers: {}, body: Buffer.from('{}') } as const;
  expect(await forward(eu.as(), sent, performance.now() + 200)).toEqual({
    member: 'eu',
    why: 'did not answer in time',
  });
  end();
  await eu.stop();
  // long enough that a machine that is busy finds nobody there before it is over
  expect(await forward(eu.as(), sent, performance.now() + 1_700)).toEqual({
    member: 'eu',
    why: 'could not be reached',
  });
});

it('loses nothing and doubles nothing with three members, one slow, one dead, one restarting', async () => {
  const [slowly, dead, restarting] = [await member('slow'), await member('dead'), await member('restarting')];
  const members = [slowly, dead, restarting];
  slowly.answer = slow(200);
  restarting.answer = slow(20);
  await dead.stop();
  const { deliver, values } = await router(members.map((one) => one.as()));
  const payloads = new Map(
    Array.from({ length: 60 }, (_, number) => [`guid-${1000 + number}`, pullRequestPayload({ number: number + 1 })]),
  );
  const open = new Set(payloads.keys());
  let falselyTaken = 0;
  /** As GitHub, which is asked to deliver again what was not taken, under the same id. */
  const deliverAll = () =>
    Promise.all(
      [...open].map(async (guid) => {
        const { status } = await deliver(payloads.get(guid), { guid });
        if (status >= 300) return expect(status).toBe(502);
        if (!members.every(({ stored }) => stored.has(guid))) falselyTaken++;
        open.delete(guid);
      }),
    );

  const first = deliverAll();
  for (let round = 0; round < 4; round++) {
    await sleep(100);
    await restarting.stop();
    await sleep(50);
    await restarting.start();
  }
  await first;
  // nobody has heard of success while a member was away
  expect(open.size).toBe(payloads.size);
  expect(slowly.stored.size).toBe(payloads.size);
  expect(await values('member_up')).toMatchObject({ slow: 1, dead: 0 });

  await dead.start();
  while (open.size > 0) await deliverAll();
  expect(falselyTaken).toBe(0);
  for (const { stored } of members) expect([...stored.keys()].sort()).toEqual([...payloads.keys()]);
  expect(await values('member_up')).toEqual({ slow: 1, dead: 1, restarting: 1 });
});

describe('/readyz', () => {
  it('is good with members and a secret, whether or not a member is away', async () => {
    const [eu, us] = [await member('eu'), await member('us')];
    us.answer = answering(500);
    const { get, deliver } = await router([eu.as(), us.as()]);
    const unknown = { state: 'unknown' };
    expect(await get('/readyz')).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        members: [
          { name: 'eu', ...unknown },
          { name: 'us', ...unknown },
        ],
      },
    });
    await deliver();
    const since = expect.any(String) as string;
    expect((await get('/readyz')).body.members).toEqual([
      { name: 'eu', state: 'up', since },
      { name: 'us', state: 'down', since },
    ]);
    expect(await get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('says what is missing, and deliveries are told to come again', async () => {
    const { get, deliver } = await router(undefined, {});
    expect(await get('/readyz')).toMatchObject({
      status: 503,
      body: { missing: ['no good list of members has been read', 'no webhook secret is configured'] },
    });
    expect(await deliver()).toMatchObject({ status: 503, body: { code: 'no_secret' } });
    const { deliver: toNobody } = await router(undefined);
    expect(await toNobody()).toMatchObject({ status: 503, body: { code: 'config_unavailable' } });
  });

  it('is the only way in beside the webhooks: there is no API', async () => {
    const { get } = await router([]);
    for (const path of ['/api/runs', '/openapi.json', '/triggers', '/metrics'])
      expect((await get(path)).status).toBe(404);
  });
});

describe('the list of members', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'members-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (content: string) => writeFileSync(join(folder, 'members.json'), content);
  const one = (name: string) => JSON.stringify({ members: [{ name, url: `https://${name}.example.com/` }] });

  it('is in force as it was last good', async () => {
    write(one('eu'));
    const metrics = createMetrics();
    const health = new MemberHealth(metrics);
    const members = await membersOfFile(join(folder, 'members.json'), { log: silent, metrics, health });
    health.note('eu', false);
    const names = () => members.current?.members.map(({ name }) => name);
    expect(names()).toEqual(['eu']);
    write('{');
    await expect(members.reload()).rejects.toThrow();
    expect(names()).toEqual(['eu']);
    write(one('us'));
    await members.reload();
    expect(names()).toEqual(['us']);
    // who is no member any more is not down
    expect((await metrics.memberUp.get()).values).toEqual([]);
    expect(health.of('eu')).toEqual({ state: 'unknown' });
    members.stop();
  });

  it('may be missing at first', async () => {
    const metrics = createMetrics();
    const members = await membersOfFile(join(folder, 'members.json'), {
      log: silent,
      metrics,
      health: new MemberHealth(metrics),
    });
    expect(members.current).toBeUndefined();
    write(one('eu'));
    await members.reload();
    expect(members.current?.members).toHaveLength(1);
    members.stop();
  });

  it.each([
    ['http, unless it is said', { url: 'http://eu.example.com/' }],
    ['a password', { url: 'https://user:password@eu.example.com/' }],
    ['a query', { url: 'https://eu.example.com/?token=x' }],
    ['another scheme', { url: 'file:///etc/passwd' }],
    ['what is no repository', { url: 'https://eu.example.com/', repositories: ['github.com'] }],
  ])('holds no address with %s', (_, more) =>
    expect(routingSchema.safeParse({ members: [{ name: 'eu', ...more }] }).success).toBe(false),
  );
});

describe('who owns a repository', () => {
  const repo = (fullName: string, host = 'github.com') => ({
    host,
    fullName,
    addresses: [`https://${host}/${fullName}.git`, `https://${host}/${fullName}`, `git@${host}:${fullName}.git`],
  });
  const names = (repositories: readonly string[], of: Parameters<ReturnType<typeof indexMembers>['membersFor']>[0]) =>
    indexMembers([
      { name: 'owner', url: 'https://a.example.com/', insecure: false, repositories: [...repositories] },
      { name: 'other', url: 'https://b.example.com/', insecure: false, repositories: [] },
    ])
      .membersFor(of)
      .map(({ name }) => name);

  it.each([
    'https://github.com/acme/web',
    'https://github.com/Acme/Web.git',
    'git@github.com:acme/web.git',
    'ssh://git@ssh.github.com:443/acme/web',
  ])('is known by %s', (address) => expect(names([address], repo('acme/web'))).toEqual(['owner']));

  it.each([
    ['another repository', repo('acme/web2')],
    ['one of the same name elsewhere', repo('acme/web', 'git.example.com')],
    ['one whose addresses end in another name', { ...repo('acme/web'), fullName: 'acme/other' }],
    ['none', undefined],
  ])('is not known of %s, which goes to all', (_, of) =>
    expect(names(['https://github.com/acme/web'], of)).toEqual(['owner', 'other']),
  );
});
