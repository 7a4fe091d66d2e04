import { readFile } from 'node:fs/promises';
import { DatabaseError, Pool } from 'pg';
import type { PoolClient, PoolConfig, QueryConfig } from 'pg';
import type { Log } from '../log';
import { reread } from '../reread';
import { migrate } from './migrate';
import type { Migration } from './migrations';
import type { Database, Query } from './query';
import { Outage } from './outage';
import type { HistoryUnavailable } from './run-history';
import { HistoryBusy, HistorySlow } from './run-history';

/** A PostgreSQL whose schema is what this program needs. https://node-postgres.com/apis/pool */

export interface DatabaseOptions {
  /** Holds the URL: `postgres://user:password@host:5432/database`. */
  readonly urlFile: string;
  readonly migrations: readonly Migration[];
  readonly log: Log;
}

/** Those of a replica; a leader uses one of them all the time. */
const CONNECTIONS_MAX = 4;
const CONNECT_WITHIN_MS = 5_000;
/** The server ends a statement then. */
const STATEMENT_MS = 15_000;
/** An answer that is not there by then does not come: the line is dead. Migrations may take longer than a statement. */
const ANSWER_MS = { statement: 20_000, migration: 1_800_000 } as const;
/** By `STATEMENT_MS`. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const QUERY_CANCELED = '57014';

/** Opens a database. Nothing is sent until it is first asked; the schema is migrated then. */
export const openDatabase = (options: DatabaseOptions): Database => new PostgresDatabase(options);

class PostgresDatabase implements Database {
  private url?: string;
  private pool?: Pool;
  private migrated?: Promise<void>;
  private readonly outage: Outage;
  private readonly stopReading: () => void;
  private readonly read: Promise<void>;

  constructor(private readonly options: DatabaseOptions) {
    this.outage = new Outage('the database', options.log);
    this.read = this.reload().catch(() => undefined);
    this.stopReading = reread(
      () => this.reload(),
      // the file of a Secret that is not there yet; whoever asks is told
      () => undefined,
    );
  }

  readonly query: Query = (text, values) =>
    this.attempt(async (client) => rowsOf(await client.query({ text, values: [...values] })));

  transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.attempt((client) => inTransaction(client, work));
  }

  async reload(): Promise<void> {
    const url = (await readFile(this.options.urlFile, 'utf8')).trim();
    if (url === this.url) return;
    await this.close();
    this.url = url;
    this.outage.end();
  }

  async stop(): Promise<void> {
    this.stopReading();
    await this.close();
  }

  private async close(): Promise<void> {
    const { pool } = this;
    [this.pool, this.migrated] = [undefined, undefined];
    await pool?.end().catch(() => undefined);
  }

  private async attempt<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    await this.read;
    this.outage.check();
    const pool = await this.ready();
    try {
      const value = await withClient(pool, work);
      this.outage.end();
      return value;
    } catch (error) {
      if (isRefusal(error)) throw error;
      if (isBusy(error)) throw new HistoryBusy('too many ask the database of finished runs at once');
      // a statement that took too long says nothing of the next one
      if (error instanceof DatabaseError && error.code === QUERY_CANCELED) throw new HistorySlow(error.message);
      throw this.unavailable(error as Error);
    }
  }

  private async ready(): Promise<Pool> {
    try {
      const pool = (this.pool ??= this.connect());
      await (this.migrated ??= this.migrate(pool));
      return pool;
    } catch (error) {
      throw this.unavailable(error as Error);
    }
  }

  private connect(): Pool {
    if (this.url === undefined) throw new Error(`${this.options.urlFile} cannot be read`);
    const pool = new Pool(poolConfig(this.url));
    // a connection may end at any time; who uses it finds out by themselves
    pool.on('connect', (client) => client.on('error', () => undefined));
    pool.on('error', () => undefined);
    return pool;
  }

  private async migrate(pool: Pool): Promise<void> {
    const { migrations, log } = this.options;
    try {
      const applied = await withClient(pool, (client) =>
        inTransaction(client, (query) => migrate(query, migrations), ANSWER_MS.migration),
      );
      if (applied.length > 0) log.info({ applied }, 'history: the schema of the database is new');
    } catch (error) {
      this.migrated = undefined;
      throw error;
    }
  }

  private readonly unavailable = (error: Error): HistoryUnavailable =>
    this.outage.begin(error, { code: (error as Partial<DatabaseError>).code });
}

/**
 * TLS unless the URL says `sslmode=disable`, and then with a certificate that is of that host and of an authority that the
 * process trusts: of Node's own, and of NODE_EXTRA_CA_CERTS.
 */
export function poolConfig(text: string): PoolConfig {
  if (!URL.canParse(text)) throw new Error('the URL of the database is none');
  const url = new URL(text);
  const isPlain = url.searchParams.get('sslmode') === 'disable';
  // what the client library makes of it is less than that
  for (const name of ['ssl', 'sslmode', 'sslca', 'sslcert', 'sslkey', 'sslrootcert', 'uselibpqcompat'])
    url.searchParams.delete(name);
  return {
    connectionString: url.toString(),
    // an address has no server name; without `host` its certificate would be held against `localhost`
    ssl: isPlain ? false : { rejectUnauthorized: true, host: url.hostname.replace(/^\[|\]$/g, '') },
    application_name: 'tekton-dag',
    // to compile a statement takes longer than each of them does
    options: '-c jit=off',
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS.statement,
    keepAlive: true,
    allowExitOnIdle: true,
  };
}

/** Whether the database works, and the values are what it does not take: to try again is useless. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const isRefusal = (error: unknown): error is DatabaseError =>
  error instanceof DatabaseError && /^2[23]/.test(error.code ?? '');

/** Whether nobody gave back a connection in time. The pool says so by this text alone, and the database may be as well as ever. */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && error.message === 'timeout exceeded when trying to connect';

async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isBroken = true;
  try {
    const value = await work(client);
    isBroken = false;
    return value;
  } finally {
    // one that failed may have anything left undone
    client.release(isBroken);
  }
}

async function inTransaction<T>(
  client: PoolClient,
  work: (query: Query) => Promise<T>,
  answerMs: number = ANSWER_MS.statement,
): Promise<T> {
  const query: Query = async (text, values) => {
    const statement: QueryConfig & { readonly query_timeout: number } = { text, query_timeout: answerMs };
    // with values the server would take one statement alone, and a migration is of several
    return rowsOf(await client.query(values.length > 0 ? { ...statement, values: [...values] } : statement));
  };
  await query('begin', []);
  // the connection of one that fails is closed, which rolls it back
  const value = await work(query);
  await query('commit', []);
  return value;
}

const rowsOf = <Row>({ rows }: { readonly rows: readonly unknown[] }): readonly Row[] => rows as readonly Row[];
