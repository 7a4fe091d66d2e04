import { z } from 'zod';
import { networks, objectName, text } from '../words/scalars';
import { SIGN_IN_CLAIMS, issuerAddress, pageAddress, signInScopes } from '../words/sign-in';

/** `orchestrator.signIn` of a team or a cluster: how people sign in to the page of its orchestrator. */
export const signInSchema = z.strictObject({
  /** The provider: OpenID Connect. */
  issuer: issuerAddress,
  clientID: text,
  /** Secret with the key `client-secret`. @default 'sign-in-client' */
  secret: objectName.default('sign-in-client'),
  /** Secret whose keys are each a key of sessions. @default 'sign-in-session' */
  sessionSecret: objectName.default('sign-in-session'),
  /** Where browsers find the orchestrator, unless its cluster says a domain for that. @default - `https://<team>.<ingress.domain>`; `https://tekton-dag.<ingress.domain>` for that of a cluster */
  url: pageAddress.optional(),
  /** What the provider is asked for, with spaces between. @default - `openid profile email groups` */
  scopes: signInScopes,
  ...SIGN_IN_CLAIMS,
  /** Where the provider is, if pods may go only to networks that are listed. @default - none */
  issuerCIDRs: networks.default([]),
});
export type SignIn = z.output<typeof signInSchema>;
