import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../../orchestrator/src/history/database';
import { HistoryBusy, HistoryUnavailable } from '../../../orchestrator/src/history/run-history';
import { suiteWith } from '../../output/tasks/support/tools';
import { silent } from '../support';
import type { Postgres } from './support/postgres';
import { startPostgres } from './support/postgres';

/** How the orchestrator comes to its database. */

suiteWith(['openssl', 'pg_ctlcluster'], 'a database', () => {
  let postgres: Postgres;
  let file: string;
  beforeAll(async () => {
    postgres = await startPostgres({ host: 'localhost' });
    file = join(postgres.folder, 'url');
  }, 120_000);
  afterAll(() => postgres.remove());

  /** A process of its own: Node reads whom it trusts when it starts. */
  const ask = (urls: readonly string[], authority?: string): readonly unknown[] => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--require', 'tsx/cjs', join(__dirname, 'support/ask.ts'), file, ...urls],
      { encoding: 'utf8', env: { ...process.env, ...(authority && { NODE_EXTRA_CA_CERTS: authority }) } },
    );
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as readonly unknown[];
  };
  const at = (host: string, query: string): string => {
    const url = new URL(postgres.url);
    url.hostname = host;
    url.search = query;
    return url.href;
  };

  it('is asked by TLS, whatever its address says of that', () => {
    const urls = ['', 'sslmode=prefer', 'sslmode=no-verify&ssl=false'].map((query) => at('localhost', query));
    expect(ask(urls, join(postgres.folder, 'ca.crt'))).toEqual(urls.map(() => ({ ssl: true })));
    expect(ask([at('localhost', 'sslmode=disable')])).toEqual([{ ssl: false }]);
  }, 240_000);

  it('is not asked where its certificate is of another host, or of an authority that nobody trusts', () => {
    expect(ask([at('127.0.0.1', '')], join(postgres.folder, 'ca.crt'))).toEqual([
      expect.stringMatching(/IP: 127\.0\.0\.1 is not in the cert/),
    ]);
    const urls = ['', 'sslmode=require', 'sslmode=no-verify'].map((query) => at('localhost', query));
    expect(ask(urls)).toEqual(urls.map(() => expect.stringMatching(/certificate/) as string));
  }, 240_000);

  it('may come later, and move: what its file says is taken up', async () => {
    rmSync(file, { force: true });
    const database = openDatabase({ urlFile: file, migrations: [], log: silent });
    await expect(database.query('select 1', [])).rejects.toThrow(HistoryUnavailable);
    for (const name of ['first', 'second']) {
      writeFileSync(file, await postgres.database(name));
      await database.reload();
      expect(await database.query('select current_database() as name', [])).toEqual([{ name }]);
    }
    writeFileSync(file, 'not an address');
    await database.reload();
    await expect(database.query('select 1', [])).rejects.toThrow(/the URL of the database is none/);
    await database.stop();
  });

  it('that answers others is asked again at once: whoever waited in vain for a connection says nothing of it', async () => {
    writeFileSync(file, postgres.url);
    const database = openDatabase({ urlFile: file, migrations: [], log: silent });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const others = Array.from({ length: 4 }, () => database.transaction(() => held));
    await expect(database.query('select 1', [])).rejects.toThrow(HistoryBusy);
    release();
    await Promise.all(others);
    expect(await database.query('select 1 as one', [])).toEqual([{ one: 1 }]);
    await database.stop();
  }, 30_000);

  it('is left alone for a while after it did not answer, and says what it refuses', async () => {
    writeFileSync(file, postgres.url);
    const database = openDatabase({ urlFile: file, migrations: [], log: silent });
    await expect(database.query('select $1::integer', ['x'])).rejects.toThrow(/invalid input syntax/);
    await postgres.kill();
    await expect(database.query('select 1', [])).rejects.toThrow(HistoryUnavailable);
    await expect(database.query('select 1', [])).rejects.toThrow(/a moment ago/);
    await postgres.start();
    await database.stop();
  });
});
