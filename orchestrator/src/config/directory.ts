import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log';
import type { Source } from '../../../lib/runs/configuration/compile';
import type { ConfigurationSource } from '../../../lib/runs/configuration/configuration';
import { reread } from '../reread';
import type { CurrentConfiguration } from './current';

/** Reads the configuration from mounted files: each `*.json` in a folder, and in the folders in it, is a team's. */
export async function configurationOfDirectory(
  directory: string,
  current: CurrentConfiguration,
  log: Log,
): Promise<ConfigurationSource> {
  const reload = async () => current.take(await readAll(directory));
  await reload();
  const stop = reread(reload, (error) =>
    log.error({ error: error.message }, 'configuration: the folder cannot be read; what it said last holds'),
  );
  return {
    get current() {
      return current.configuration;
    },
    onChange: (listener) => current.onChange(listener),
    reload,
    stop,
  };
}

async function readAll(directory: string, depth = 0): Promise<Source[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry): Promise<Source[]> => {
      const path = join(directory, entry.name);
      // the mount's own folders: `..data` and its target
      if (entry.name.startsWith('..')) return [];
      if (entry.isDirectory()) return depth === 0 ? readAll(path, 1) : [];
      return entry.name.endsWith('.json') ? [{ name: path, text: await readFile(path, 'utf8') }] : [];
    }),
  );
  return found.flat();
}
