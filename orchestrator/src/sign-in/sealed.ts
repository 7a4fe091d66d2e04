import { hkdfSync } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import type { JWTPayload } from 'jose';
import type { SecretFiles } from '../secret-files';

/** What a browser keeps for us and can neither read nor change: a JWE. https://www.rfc-editor.org/rfc/rfc7516 */

/** A secret that sessions are encrypted with. */
export interface SessionKey {
  readonly id: string;
  readonly value: Buffer;
}

/** Browsers keep no cookie that is longer, with its name and attributes. https://www.rfc-editor.org/rfc/rfc6265#section-6.1 */
export const COOKIE_MAX = 4_096;
const ENCRYPTION = { alg: 'dir', enc: 'A256GCM' } as const;

export interface Sealing {
  readonly keys: Pick<SecretFiles<SessionKey>, 'active'>;
  /** What is sealed for one purpose is nothing to another. */
  readonly purpose: string;
  /** Who says it, and to which server: what another one sealed with the same keys is nothing here. */
  readonly issuer: string;
  readonly audience: string;
  readonly now: () => number;
}

export interface Sealer {
  /** @param until seconds since 1970 */
  seal(claims: JWTPayload, until: number): Promise<string>;
  /** Undefined: it is not ours, or its time is over. */
  open(sealed: string): Promise<JWTPayload | undefined>;
}

/** Seals by the key named `current`, else the first of all; opens by whichever it was. */
export function sealer({ keys, purpose, issuer, audience, now }: Sealing): Sealer {
  const keyOf = ({ value }: SessionKey): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', value, '', `tekton-dag ${purpose}`, 32));
  return {
    seal(claims, until) {
      const key = keys.active.find(({ id }) => id === 'current') ?? keys.active[0];
      if (key === undefined) throw new Error('there is no key that sessions are encrypted with');
      return new EncryptJWT(claims)
        .setProtectedHeader(ENCRYPTION)
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime(until)
        .encrypt(keyOf(key));
    },
    async open(sealed) {
      if (sealed.length > COOKIE_MAX) return undefined;
      const options = {
        ...{ issuer, audience, currentDate: new Date(now()), requiredClaims: ['exp'] },
        keyManagementAlgorithms: [ENCRYPTION.alg],
        contentEncryptionAlgorithms: [ENCRYPTION.enc],
      };
      for (const key of keys.active) {
        const opened = await jwtDecrypt(sealed, keyOf(key), options).catch(() => undefined);
        if (opened) return opened.payload;
      }
      return undefined;
    },
  };
}
