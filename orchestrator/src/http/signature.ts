import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DialectName } from '../../../lib/runs/events/delivery';
import type { Log } from '../log';

/** A secret that deliveries are signed with. */
export interface Secret {
  /** The name of its file. The metrics tell by it when an old secret is no longer used. */
  readonly id: string;
  /** The one team that it speaks for; undefined: any team. */
  readonly team?: string;
  readonly value: Buffer;
}

/** The secrets that are active now. */
export interface Secrets {
  readonly active: readonly Secret[];
  reload(): Promise<void>;
  stop(): void;
}

const GITHUB = /^sha256=([0-9a-f]{64})$/i;
const GITEA = /^([0-9a-f]{64})$/i;

/**
 * The id of the secret that a body is signed with: HMAC-SHA256 over the raw body, as GitHub (`sha256=<hex>`) and Gitea (bare
 * hex) sign. Every secret is tried, so that the time that it takes tells none from another.
 * @param header undefined if it is missing, a list if it is repeated; neither matches
 */
export function signedBy(
  body: Buffer,
  header: string | readonly string[] | undefined,
  dialect: DialectName,
  secrets: readonly Secret[],
): string | undefined {
  const hex = typeof header === 'string' ? (dialect === 'github' ? GITHUB : GITEA).exec(header)?.[1] : undefined;
  if (hex === undefined) return undefined;
  const given = Buffer.from(hex, 'hex');
  let match: string | undefined;
  for (const { id, value } of secrets)
    if (timingSafeEqual(createHmac('sha256', value).update(body).digest(), given)) match = id;
  return match;
}

const LOOK_EVERY_MS = 1_000;

/**
 * The secrets of a folder, one a file; the file `<team>.<id>` holds one of that team alone. A line end at the end is no part of
 * the secret. The folder is read every second, so that a new secret needs no restart.
 */
export async function secretsOf(directory: string | undefined, log: Log): Promise<Secrets> {
  let active: readonly Secret[] = [];
  const reload = async () => {
    active = directory === undefined ? [] : await readAll(directory);
  };
  const tell = (error: Error) =>
    log.error({ error: error.message }, 'secrets: the folder cannot be read; those of before hold');
  const timer = setInterval(() => void reload().catch(tell), LOOK_EVERY_MS);
  timer.unref();
  await reload().catch(tell);
  return {
    get active() {
      return active;
    },
    reload,
    stop: () => clearInterval(timer),
  };
}

async function readAll(directory: string): Promise<readonly Secret[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  // a mounted Secret's own folders start with two dots; its files are links
  const files = entries.filter((entry) => !entry.name.startsWith('.') && !entry.isDirectory()).map(({ name }) => name);
  const read = await Promise.all(
    files.sort().map(async (id) => ({
      id,
      team: /^(.+?)\./.exec(id)?.[1],
      value: Buffer.from((await readFile(join(directory, id), 'utf8')).replace(/\r?\n$/, '')),
    })),
  );
  return read.filter(({ value }) => value.length > 0);
}
