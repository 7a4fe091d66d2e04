import { CompactEncrypt } from 'jose';
import type { Sealing } from '../../../orchestrator/src/sign-in/sealed';
import { createSessions } from '../../../orchestrator/src/sign-in/session';

/** A session is what its cookie says, if it is ours. */

const NOW = Date.parse('2026-05-10T12:00:00Z');
const HOME = new URL('https://tekton-dag.example.com');
const IN_AN_HOUR = NOW / 1_000 + 3_600;
const keyOf = (letter: string) => ({ id: 'current', value: Buffer.from(letter.repeat(64)) });
const sealing = (over: Partial<Sealing> = {}): Sealing => ({
  keys: { active: [keyOf('a')] },
  purpose: 'session',
  issuer: 'https://dex.example.com/',
  audience: HOME.origin,
  now: () => NOW,
  ...over,
});
const someone = { name: 'dev', groups: ['payments'] };
const shown = (set: string): string => set.split(';')[0] ?? '';
const begin = async (over?: Partial<Sealing>): Promise<string> =>
  shown(await createSessions(sealing(over), HOME).begin(someone, IN_AN_HOUR));
const read = (cookie: string, over?: Partial<Sealing>) => createSessions(sealing(over), HOME).of(cookie);

it('is read as it was begun', async () => {
  const session = await read(`a=b; ${await begin()}; c=d`);
  expect(session).toEqual({ ...someone, csrf: expect.any(String), expires: new Date('2026-05-10T13:00:00Z') });
  expect((await read(await begin()))?.csrf).not.toBe(session?.csrf);
});

it.each<[string, Partial<Sealing>]>([
  ['with another key', { keys: { active: [keyOf('b')] } }],
  ['with no key', { keys: { active: [] } }],
  ['by another server', { audience: 'https://other.example.com' }],
  ['by another provider', { issuer: 'https://other.example.com/' }],
  ['of a sign-in that has only begun', { purpose: 'sign-in' }],
  ['at its end', { now: () => IN_AN_HOUR * 1_000 }],
])("is nobody's %s", async (_, over) => expect(await read(await begin(), over)).toBeUndefined());

it("is nobody's once a character of it is another", async () => {
  const cookie = await begin();
  const name = '__Host-tekton-dag-session='.length;
  for (let at = name; at < cookie.length; at += 7) {
    const other = cookie[at] === 'A' ? 'B' : 'A';
    // the last character of a part may hold bits that nothing reads
    if (cookie[at + 1] === '.' || at === cookie.length - 1) continue;
    expect(await read(cookie.slice(0, at) + other + cookie.slice(at + 1))).toBeUndefined();
  }
});

it.each(['', 'x', 'a.b.c.d.e', '....', `${'x'.repeat(5_000)}`, '%'])("is nobody's of %j", async (value) =>
  expect(await read(`__Host-tekton-dag-session=${value}`)).toBeUndefined(),
);

it('is not taken by the name that any neighbour could set', async () =>
  expect(await read((await begin()).replace('__Host-', ''))).toBeUndefined());

it('is of one way to encrypt', async () => {
  const claims = {
    sub: 'dev',
    groups: [],
    csrf: 'x',
    iss: 'https://dex.example.com/',
    aud: HOME.origin,
    exp: IN_AN_HOUR,
  };
  const made = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1_000 })
    .encrypt(keyOf('a').value);
  expect(await read(`__Host-tekton-dag-session=${made}`)).toBeUndefined();
});

it('is read by each key, and begun by the current one', async () => {
  const old = { id: 'a-former', value: keyOf('a').value };
  const both = { keys: { active: [old, keyOf('b')] } };
  expect(await read(await begin(), both)).toBeDefined();
  expect(await read(await begin(both), { keys: { active: [keyOf('b')] } })).toBeDefined();
});

it('on this machine needs no https', async () => {
  const set = await createSessions(sealing(), new URL('http://localhost:8080')).begin(someone, IN_AN_HOUR);
  expect(set).toMatch(/^tekton-dag-session=[^;]+; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/);
});

it.each([
  [30, 'fits'],
  [200, 'sign_in_refused'],
])('with %d groups %s', async (count, expected) => {
  const groups = Array.from({ length: count }, (_, index) => `organisation:a-team-with-a-name-${index}`);
  const said = await createSessions(sealing(), HOME)
    .begin({ name: 'dev', groups }, IN_AN_HOUR)
    .then(
      (set) => (set.length <= 4_096 ? 'fits' : 'too long'),
      ({ code }: { code: string }) => code,
    );
  expect(said).toBe(expected);
});
