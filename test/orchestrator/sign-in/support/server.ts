import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callersOf, tokenOrSession, tokenReview } from '../../../../orchestrator/src/http/auth';
import { startSignIn } from '../../../../orchestrator/src/sign-in/sign-in';
import type { SignIn } from '../../../../orchestrator/src/sign-in/sign-in';
import type { SignInSettings } from '../../../../orchestrator/src/sign-in/settings';
import { SECRET, configurationOf, shop, silent } from '../../support';
import { api, withWebhooks } from '../../support/api';
import { Browser } from './browser';
import { CLIENT } from './client';

export const ORIGIN = 'https://tekton-dag.example.com';
export const CALLBACK = `${ORIGIN}/auth/callback`;
const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));

/** A file with the secret of the client. */
export function clientSecretFile(secret: string = CLIENT.secret): string {
  const file = join(mkdtempSync(join(folder, 'client-')), 'client-secret');
  writeFileSync(file, `${secret}\n`);
  return file;
}

/** A folder of keys of sessions, by name. */
export function keysDir(keys: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(folder, 'keys-'));
  for (const [name, value] of Object.entries(keys)) writeFileSync(join(directory, name), value);
  return directory;
}
export const KEYS = { current: 'c'.repeat(64) } as const;

export const settingsFor = (issuer: string, over: Partial<SignInSettings> = {}): SignInSettings => ({
  issuer: new URL(issuer),
  url: new URL(ORIGIN),
  clientId: CLIENT.id,
  clientSecretFile: clientSecretFile(),
  sessionKeysDir: keysDir(KEYS),
  scopes: 'openid profile email groups',
  username: { claim: 'email', prefix: 'oidc:' },
  groups: { claim: 'groups', prefix: 'oidc:' },
  ...over,
});

/** What the API server was asked about whom. */
export interface Review {
  readonly user: string;
  /** Of a token none are told. */
  readonly groups?: readonly string[];
  readonly resourceAttributes: { readonly verb: string; readonly namespace: string };
}

export interface Running {
  readonly signIn: SignIn;
  readonly server: ReturnType<typeof api>;
  readonly reviews: readonly Review[];
  /** May be set forward. */
  readonly clock: { ahead: number };
  browser(): Browser;
}

/** The API with sign-ins, on a cluster in memory in which members of `oidc:payments` may do these. */
export async function startServer(
  settings: SignInSettings,
  verbs: readonly string[] = ['list', 'create'],
): Promise<Running> {
  const reviews: Review[] = [];
  const clock = { ahead: 0 };
  const create = async <T>(_kind: unknown, _namespace: unknown, { spec }: { spec: Review }): Promise<T> => {
    reviews.push(spec);
    const allowed = spec.groups?.includes('oidc:payments') === true && verbs.includes(spec.resourceAttributes.verb);
    return { status: { allowed } } as T;
  };
  const callerOf = callersOf({ create } as Parameters<typeof callersOf>[0]);
  const signIn = await startSignIn(settings, { callerOf, log: silent, now: () => Date.now() + clock.ahead });
  const token = tokenReview({ create } as Parameters<typeof tokenReview>[0], callerOf);
  const authenticate = tokenOrSession(token, signIn.authenticate);
  const server = withWebhooks(api(configurationOf(shop()), { authenticate }, signIn), SECRET, () => signIn.problems);
  return { signIn, server, reviews, clock, browser: () => new Browser(server.app, settings.url.origin) };
}
