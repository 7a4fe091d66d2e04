import { hasOwnOrchestrator } from '../../fleet/model';
import type { SignIn } from '../../fleet/sign-in';
import { SHARED_NAMESPACE } from '../../words/names';
import type { Instance, SecretRow } from './secret-row';

/** The rows of what people sign in with. An orchestrator without these Secrets takes webhooks all the same. */

/** Key of the client's secret. */
export const CLIENT_SECRET_KEY = 'client-secret';

const CLIENT = {
  type: 'Opaque',
  keys: [CLIENT_SECRET_KEY],
  name: 'sign-in-client',
  readBy: 'orchestrator',
  use: 'is the secret by which the provider knows the orchestrator',
} as const;
const SESSION = {
  type: 'Opaque',
  keys: ['current'],
  anyKey: true,
  name: 'sign-in-session',
  readBy: 'orchestrator',
  use: 'encrypts the sessions of people; `current` begins them, and each other key is one that still opens them',
} as const;

const clientOf = (signIn: SignIn | undefined): readonly Instance[] => (signIn ? [{ name: signIn.secret }] : []);
const sessionOf = (signIn: SignIn | undefined): readonly Instance[] => (signIn ? [{ name: signIn.sessionSecret }] : []);
const RUNS = { namespace: "the team's", needed: 'with `orchestrator.signIn`' } as const;
const SHARED = { namespace: `\`${SHARED_NAMESPACE}\``, needed: 'with `orchestrator.signIn` of the cluster' } as const;

export const SIGN_IN_SECRETS: readonly SecretRow[] = [
  { ...CLIENT, ...RUNS, ofTeam: (team) => (hasOwnOrchestrator(team) ? clientOf(team.orchestrator.signIn) : []) },
  { ...SESSION, ...RUNS, ofTeam: (team) => (hasOwnOrchestrator(team) ? sessionOf(team.orchestrator.signIn) : []) },
  { ...CLIENT, ...SHARED, ofOrchestrator: ({ signIn }) => clientOf(signIn) },
  { ...SESSION, ...SHARED, ofOrchestrator: ({ signIn }) => sessionOf(signIn) },
];
