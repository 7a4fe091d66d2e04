import { delivery, pullRequestPayload } from '../support';
import { api } from '../support/api';
import { inject } from '../support/inject';
import { startProvider } from './support/provider';
import type { RunningProvider } from './support/provider';
import type { Running } from './support/server';
import { CALLBACK, KEYS, ORIGIN, keysDir, settingsFor, startServer } from './support/server';

/** Whole sign-ins with a real provider. */

let provider: RunningProvider;
let running: Running;
const warned = jest.spyOn(console, 'warn').mockImplementation();

beforeAll(async () => {
  provider = await startProvider({ redirect: CALLBACK });
  running = await startServer(settingsFor(provider.issuer));
});
afterAll(async () => {
  running.signIn.stop();
  await provider.stop();
  warned.mockRestore();
});
beforeEach(() => {
  provider.person = { email: 'dev@example.com', email_verified: true, groups: ['payments', 'all'] };
  provider.denies = false;
});

const ours = ({ origin, pathname }: URL): boolean => origin === ORIGIN && pathname.startsWith('/ui/');
const atCallback = ({ origin, pathname }: URL): boolean => origin === ORIGIN && pathname === '/auth/callback';

async function signedIn() {
  const browser = running.browser();
  const page = await browser.open('/auth/login?to=/ui/runs?team=payments', ours);
  return { browser, page, me: (await browser.call('GET', '/api/me')).body };
}

describe('a person who signs in', () => {
  it('comes back to where he was, and may do there what the cluster lets him', async () => {
    const { browser, page, me } = await signedIn();
    expect(page.url.href).toBe(`${ORIGIN}/ui/runs?team=payments`);
    expect(me).toEqual({
      name: 'oidc:dev@example.com',
      groups: ['oidc:payments', 'oidc:all'],
      teams: [{ name: 'payments', namespace: 'team-payments', may: ['list', 'create'] }],
      csrf: expect.stringMatching(/^[\w-]{22}$/),
      expires: expect.any(String),
    });
    expect(running.reviews[0]).toMatchObject({
      user: 'oidc:dev@example.com',
      groups: ['oidc:payments', 'oidc:all', 'system:authenticated'],
      resourceAttributes: { verb: 'list', namespace: 'team-payments' },
    });
    expect((await browser.call('GET', '/api/runs')).status).toBe(200);
  });

  it('has cookies that no script and no other site gets at, and no token', async () => {
    const { browser } = await signedIn();
    expect(browser.set.map((header) => header.replace(/=[^;]*/, ''))).toEqual([
      '__Host-tekton-dag-sign-in; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax',
      '__Host-tekton-dag-sign-in; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
      expect.stringMatching(/^__Host-tekton-dag-session; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    const [, , session = ''] = browser.set;
    const [header = ''] = session.split('=')[1]!.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'dir', enc: 'A256GCM' });
  });

  it('changes something only with what his page was told', async () => {
    const { browser, me } = await signedIn();
    const options = { origin: ORIGIN, 'content-type': 'application/json' };
    expect((await browser.call('POST', '/api/bootstrap?stack=shop', options)).body.code).toBe('not_from_page');
    const other = await signedIn();
    const theirs = { ...options, 'x-csrf-token': other.me.csrf };
    expect((await browser.call('POST', '/api/bootstrap?stack=shop', theirs)).body.code).toBe('not_from_page');
    expect(running.server.requests()).toEqual([]);
    const made = await browser.call('POST', '/api/bootstrap?stack=shop', { ...options, 'x-csrf-token': me.csrf });
    expect(made).toMatchObject({ status: 201, body: { status: 'created' } });
  });

  it('is told what the cluster does not let him do', async () => {
    const { browser, me } = await signedIn();
    const name = running.server.requests()[0]?.metadata.name;
    const headers = { origin: ORIGIN, 'x-csrf-token': me.csrf };
    expect((await browser.call('POST', `/api/runs/${name}/cancel`, headers)).body).toMatchObject({
      code: 'forbidden',
      detail: 'you may not patch runrequests in namespace team-payments',
    });
  });

  it('sees no team that the cluster shows him nothing of', async () => {
    provider.person = { email: 'guest@example.com', email_verified: true, groups: [] };
    const { browser, me } = await signedIn();
    expect(me).toMatchObject({ name: 'oidc:guest@example.com', groups: [], teams: [] });
    expect((await browser.call('GET', '/api/runs')).body.code).toBe('forbidden');
  });

  it('is out once he signs out, which needs the same', async () => {
    const { browser, me } = await signedIn();
    expect((await browser.call('POST', '/auth/logout', { origin: ORIGIN })).body.code).toBe('not_from_page');
    const headers = { origin: ORIGIN, 'x-csrf-token': me.csrf };
    expect((await browser.call('POST', '/auth/logout', headers)).body).toEqual({ status: 'signed out' });
    expect((await browser.call('GET', '/api/me')).body).toMatchObject({
      code: 'unauthorized',
      detail: 'sign in at /auth/login, or show a bearer token',
    });
  });

  it('is out when the ID token would be, and after eight hours at most', async () => {
    const { browser, me } = await signedIn();
    const left = Date.parse(me.expires) - Date.now();
    expect(left).toBeLessThanOrEqual(3_600_000);
    try {
      running.clock.ahead = left - 600_000;
      expect((await browser.call('GET', '/api/me')).status).toBe(200);
      running.clock.ahead = left + 1_000;
      expect((await browser.call('GET', '/api/me')).status).toBe(401);
    } finally {
      running.clock.ahead = 0;
    }
    const long = await startProvider({ redirect: CALLBACK, seconds: 24 * 3_600 });
    const other = await startServer(settingsFor(long.issuer));
    const late = other.browser();
    const begun = Date.now();
    await late.open('/auth/login', ours);
    const { expires } = (await late.call('GET', '/api/me')).body;
    const hours = (Date.parse(expires) - begun) / 3_600_000;
    expect(hours).toBeGreaterThan(7.99);
    expect(Date.parse(expires)).toBeLessThanOrEqual(Date.now() + 8 * 3_600_000);
    other.signIn.stop();
    await long.stop();
  });

  it('uses a token beside it where he shows one', async () => {
    const { browser } = await signedIn();
    const asked = running.reviews.length;
    expect((await browser.call('GET', '/api/me', { authorization: 'Bearer some' })).status).toBe(401);
    expect(running.reviews[asked]).toMatchObject({ token: 'some' });
  });
});

describe('the way to a session', () => {
  it('cannot be gone twice', async () => {
    const browser = running.browser();
    const { url } = await browser.open('/auth/login', atCallback);
    const kept = new Map(browser.cookies);
    expect((await browser.open(url.href, ours)).url.pathname).toBe('/ui/');
    // neither by the same browser, nor with the cookies that it had
    const again = await browser.open(url.href);
    expect([again.status, JSON.parse(again.body).code]).toEqual([400, 'sign_in_failed']);
    const thief = running.browser();
    for (const [key, value] of kept) thief.cookies.set(key, value);
    const stolen = await thief.open(url.href);
    expect(JSON.parse(stolen.body)).toMatchObject({
      status: 400,
      code: 'sign_in_failed',
      detail: expect.stringContaining('the provider says invalid_grant'),
    });
  });

  it.each<[string, (url: URL) => void]>([
    ['another state', (url) => url.searchParams.set('state', 'x'.repeat(43))],
    ['no state', (url) => url.searchParams.delete('state')],
    ['two states', (url) => url.searchParams.append('state', 'y')],
    ['another issuer', (url) => url.searchParams.set('iss', 'https://evil.example.com')],
    ['another code', (url) => url.searchParams.set('code', 'made-up')],
    ['no code', (url) => url.searchParams.delete('code')],
  ])('does not end with %s', async (_, change) => {
    const browser = running.browser();
    const { url } = await browser.open('/auth/login', atCallback);
    change(url);
    const { status, body } = await browser.open(url.href);
    expect([status, JSON.parse(body).code]).toEqual([400, 'sign_in_failed']);
    expect((await browser.call('GET', '/api/me')).status).toBe(401);
  });

  it('does not end in the browser of somebody else', async () => {
    const [mine, theirs] = [running.browser(), running.browser()];
    const { url } = await mine.open('/auth/login', atCallback);
    expect(JSON.parse((await theirs.open(url.href)).body).code).toBe('sign_in_failed');
    await theirs.open('/auth/login', atCallback);
    expect(JSON.parse((await theirs.open(url.href)).body).code).toBe('sign_in_failed');
  });

  it('that has failed has ended: it is not tried again in the same browser', async () => {
    const browser = running.browser();
    const { url } = await browser.open('/auth/login', atCallback);
    const other = new URL(url);
    other.searchParams.set('state', 'x'.repeat(43));
    expect((await browser.open(other.href)).status).toBe(400);
    const again = await browser.open(url.href);
    expect([again.status, JSON.parse(again.body).detail]).toEqual([
      400,
      expect.stringContaining('no sign-in has begun in this browser'),
    ]);
  });

  it('is told to a person by a page, on which nothing runs, and from which it is begun again', async () => {
    const browser = running.browser();
    browser.accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
    const { url } = await browser.open('/auth/login?to=/ui/teams/payments', atCallback);
    const script = '<script>alert(1)</script>"\'&';
    const { status, body, headers } = await browser.open(
      `${CALLBACK}?${new URLSearchParams({
        error: 'access_denied',
        error_description: script,
        state: url.searchParams.get('state') ?? '',
        iss: url.searchParams.get('iss') ?? '',
      })}`,
    );
    expect([status, headers?.['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
    expect(headers?.['content-security-policy']).toContain("default-src 'none'");
    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
    expect(body).not.toContain('<script');
    const [, again = ''] = /href="([^"]*)"/.exec(body) ?? [];
    expect(again).toBe('/auth/login?to=%2Fui%2Fteams%2Fpayments');
    expect((await browser.open(again, ours)).url.pathname).toBe('/ui/teams/payments');
  });

  it('says what the provider says', async () => {
    provider.denies = true;
    const { status, body } = await running.browser().open('/auth/login');
    expect(status).toBe(400);
    expect(JSON.parse(body).detail).toBe(
      'the sign-in did not succeed: the provider says access_denied: the person said no',
    );
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["a group of the cluster's own", { groups: ['system:masters'] }, /"system:masters", and what begins with system:/],
    ["a name of the cluster's own", { email: 'system:admin' }, /"system:admin"/],
    ['an address that nobody has verified', { email_verified: false }, /has not verified the e-mail address/],
    ['no name', { email: undefined }, /no text in the claim email/],
    ['groups that are none', { groups: [{ id: 1 }] }, /not a list of groups/],
    [
      'more groups than a cookie holds',
      { groups: Array.from({ length: 200 }, (_, index) => `a group with a long name ${index}`) },
      /says 200 groups, which together are too long for a cookie/,
    ],
  ])('is refused to who has %s', async (_, claims, why) => {
    provider.person = { ...provider.person, ...claims };
    const browser = running.browser();
    const { status, body } = await browser.open('/auth/login');
    expect([status, JSON.parse(body)]).toEqual([
      403,
      expect.objectContaining({ code: 'sign_in_refused', detail: expect.stringMatching(why) }),
    ]);
    expect((await browser.call('GET', '/api/me')).status).toBe(401);
  });
});

describe('a provider that does not answer', () => {
  it('keeps nobody else out, is told, and is used once it is there', async () => {
    const first = await startProvider({ redirect: CALLBACK });
    const port = Number(new URL(first.issuer).port);
    await first.stop();
    const other = await startServer(settingsFor(first.issuer));
    try {
      const { status, body } = await other.browser().open('/auth/login');
      expect([status, JSON.parse(body)]).toMatchObject([503, { code: 'provider_unavailable' }]);
      expect(other.signIn.problems).toEqual([
        expect.stringMatching(/^sign-in: the provider .* cannot be used: .*ECONN/),
      ]);
      expect((await other.server.call('GET', '/api/me')).status).toBe(401);
      const { app, call } = other.server;
      expect(await call('GET', '/readyz')).toMatchObject({ status: 200, body: { problems: 1 } });
      const delivered = await inject(app, delivery('pull_request', pullRequestPayload()));
      expect([delivered.statusCode, delivered.json().status]).toEqual([202, 'accepted']);
      const back = await startProvider({ redirect: CALLBACK, port });
      const browser = other.browser();
      const { url } = await browser.open('/auth/login', atCallback);
      expect(other.signIn.problems).toEqual([]);
      // and goes away while somebody signs in
      await back.stop();
      const lost = await browser.open(url.href);
      expect([lost.status, JSON.parse(lost.body).code]).toEqual([503, 'provider_unavailable']);
      expect(other.signIn.problems).toHaveLength(1);
    } finally {
      other.signIn.stop();
    }
  });
});

describe('keys', () => {
  it('are changed without anybody being signed out', async () => {
    const old = await startServer(settingsFor(provider.issuer, { sessionKeysDir: keysDir(KEYS) }));
    const browser = old.browser();
    await browser.open('/auth/login', ours);
    const meWith = async (keys: Record<string, string>) => {
      const other = await startServer(settingsFor(provider.issuer, { sessionKeysDir: keysDir(keys) }));
      const moved = other.browser();
      for (const [key, value] of browser.cookies) moved.cookies.set(key, value);
      other.signIn.stop();
      return (await moved.call('GET', '/api/me')).status;
    };
    expect(await meWith({ previous: KEYS.current, current: 'd'.repeat(64) })).toBe(200);
    expect(await meWith({ current: 'd'.repeat(64) })).toBe(401);
    old.signIn.stop();
  });

  it('that are missing or too short let nobody in, and are told', async () => {
    const other = await startServer(settingsFor(provider.issuer, { sessionKeysDir: keysDir({ current: 'short' }) }));
    const { status, body } = await other.browser().open('/auth/login');
    expect([status, JSON.parse(body).code]).toEqual([503, 'provider_unavailable']);
    expect(other.signIn.problems).toEqual([expect.stringMatching(/^sign-in: no key of sessions is there/)]);
    other.signIn.stop();
  });
});

it('is not there where no provider is set up', async () => {
  const { call } = api();
  for (const [method, path] of [
    ['GET', '/auth/login'],
    ['GET', '/auth/callback'],
    ['POST', '/auth/logout'],
  ] as const)
    expect((await call(method, path)).body).toMatchObject({
      code: 'not_found',
      detail: expect.stringContaining('SIGN_IN_ISSUER'),
    });
});
