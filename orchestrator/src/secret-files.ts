import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from './log';
import { reread } from './reread';

/** The secrets of a mounted folder, as they are now. */
export interface SecretFiles<T> {
  readonly active: readonly T[];
  reload(): Promise<void>;
  stop(): void;
}

/**
 * The secrets of a folder, one a file, sorted by name. A line end at the end is no part of a secret. The folder is read every second, so
 * that a new secret needs no restart; while it cannot be read, what was read before holds.
 * @param directory undefined has no secret
 * @param lengthMin what is shorter is guessed: it is told, and not taken
 */
export async function secretFiles<T>(
  directory: string | undefined,
  lengthMin: number,
  make: (id: string, value: Buffer) => T,
  log: Log,
): Promise<SecretFiles<T>> {
  let active: readonly T[] = [];
  let told = '';
  const reload = async () => {
    const read = directory === undefined ? [] : await readAll(directory);
    active = read.filter(({ value }) => value.length >= lengthMin).map(({ id, value }) => make(id, value));
    const short = read.filter(({ value }) => value.length > 0 && value.length < lengthMin).map(({ id }) => id);
    if (short.join() !== told && short.length > 0)
      log.error({ secrets: short }, `secrets: these have fewer than ${lengthMin} characters and are not taken`);
    told = short.join();
  };
  const tell = (error: Error) =>
    log.error({ error: error.message }, 'secrets: the folder cannot be read; the secrets that were read before hold');
  await reload().catch(tell);
  const stop = reread(reload, tell);
  return {
    get active() {
      return active;
    },
    reload,
    stop,
  };
}

async function readAll(directory: string): Promise<readonly { readonly id: string; readonly value: Buffer }[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  // a mounted Secret's own folders start with two dots; its files are links
  const files = entries.filter((entry) => !entry.name.startsWith('.') && !entry.isDirectory()).map(({ name }) => name);
  return Promise.all(files.sort().map(async (id) => ({ id, value: await readSecret(join(directory, id)) })));
}

/** The secret of a file, without the line end that editors leave. */
export const readSecret = async (file: string): Promise<Buffer> =>
  Buffer.from((await readFile(file, 'utf8')).replace(/\r?\n$/, ''));
