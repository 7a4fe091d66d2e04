import { z } from 'zod';
import { CODES, HttpProblem } from '../http/problem';
import type { User } from '../http/auth';
import type { SignInSettings } from './settings';

/** Who somebody is: as the provider says, and as the cluster knows him. */

/** What an ID token says, without prefixes. */
export interface Identity {
  readonly name: string;
  readonly groups: readonly string[];
}

type Claims = Readonly<Record<string, unknown>>;
type Settings = Pick<SignInSettings, 'username' | 'groups'>;

const RESERVED = 'system:';
/** One group may be a text by itself, as kube-apiserver takes it. */
const groupsClaim = z
  .union([
    z.array(z.string().min(1)),
    z
      .string()
      .min(1)
      .transform((group) => [group]),
  ])
  .default([]);

const refused = (detail: string) => new HttpProblem('sign_in_refused', `${CODES.sign_in_refused[1]}: ${detail}`);

/**
 * Reads an ID token by the rules of kube-apiserver, so that a person is the same in the page as by kubectl.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens
 * @throws HttpProblem[sign_in_refused]
 */
export function identityOf(claims: Claims, { username, groups }: Settings): Identity {
  const name = claims[username.claim];
  if (typeof name !== 'string' || name === '')
    throw refused(`the ID token has no text in the claim ${username.claim}, by which people are named here`);
  const { email_verified: isVerified } = claims;
  if (username.claim === 'email' && isVerified !== undefined && isVerified !== true)
    throw refused('the provider has not verified the e-mail address, by which people are named here');
  const read = groupsClaim.safeParse(claims[groups.claim]);
  if (!read.success) throw refused(`the claim ${groups.claim} of the ID token is not a list of groups`);
  return { name, groups: [...new Set(read.data)] };
}

/**
 * The same with the prefixes of the cluster. What begins with `system:` is the cluster's own, with a prefix or without one: a
 * provider that says such a thing is broken or hostile.
 * @throws HttpProblem[sign_in_refused]
 */
export function userOf({ name, groups }: Identity, settings: Settings): User & { readonly groups: readonly string[] } {
  const user = {
    username: settings.username.prefix + name,
    groups: groups.map((group) => settings.groups.prefix + group),
  };
  const reserved = [name, ...groups, user.username, ...user.groups].find((one) => one.startsWith(RESERVED));
  if (reserved !== undefined)
    throw refused(
      `the provider says ${JSON.stringify(reserved)}, and what begins with ${RESERVED} is the cluster's own`,
    );
  return user;
}
