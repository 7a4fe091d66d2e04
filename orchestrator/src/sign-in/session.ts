import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { SESSION_COOKIE } from '../http/auth';
import { HttpProblem } from '../http/problem';
import { cookieOf } from './cookies';
import type { Identity } from './identity';
import type { Sealing } from './sealed';
import { COOKIE_MAX, sealer } from './sealed';

/** Somebody who signed in, as long as the browser shows the cookie. Nothing of it is kept here, and no token is in it. */
export interface Session extends Identity {
  /** Told to the page of this session alone. */
  readonly csrf: string;
  readonly expires: Date;
}

export interface Sessions {
  /** The cookie of a new session. @param until seconds since 1970: the end of the ID token @throws HttpProblem: sign_in_failed, sign_in_refused */
  begin(identity: Identity, until: number): Promise<string>;
  /** @param header of cookies */
  of(header: string | undefined): Promise<Session | undefined>;
  /** The cookie that ends one. */
  readonly end: string;
}

const LONGEST_SECONDS = 8 * 60 * 60;
const sealed = z.object({ sub: z.string(), groups: z.array(z.string()), csrf: z.string(), exp: z.number() });

export function createSessions(sealing: Sealing, url: URL): Sessions {
  const { seal, open } = sealer(sealing);
  const cookie = cookieOf(SESSION_COOKIE, url);
  return {
    async begin({ name, groups }, until) {
      const now = Math.floor(sealing.now() / 1_000);
      const end = Math.min(until, now + LONGEST_SECONDS);
      if (end <= now)
        throw new HttpProblem('sign_in_failed', 'the ID token is at its end already: compare the clocks of both sides');
      const csrf = randomBytes(16).toString('base64url');
      const set = cookie.set(await seal({ sub: name, groups, csrf }, end), end - now);
      if (set.length > COOKIE_MAX)
        throw new HttpProblem(
          'sign_in_refused',
          `the provider says ${groups.length} groups, which together are too long for a cookie: have it say only those that the cluster knows`,
        );
      return set;
    },
    async of(header) {
      const value = cookie.read(header);
      const { data } = sealed.safeParse(value === undefined ? undefined : await open(value));
      return data && { name: data.sub, groups: data.groups, csrf: data.csrf, expires: new Date(data.exp * 1_000) };
    },
    end: cookie.clear,
  };
}
