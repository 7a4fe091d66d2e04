import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { certify } from '../../../support/private-authority';

/** A PostgreSQL of one's own, as Debian installs it: its programs are not on the PATH. */

const INSTALLED = '/usr/lib/postgresql';
const [newest] = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a)) : [];
const program = (name: string): string => join(INSTALLED, newest ?? '', 'bin', name);

const ROOT_UID = 0;
const isRoot = userInfo().uid === ROOT_UID;

/** It refuses to run as root, and then runs as the user whom the package makes. */
function account(): { readonly uid?: number; readonly gid?: number } {
  if (!isRoot) return {};
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout),
  );
  return { uid, gid };
}

export interface Postgres {
  /** Of a database that is there and empty. */
  readonly url: string;
  readonly folder: string;
  start(): Promise<void>;
  /** Ends it without a word. */
  kill(): Promise<void>;
  /** Makes another database. @returns its URL */
  database(name: string): Promise<string>;
  /** Ends it, and removes all that was of it. */
  remove(): Promise<void>;
}

export interface PostgresOptions {
  /** Further ones of the server: https://www.postgresql.org/docs/current/runtime-config.html */
  readonly settings?: Readonly<Record<string, string>>;
  /** Host of which it has a certificate; its authority is `ca.crt` in the folder. @default - no TLS */
  readonly host?: string;
}

export async function startPostgres({ settings = {}, host }: PostgresOptions = {}): Promise<Postgres> {
  const owner = account();
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const made = spawnSync(
    program('initdb'),
    ['--pgdata', data, '--username', 'tester', '--auth', 'trust', '--encoding', 'UTF8', '--no-locale', '--no-sync'],
    { ...owner, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const urlOf = (database: string): string => `postgres://tester@127.0.0.1:${port}/${database}?sslmode=disable`;
  writeFileSync(
    join(data, 'postgresql.auto.conf'),
    Object.entries({
      port: String(port),
      listen_addresses: "'127.0.0.1'",
      unix_socket_directories: `'${folder}'`,
      // it is killed here, and its machine is not
      fsync: 'off',
      ...(host !== undefined && tlsOf(folder, host, owner)),
      ...settings,
    })
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
  );
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    child = undefined;
  };
  const start = async (): Promise<void> => {
    const begin = (): ChildProcess =>
      spawn(program('postgres'), ['-D', data], { ...owner, cwd: folder, stdio: 'ignore' });
    child = begin();
    // one that was killed recovers first
    while (!(await answers(urlOf('postgres')))) {
      // it does not start while what served the killed one has not ended
      if (child.exitCode !== null) child = begin();
      await sleep(50);
    }
  };
  const database = async (name: string): Promise<string> => {
    await ask(urlOf('postgres'), `create database ${name}`);
    return urlOf(name);
  };
  await start();
  return {
    url: await database('history'),
    folder,
    start,
    kill: () => end('SIGKILL'),
    database,
    async remove() {
      // at once, whoever is connected
      await end('SIGQUIT');
      rmSync(folder, { recursive: true });
    },
  };
}

/** @param owner who alone may read the key */
function tlsOf(folder: string, host: string, { uid, gid }: ReturnType<typeof account>): Record<string, string> {
  const { certificate, key } = certify(folder, host);
  if (uid !== undefined && gid !== undefined) chownSync(key, uid, gid);
  return { ssl: 'on', ssl_cert_file: `'${certificate}'`, ssl_key_file: `'${key}'` };
}

const answers = (url: string): Promise<boolean> =>
  ask(url, 'select 1').then(
    () => true,
    () => false,
  );

async function ask(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
