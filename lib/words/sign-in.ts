import { z } from 'zod';
import { text } from './scalars';

/** How people sign in, in the words of the orchestrator's settings and of the files of teams and clusters alike. */

const MALFORMED = { error: 'the value is malformed' };
const HERE = ['localhost', '127.0.0.1', '[::1]'];
/** Tokens and cookies go there: in the clear only where nothing leaves the machine. */
const isPrivate = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && HERE.includes(hostname));
const address = (isGood: (url: URL) => boolean, expected: string) =>
  z
    .string()
    .refine((given) => URL.canParse(given) && isPrivate(new URL(given)) && isGood(new URL(given)), MALFORMED)
    .meta({ expected });

/** https://openid.net/specs/openid-connect-discovery-1_0.html#IssuerDiscovery */
export const issuerAddress = address(
  ({ search, hash, username, password }) => [search, hash, username, password].every((part) => part === ''),
  'the address of an issuer by https, such as https://dex.example.com',
);
/** Where browsers find the orchestrator. */
export const pageAddress = address(
  ({ origin, href }) => href === `${origin}/`,
  'an address by https without a path, such as https://tekton-dag.example.com',
);

/** What the cluster itself calls `system:` no provider may say. */
const prefix = text
  .refine((value) => !value.startsWith('system:'), MALFORMED)
  .default('oidc:')
  .meta({ expected: 'a text such as oidc: that does not begin with system:, or - for none' });

/** The words and the meaning are those of kube-apiserver's `--oidc-…`. */
export const SIGN_IN_CLAIMS = {
  /** Claim of the ID token that names the person. @default 'email' */
  usernameClaim: text.default('email'),
  /** What stands before the name in the cluster; `-` for nothing. @default - `oidc:` */
  usernamePrefix: prefix,
  /** Claim with the groups of the person. @default 'groups' */
  groupsClaim: text.default('groups'),
  /** What stands before each group in the cluster; `-` for nothing. @default - `oidc:` */
  groupsPrefix: prefix,
} as const;

/** A list with a space between its items, as it is sent. */
export const signInScopes = z
  .string()
  .refine((scopes) => scopes.split(' ').includes('openid'), MALFORMED)
  .default('openid profile email groups')
  .meta({ expected: 'scopes with a space between them, with openid among them' });
