import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DialectName } from '../../../lib/runs/events/delivery';
import type { Log } from '../log';
import type { SecretFiles } from '../secret-files';
import { secretFiles } from '../secret-files';
import type { Body } from './body';

/** A secret that deliveries are signed with. */
export interface Secret {
  /** The name of its file. The metrics tell by it when an old secret is no longer used. */
  readonly id: string;
  /** The one team that it speaks for; undefined: any team. */
  readonly team?: string;
  /** The one repository that it speaks for, as `owner/name` in lower case; undefined: any. */
  readonly repo?: string;
  readonly value: Buffer;
}

/** The secrets that are active now. */
export type Secrets = SecretFiles<Secret>;

const GITHUB = /^sha256=([0-9a-f]{64})$/i;
const GITEA = /^([0-9a-f]{64})$/i;

/**
 * The secret that a body is signed with: HMAC-SHA256 over the raw body, as GitHub (`sha256=<hex>`) and Gitea (bare
 * hex) sign. Every secret is tried, so that the time that it takes tells none from another.
 * @param header undefined if it is missing, a list if it is repeated; neither matches
 */
export function signedBy(
  body: Body,
  header: string | readonly string[] | undefined,
  dialect: DialectName,
  secrets: readonly Secret[],
): Secret | undefined {
  const hex = typeof header === 'string' ? (dialect === 'github' ? GITHUB : GITEA).exec(header)?.[1] : undefined;
  if (hex === undefined) return undefined;
  const given = Buffer.from(hex, 'hex');
  let match: Secret | undefined;
  for (const secret of secrets) {
    const hmac = createHmac('sha256', secret.value);
    for (const piece of body) hmac.update(piece);
    if (timingSafeEqual(hmac.digest(), given)) match = secret;
  }
  return match;
}

/** One that is shorter is guessed. */
const SECRET_MIN = 16;

/** Whom a secret speaks for: `[<team>.]repo.<owner>.<name>` for one repository, `<team>.<any>` for one team. */
export function speaksFor(id: string): Pick<Secret, 'team' | 'repo'> {
  const parts = id.split('.');
  const at = parts.slice(0, 2).indexOf('repo');
  const [owner, ...name] = parts.slice(at + 1);
  if (at >= 0 && name.length > 0)
    return { team: at === 1 ? parts[0] : undefined, repo: `${owner}/${name.join('.')}`.toLowerCase() };
  return { team: parts.length > 1 ? parts[0] : undefined };
}

/** The secrets of a folder, whose files say by their names whom they speak for. */
export const secretsOf = (directory: string | undefined, log: Log): Promise<Secrets> =>
  secretFiles(directory, SECRET_MIN, (id, value) => ({ id, ...speaksFor(id), value }), log);
