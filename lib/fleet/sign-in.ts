import { z } from 'zod';
import { networks, objectName, text } from '../words/scalars';
import { SIGN_IN_CLAIMS, issuerAddress, pageAddress, signInScopes } from '../words/sign-in';

/** `orchestrator.signIn` of a team or a cluster: how people sign in to the page of its orchestrator. */
export const signInSchema = z.strictObject({
  /** The provider: OpenID Connect. */
  issuer: issuerAddress,
  clientID: text,
  /** Secret with the key `client-secret`. */
  secret: objectName.default('sign-in-client'),
  /** Secret whose keys are each a key of sessions. */
  sessionSecret: objectName.default('sign-in-session'),
  /** Where browsers find the orchestrator, unless its cluster says a domain for that. */
  url: pageAddress.optional(),
  scopes: signInScopes,
  ...SIGN_IN_CLAIMS,
  /** Where the provider is, if pods may go only to networks that are listed. */
  issuerCIDRs: networks.default([]),
});
export type SignIn = z.output<typeof signInSchema>;
