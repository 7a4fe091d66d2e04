import type { k8s } from 'cdk8s-plus-28';
import type { SignIn } from '../../fleet/sign-in';
import { CLIENT_SECRET_KEY } from '../secrets/sign-in-secrets';
import { mounted } from './webhook-server';

/** What an orchestrator is given so that people can sign in. */

const CLIENT = 'sign-in-client';
const SESSION = 'sign-in-session';

/** Without these nobody signs in, and webhooks are taken. */
export const signInVolumes = ({ secret, sessionSecret }: SignIn): readonly k8s.Volume[] => [
  { name: CLIENT, secret: { secretName: secret, optional: true } },
  { name: SESSION, secret: { secretName: sessionSecret, optional: true } },
];

/** @param host where the orchestrator is reached, unless the file says where; a rule sees to it that one of them does */
export const signInEnvironment = (signIn: SignIn, host: string | undefined): Readonly<Record<string, string>> => ({
  SIGN_IN_ISSUER: signIn.issuer,
  SIGN_IN_URL: signIn.url ?? `https://${host}`,
  SIGN_IN_CLIENT_ID: signIn.clientID,
  SIGN_IN_CLIENT_SECRET_FILE: mounted(CLIENT, CLIENT_SECRET_KEY),
  SIGN_IN_SESSION_KEYS_DIR: mounted(SESSION),
  SIGN_IN_SCOPES: signIn.scopes,
  SIGN_IN_USERNAME_CLAIM: signIn.usernameClaim,
  SIGN_IN_USERNAME_PREFIX: signIn.usernamePrefix,
  SIGN_IN_GROUPS_CLAIM: signIn.groupsClaim,
  SIGN_IN_GROUPS_PREFIX: signIn.groupsPrefix,
});
