import type { z } from 'zod';
import { text } from '../../../lib/words/scalars';
import { SIGN_IN_CLAIMS, issuerAddress, pageAddress, signInScopes } from '../../../lib/words/sign-in';

/** The settings of sign-ins, as variables of the environment. */

export const signInShape = {
  SIGN_IN_ISSUER: issuerAddress.optional(),
  SIGN_IN_URL: pageAddress.optional(),
  SIGN_IN_CLIENT_ID: text.optional(),
  SIGN_IN_CLIENT_SECRET_FILE: text.optional(),
  SIGN_IN_SESSION_KEYS_DIR: text.optional(),
  SIGN_IN_SCOPES: signInScopes,
  SIGN_IN_USERNAME_CLAIM: SIGN_IN_CLAIMS.usernameClaim,
  SIGN_IN_USERNAME_PREFIX: SIGN_IN_CLAIMS.usernamePrefix,
  SIGN_IN_GROUPS_CLAIM: SIGN_IN_CLAIMS.groupsClaim,
  SIGN_IN_GROUPS_PREFIX: SIGN_IN_CLAIMS.groupsPrefix,
};
type Shape = typeof signInShape;

/** Those that make a sign-in only together. */
export const SIGN_IN_TOGETHER = [
  'SIGN_IN_ISSUER',
  'SIGN_IN_URL',
  'SIGN_IN_CLIENT_ID',
  'SIGN_IN_CLIENT_SECRET_FILE',
  'SIGN_IN_SESSION_KEYS_DIR',
] as const satisfies readonly (keyof typeof signInShape)[];

/** How people sign in. */
export interface SignInSettings {
  readonly issuer: URL;
  /** Where browsers find this server: an origin. */
  readonly url: URL;
  readonly clientId: string;
  readonly clientSecretFile: string;
  /** The folder with the keys that sessions are encrypted with. */
  readonly sessionKeysDir: string;
  readonly scopes: string;
  readonly username: ClaimSettings;
  readonly groups: ClaimSettings;
}

/** Where an ID token says something, and what the cluster has before it. */
export interface ClaimSettings {
  readonly claim: string;
  /** Empty: nothing. */
  readonly prefix: string;
}

/** Undefined: nobody signs in, or what belongs together is not all there. */
export function signInOf(env: z.output<z.ZodObject<Shape>>): SignInSettings | undefined {
  const { SIGN_IN_ISSUER: issuer, SIGN_IN_URL: url, SIGN_IN_CLIENT_ID: clientId } = env;
  const { SIGN_IN_CLIENT_SECRET_FILE: clientSecretFile, SIGN_IN_SESSION_KEYS_DIR: sessionKeysDir } = env;
  if (issuer === undefined || url === undefined || clientId === undefined) return undefined;
  if (clientSecretFile === undefined || sessionKeysDir === undefined) return undefined;
  return {
    ...{ issuer: new URL(issuer), url: new URL(url), clientId, clientSecretFile, sessionKeysDir },
    scopes: env.SIGN_IN_SCOPES,
    username: { claim: env.SIGN_IN_USERNAME_CLAIM, prefix: prefixOf(env.SIGN_IN_USERNAME_PREFIX) },
    groups: { claim: env.SIGN_IN_GROUPS_CLAIM, prefix: prefixOf(env.SIGN_IN_GROUPS_PREFIX) },
  };
}

/** As with kube-apiserver, `-` stands for none. */
const prefixOf = (value: string): string => (value === '-' ? '' : value);
