import { createHash } from 'node:crypto';
import type { Query } from './query';
import type { Migration } from './migrations';

/** The schema of the database, brought to what this program needs. Everything is in the schema `tekton_dag`. */

/** Any number that nobody else takes: whoever holds its lock is the only one who migrates. */
const LOCK = 7_302_118_445;

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/**
 * Applies what is missing, in one transaction: all of it or nothing. Replicas that start together wait for each other. A
 * database that a newer version has migrated is taken as it is, since migrations only add.
 * @param query of a transaction
 * @returns the names of those that were applied
 * @throws Error if what was applied is not what this program has
 */
export async function migrate(query: Query, migrations: readonly Migration[]): Promise<readonly string[]> {
  await query('set local statement_timeout = 0', []);
  await query('select pg_advisory_xact_lock($1)', [LOCK]);
  const applied = new Map((await appliedOf(query)).map((one) => [one.version, one]));
  const missing = migrations.filter(({ version }) => !applied.has(version));
  for (const { version, name, sql } of migrations) {
    const other = applied.get(version);
    if (other !== undefined && other.checksum !== checksumOf(sql))
      throw new Error(`migration ${name} is not what was applied to the database as ${other.name}`);
  }
  for (const { version, name, sql } of missing) {
    await query(sql, []);
    await query('insert into tekton_dag.migrations (version, name, checksum) values ($1, $2, $3)', [
      version,
      name,
      checksumOf(sql),
    ]);
  }
  return missing.map(({ name }) => name);
}

const checksumOf = (sql: string): string => createHash('sha256').update(sql).digest('hex');

async function appliedOf(query: Query): Promise<readonly Applied[]> {
  // `if not exists` would take the right to create a schema also where there is one
  const [found] = await query<{ readonly schema: boolean; readonly table: boolean }>(
    `select to_regnamespace('tekton_dag') is not null as schema, to_regclass('tekton_dag.migrations') is not null as table`,
    [],
  );
  if (found?.table) return query<Applied>('select version, name, checksum from tekton_dag.migrations', []);
  if (!found?.schema) await query('create schema tekton_dag', []);
  await query(
    `create table tekton_dag.migrations (
      version integer primary key,
      name text not null,
      checksum text not null,
      applied timestamptz not null default now()
    )`,
    [],
  );
  return [];
}
