import type { JWTPayload } from 'jose';
import type { Good, HostileProvider } from './support/hostile-provider';
import { startHostileProvider } from './support/hostile-provider';
import type { Running } from './support/server';
import { settingsFor, startServer } from './support/server';

/** What a provider, or whoever stands between, may say in place of the truth: nobody is signed in by it. */

let nonce = '';
let provider: HostileProvider;
let running: Running;
beforeAll(async () => {
  provider = await startHostileProvider(() => nonce);
  running = await startServer(settingsFor(provider.issuer));
});
afterAll(async () => {
  running.signIn.stop();
  await provider.stop();
});

/** Goes the whole way, at whose end the provider gives this ID token. */
async function told(answer: (good: Good) => Promise<object> | object) {
  provider.answer = answer;
  const browser = running.browser();
  const { url } = await browser.open('/auth/login', ({ pathname }) => pathname === '/authorize');
  nonce = url.searchParams.get('nonce') ?? '';
  const { status, body } = await browser.open(`/auth/callback?code=x&state=${url.searchParams.get('state')}`, ours);
  return { status, ...(body === '' ? {} : JSON.parse(body)), me: await browser.call('GET', '/api/me') };
}
const ours = ({ pathname }: URL): boolean => pathname === '/ui/';
const idToken = (id_token: string) => ({ access_token: 'x', token_type: 'bearer', id_token });
const saying =
  (change: (claims: JWTPayload) => JWTPayload) =>
  async ({ claims, sign }: Good) =>
    idToken(await sign(change(claims)));
const later = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

it('signs in by a token in which all is well', async () => {
  const { me } = await told(saying((claims) => claims));
  expect(me).toMatchObject({ status: 200, body: { name: 'oidc:dev@example.com', groups: [] } });
});

it.each<[string, (good: Good) => Promise<object> | object]>([
  ['no ID token', () => ({ access_token: 'x', token_type: 'bearer' })],
  ['one of another issuer', saying((claims) => ({ ...claims, iss: 'https://evil.example.com' }))],
  ['one for another client', saying((claims) => ({ ...claims, aud: 'another' }))],
  ['one for several, made for another', saying((claims) => ({ ...claims, aud: [String(claims.aud), 'b'], azp: 'b' }))],
  ['one without nonce', saying((claims) => ({ ...claims, nonce: undefined }))],
  ['one of another sign-in', saying((claims) => ({ ...claims, nonce: 'other' }))],
  ['one that has ended', saying((claims) => ({ ...claims, exp: later(-120) }))],
  ['one that has not begun', saying((claims) => ({ ...claims, nbf: later(120) }))],
  ['one without an end', saying((claims) => ({ ...claims, exp: undefined }))],
  ['one without a subject', saying((claims) => ({ ...claims, sub: undefined }))],
  ['one that somebody else signed', async ({ claims, forge }) => idToken(await forge(claims))],
  ['one that nobody signed', ({ claims, unsigned }) => idToken(unsigned(claims))],
  ['one that was changed', async ({ claims, sign }) => idToken(changed(await sign(claims)))],
  ['no JSON that it should be', () => ['x']],
])('lets nobody in by %s', async (_, answer) => {
  const { status, code, detail, me } = await told(answer);
  expect({ status, code, detail }).toEqual({ status: 400, code: 'sign_in_failed', detail: expect.stringMatching(/./) });
  expect(me.status).toBe(401);
});

const changed = (token: string): string => {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const other = Buffer.from(JSON.stringify({ ...claims, groups: ['payments'] })).toString('base64url');
  return [header, other, signature].join('.');
};

it('bears clocks that differ by half a minute, but begins no session that is over', async () => {
  expect((await told(saying((claims) => ({ ...claims, nbf: later(20) })))).me.status).toBe(200);
  const { code, detail, me } = await told(saying((claims) => ({ ...claims, exp: later(-10) })));
  expect({ code, detail }).toEqual({ code: 'sign_in_failed', detail: expect.stringContaining('compare the clocks') });
  expect(me.status).toBe(401);
});

it('is not taken for another that it is not', async () => {
  const other = await startServer(settingsFor(`${provider.issuer}/realms/other`));
  const { status, body } = await other.browser().open('/auth/login');
  expect([status, JSON.parse(body).code]).toEqual([503, 'provider_unavailable']);
  other.signIn.stop();
});
