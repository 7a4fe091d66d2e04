import { types } from 'node:util';
import * as client from 'openid-client';
import type { Log } from '../log';
import { HttpProblem } from '../http/problem';
import { readSecret } from '../secret-files';
import type { SignInSettings } from './settings';

/**
 * The provider that people sign in with: OpenID Connect, Authorization Code with PKCE.
 * https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
export interface Provider {
  /** Why nobody can sign in, as of the last time that it was asked; undefined: nothing is known to be wrong. */
  readonly problem: string | undefined;
  /** Where a browser goes to sign in. @throws HttpProblem[provider_unavailable] */
  begin(): Promise<{ readonly location: URL; readonly pending: Pending }>;
  /** What the ID token says, once everything in it is checked. @throws HttpProblem: sign_in_failed, provider_unavailable */
  finish(callback: URL, pending: Pending): Promise<client.IDToken>;
  stop(): void;
}

/** What one sign-in that has begun is known by. */
export interface Pending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

const TIMEOUT_SECONDS = 10;
/** Clocks differ by this much. */
const TOLERANCE_SECONDS = 30;
/** What a provider says of itself changes when it is upgraded. */
const KEPT_MS = 60 * 60 * 1_000;
const LOOK_AGAIN_MS = 30_000;

/** Asks at once, and again while there is no answer; whoever starts it does not wait for that. */
export function createProvider(settings: SignInSettings, log: Log, now: () => number): Provider {
  const { issuer, scopes: scope, url } = settings;
  const redirect = new URL('/auth/callback', url).href;
  let problem: string | undefined;
  let kept: { readonly secret: string; readonly at: number; readonly config: client.Configuration } | undefined;

  const unavailable = (error: unknown): HttpProblem => {
    const told = `the provider ${issuer.href} cannot be used: ${reasonOf(error)}`;
    if (told !== problem) log.error({ issuer: issuer.href, error: reasonOf(error) }, 'sign-in: nobody can sign in now');
    problem = told;
    return new HttpProblem('provider_unavailable', `nobody can sign in now: ${told}`);
  };
  const answered = () => {
    if (problem !== undefined) log.info({ issuer: issuer.href }, 'sign-in: the provider answers again');
    problem = undefined;
  };

  // whoever signs in while it is asked waits for the same answer
  let asked: Promise<client.Configuration> | undefined;
  const configuration = (): Promise<client.Configuration> => (asked ??= ask().finally(() => (asked = undefined)));

  async function ask(): Promise<client.Configuration> {
    try {
      const secret = (await readSecret(settings.clientSecretFile)).toString();
      if (kept?.secret === secret && now() - kept.at < KEPT_MS) return kept.config;
      kept = { secret, at: now(), config: await discover(settings, secret) };
      answered();
      return kept.config;
    } catch (error) {
      throw unavailable(error);
    }
  }

  const look = () => configuration().catch(() => undefined);
  void look();
  const timer = setInterval(() => void (problem !== undefined && look()), LOOK_AGAIN_MS);
  timer.unref();

  return {
    get problem() {
      return problem;
    },
    async begin() {
      const config = await configuration();
      const pending = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const location = client.buildAuthorizationUrl(config, {
        ...{ redirect_uri: redirect, scope, state: pending.state, nonce: pending.nonce },
        ...{ code_challenge: await client.calculatePKCECodeChallenge(pending.verifier), code_challenge_method: 'S256' },
      });
      return { location, pending };
    },
    async finish(callback, { state, nonce, verifier }) {
      const config = await configuration();
      try {
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        };
        const claims = (await client.authorizationCodeGrant(config, callback, checks)).claims();
        if (claims === undefined) throw new Error('the provider has sent no ID token');
        answered();
        return claims;
      } catch (error) {
        if (isUnreachable(error)) throw unavailable(error);
        log.warn({ error: reasonOf(error) }, 'sign-in: what the provider or the browser says is not accepted');
        throw new HttpProblem('sign_in_failed', `the sign-in did not succeed: ${reasonOf(error)}`);
      }
    },
    stop: () => clearInterval(timer),
  };
}

/** What the provider says of itself; its issuer has to be the one that was asked. */
function discover({ issuer, clientId }: SignInSettings, secret: string): Promise<client.Configuration> {
  const execute = [
    // signatures, too, and not only whom the token comes from
    client.enableNonRepudiationChecks,
    ...(issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []),
  ];
  const metadata = { [client.clockTolerance]: TOLERANCE_SECONDS };
  return client.discovery(issuer, clientId, metadata, authentication(secret), { execute, timeout: TIMEOUT_SECONDS });
}

/** As the specification has it, unless the provider takes only the other. */
const authentication =
  (secret: string): client.ClientAuth =>
  (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const method = methods.includes('client_secret_basic') ? client.ClientSecretBasic : client.ClientSecretPost;
    method(secret)(server, ...rest);
  };

/** The provider did not answer, or not as one that is well. */
function isUnreachable(error: unknown): boolean {
  const all = chainOf(error);
  const { cause } = all.at(-1) ?? {};
  return all.some(isOfNetwork) || (cause instanceof Response && cause.status >= 500);
}

/** `fetch` says what is wrong with a connection by a cause. */
const isOfNetwork = (error: Error): boolean =>
  ['OAUTH_TIMEOUT', 'OAUTH_ABORT'].includes(String(codeOf(error))) || error.message === 'fetch failed';
const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined);

/** An error and what it comes of, the innermost last. */
const chainOf = (error: unknown): readonly Error[] =>
  types.isNativeError(error) ? [error, ...chainOf(error.cause)] : [];

/** For a person: what the provider said, or what was found wrong in it. */
function reasonOf(error: unknown): string {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
    return `the provider says ${error.error}${error.error_description === undefined ? '' : `: ${error.error_description}`}`;
  const inner = chainOf(error).at(-1);
  return inner === undefined ? String(error) : inner.message || String(codeOf(inner) ?? inner.name);
}
