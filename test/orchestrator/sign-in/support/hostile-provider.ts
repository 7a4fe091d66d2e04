import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CryptoKey, JWTPayload } from 'jose';
import { SignJWT, UnsecuredJWT, exportJWK } from 'jose';
import { CLIENT } from './client';

/** A provider that says whatever a test wants: no real one gives such tokens. */

export interface HostileProvider {
  readonly issuer: string;
  /** What it says, of a good answer, in its place. */
  answer: (good: Good) => Promise<object> | object;
  stop(): Promise<void>;
}

export interface Good {
  readonly claims: JWTPayload;
  /** Signs as the published key says. */
  sign(claims: JWTPayload): Promise<string>;
  /** Signs by a key that nobody published. */
  forge(claims: JWTPayload): Promise<string>;
  unsigned(claims: JWTPayload): string;
}

const keyPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const signer = (key: ReturnType<typeof keyPair>) => (claims: JWTPayload) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key.privateKey as unknown as CryptoKey);

/** @param nonce of the sign-in that is under way */
export async function startHostileProvider(nonce: () => string): Promise<HostileProvider> {
  const [own, foreign] = [keyPair(), keyPair()];
  const keys = [{ ...(await exportJWK(own.publicKey)), alg: 'RS256', use: 'sig', kid: 'one' }];
  const server = createServer((request, response) => {
    const say = (body: object) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/.well-known/openid-configuration') return say(metadata);
    if (request.url === '/keys') return say({ keys });
    const now = Math.floor(Date.now() / 1_000);
    const times = { iat: now, exp: now + 3_600 };
    const claims = { iss: issuer, aud: CLIENT.id, sub: 'one', email: 'dev@example.com', nonce: nonce(), ...times };
    const unsigned = (given: JWTPayload) => new UnsecuredJWT(given).encode();
    const good = { claims, sign: signer(own), forge: signer(foreign), unsigned };
    void Promise.resolve(hostile.answer(good)).then(say);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    id_token_signing_alg_values_supported: ['RS256'],
  };
  const hostile: HostileProvider = {
    issuer,
    answer: () => ({}),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return hostile;
}
