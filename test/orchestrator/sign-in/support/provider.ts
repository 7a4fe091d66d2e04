import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { CLIENT } from './client';

/** A provider as people sign in with: `oidc-provider` on this machine, whose pages say at once who it is. */

export interface RunningProvider {
  readonly issuer: string;
  /** Who signs in next, as claims of him. */
  person: Readonly<Record<string, unknown>>;
  /** Whether the next one says no. */
  denies: boolean;
  stop(): Promise<void>;
}

interface Options {
  readonly redirect: string;
  /** 0 takes a free one. */
  readonly port?: number;
  /** Of ID tokens. */
  readonly seconds?: number;
}

const signing = () => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  ...{ alg: 'RS256', use: 'sig', kid: 'one' },
});

/** Starts one. It answers by plain HTTP, as the loopback allows. */
export async function startProvider({ redirect, port = 0, seconds = 3_600 }: Options): Promise<RunningProvider> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const running: RunningProvider = {
    issuer,
    person: { email: 'dev@example.com', email_verified: true, groups: ['payments'] },
    denies: false,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirect],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [signing()] },
    cookies: { keys: ['of the test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    // what scopes ask for is in the ID token, as Dex and most others have it
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    ttl: { IdToken: seconds, AccessToken: 60, AuthorizationCode: 60, Grant: 60, Interaction: 60, Session: 60 },
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ ...running.person, sub: id }) }),
  });
  provider.use(async (context, next) => {
    if (!context.path.startsWith('/interaction/')) return next();
    const { prompt, params } = await provider.interactionDetails(context.req, context.res);
    const result = await answer(provider, running, prompt.name, String(params.client_id), String(params.scope));
    const to = await provider.interactionResult(context.req, context.res, result, { mergeWithLastSubmission: true });
    context.redirect(to);
  });
  const handle = provider.callback();
  server.on('request', (request, response) => void handle(request, response));
  return running;
}

async function answer(
  provider: Provider,
  { denies }: RunningProvider,
  prompt: string,
  clientId: string,
  scope: string,
) {
  const accountId = 'account-1';
  if (denies) return { error: 'access_denied', error_description: 'the person said no' };
  if (prompt === 'login') return { login: { accountId } };
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(scope);
  return { consent: { grantId: await grant.save() } };
}
