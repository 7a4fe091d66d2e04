import { z } from 'zod';
import type { Authenticate, CallerOf } from '../http/auth';
import { unauthorized } from '../http/auth';
import { HttpProblem } from '../http/problem';
import type { Log } from '../log';
import { secretFiles } from '../secret-files';
import { cookieOf } from './cookies';
import { checkFromPage } from './from-page';
import { identityOf, userOf } from './identity';
import { localPath } from './local-path';
import { createProvider } from './provider';
import type { Sealing } from './sealed';
import { sealer } from './sealed';
import type { Sessions } from './session';
import { createSessions } from './session';
import type { SignInSettings } from './settings';

/** How people sign in, and who they are from then on. */
export interface SignIn {
  /** Whoever signed in, by his cookie. */
  readonly authenticate: Authenticate;
  /** @param to where he goes afterwards @throws HttpProblem: bad_request, provider_unavailable */
  begin(to: string): Promise<Redirect>;
  /** @param url path and query @param cookies header @throws HttpProblem: sign_in_failed, sign_in_refused, provider_unavailable */
  finish(url: string, cookies: string | undefined): Promise<Redirect>;
  /** Where somebody was when a sign-in began; undefined: none has begun in this browser. @param cookies header */
  cameFrom(cookies: string | undefined): Promise<string | undefined>;
  /** The cookie that ends a sign-in, so that it is finished once, or not at all. */
  readonly forget: string;
  /** The cookie that ends a session. */
  readonly end: string;
  /** What keeps people from signing in, for `/readyz`. */
  readonly problems: readonly string[];
  reload(): Promise<void>;
  stop(): void;
}

export interface Redirect {
  readonly location: string;
  readonly cookies: readonly string[];
}

export interface SignInDeps {
  readonly callerOf: CallerOf;
  readonly log: Log;
  readonly now: () => number;
}

/** 256 bits in hex are twice as many characters; nothing weaker than 128. */
const KEY_MIN = 32;
const PENDING_SECONDS = 600;
const pendingSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string() });

type Sealed = Pick<SignInSettings, 'issuer' | 'url' | 'username' | 'groups'>;

const sealingOf = ({ issuer, url }: Sealed, keys: Sealing['keys'], now: () => number) => ({
  ...{ keys, issuer: issuer.href, audience: url.origin, now },
});

/** Sessions that everybody with these settings and one of these keys takes. */
export const sessionsOf = (settings: Sealed, keys: Sealing['keys'], now: () => number): Sessions =>
  createSessions(
    {
      ...sealingOf(settings, keys, now),
      // whoever was named by another claim is nobody from then on
      purpose: `session ${JSON.stringify([settings.username.claim, settings.groups.claim])}`,
    },
    settings.url,
  );

/** Starts at once, whether or not the provider answers. */
export async function startSignIn(settings: SignInSettings, { callerOf, log, now }: SignInDeps): Promise<SignIn> {
  const { url, sessionKeysDir } = settings;
  const keys = await secretFiles(sessionKeysDir, KEY_MIN, (id, value) => ({ id, value }), log);
  const sessions = sessionsOf(settings, keys, now);
  const pendings = sealer({ ...sealingOf(settings, keys, now), purpose: 'sign-in' });
  const pendingCookie = cookieOf('tekton-dag-sign-in', url);
  const provider = createProvider(settings, log, now);
  const noKey = `no key of sessions is there: each file of ${sessionKeysDir} is one, of ${KEY_MIN} characters or more`;

  async function pendingOf(cookies: string | undefined) {
    const value = pendingCookie.read(cookies);
    return pendingSchema.safeParse(value === undefined ? undefined : await pendings.open(value)).data;
  }

  async function begunOf(cookies: string | undefined) {
    const data = await pendingOf(cookies);
    if (data === undefined)
      throw new HttpProblem(
        'sign_in_failed',
        `no sign-in has begun in this browser within ${PENDING_SECONDS / 60} minutes, or it has ended: begin again at /auth/login`,
      );
    return data;
  }

  return {
    async authenticate(request) {
      const session = await sessions.of(request.headers.cookie);
      if (session === undefined) throw unauthorized('sign in at /auth/login, or show a bearer token');
      checkFromPage(request, url, session.csrf);
      const { csrf, expires } = session;
      const user = userOf(session, settings);
      return { ...callerOf(known(user)), groups: user.groups, session: { csrf, expires } };
    },
    async begin(to) {
      const path = localPath(to, url);
      if (keys.active.length === 0) throw new HttpProblem('provider_unavailable', `nobody can sign in now: ${noKey}`);
      const { location, pending } = await provider.begin();
      const sealed = await pendings.seal({ ...pending, to: path }, Math.floor(now() / 1_000) + PENDING_SECONDS);
      return { location: location.href, cookies: [pendingCookie.set(sealed, PENDING_SECONDS)] };
    },
    async finish(callback, cookies) {
      const { to, ...pending } = await begunOf(cookies);
      // of what the browser asks for only the query counts
      const { search } = new URL(callback, url);
      const claims = await provider.finish(new URL(`/auth/callback${search}`, url), pending);
      const identity = identityOf(claims, settings);
      const user = userOf(identity, settings);
      const cookie = await sessions.begin(identity, claims.exp);
      log.info({ user: user.username }, 'signed in');
      return { location: `${url.origin}${to}`, cookies: [cookie] };
    },
    cameFrom: async (cookies) => (await pendingOf(cookies))?.to,
    forget: pendingCookie.clear,
    end: sessions.end,
    get problems() {
      return [
        ...(keys.active.length === 0 ? [noKey] : []),
        ...(provider.problem === undefined ? [] : [provider.problem]),
      ].map((problem) => `sign-in: ${problem}`);
    },
    reload: () => keys.reload(),
    stop() {
      keys.stop();
      provider.stop();
    },
  };
}

/** The cluster counts everybody whom it knows among these, and so do its answers to `kubectl auth can-i --as`. */
const known = <U extends { readonly groups: readonly string[] }>(user: U): U => ({
  ...user,
  groups: [...user.groups, 'system:authenticated'],
});
