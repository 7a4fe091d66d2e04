import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One step of the schema, from a file `<version>-<name>.sql`. Once released, it never changes: the next change is a new step. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

const FOLDER = join(__dirname, 'migrations');

/** All steps, in order. orchestrator/bundle.js puts them into the program. */
export const MIGRATIONS: readonly Migration[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.sql'))
  .sort()
  .map((file) => ({
    version: Number(file.split('-', 1)[0]),
    name: file.slice(0, -'.sql'.length),
    sql: readFileSync(join(FOLDER, file), 'utf8'),
  }));
