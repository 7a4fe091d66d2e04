import { MIGRATIONS } from '../../../orchestrator/src/history/migrations';
import { recordRun } from '../../../orchestrator/src/history/record-run';
import { postgresArchive } from '../../../orchestrator/src/history/archive';
import { HistoryUnavailable } from '../../../orchestrator/src/history/run-history';
import type { Database } from '../../../orchestrator/src/history/query';
import { suiteWith } from '../../output/tasks/support/tools';
import type { Postgres } from './support/postgres';
import { startPostgres } from './support/postgres';
import { CLUSTER, open, taskRun, tested } from './support/runs';

it('counts versions up from 1, each once', () =>
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1)));

suiteWith(['pg_ctlcluster'], 'the schema', () => {
  let postgres: Postgres;
  const opened: Database[] = [];
  beforeAll(async () => (postgres = await startPostgres()), 120_000);
  afterEach(() => Promise.all(opened.splice(0).map((database) => database.stop())));
  afterAll(() => postgres.remove());

  const at = (url: string, migrations = MIGRATIONS): Database => {
    const database = open(postgres, url, migrations);
    opened.push(database);
    return database;
  };
  /** All columns and indexes. */
  const schemaOf = (database: Database) =>
    Promise.all([
      database.query(
        `select table_name, column_name, data_type, is_nullable, collation_name from information_schema.columns
        where table_schema = 'tekton_dag' order by 1, 2`,
        [],
      ),
      database.query(`select indexdef from pg_indexes where schemaname = 'tekton_dag' order by 1`, []),
    ]);

  it('is made once, by whichever of several replicas that start together is first', async () => {
    const url = await postgres.database('together');
    const replicas = [at(url), at(url), at(url)];
    await Promise.all(replicas.map((database) => database.query('select 1', [])));
    const applied = await at(url).query<{ name: string }>(
      'select name from tekton_dag.migrations order by version',
      [],
    );
    expect(applied.map(({ name }) => name)).toEqual(MIGRATIONS.map(({ name }) => name));
  });

  it.each(MIGRATIONS.map(({ version }) => version))(
    'becomes of what version %i made what it is where there was nothing, and keeps what is there',
    async (version) => {
      const url = await postgres.database(`from${version}`);
      const older = at(url, MIGRATIONS.slice(0, version));
      await recordRun(older, CLUSTER, tested('old'), [taskRun('old', 'build-web')]);
      const newer = at(url);
      const fresh = at(await postgres.database(`fresh${version}`));
      expect(await schemaOf(newer)).toEqual(await schemaOf(fresh));
      const runs = await postgresArchive(newer, CLUSTER).list({ namespaces: ['team-x'], limit: 9 });
      expect(runs.map(({ metadata }) => metadata.name)).toEqual(['old']);
    },
  );

  it('is all of a migration or nothing of it', async () => {
    const url = await postgres.database('half');
    const bad = { version: 2, name: '0002-bad', sql: 'create table tekton_dag.half (); select no_such_function()' };
    await expect(at(url, [MIGRATIONS[0]!, bad]).query('select 1', [])).rejects.toThrow(HistoryUnavailable);
    const [found] = await at(url, []).query<{ half: string | null }>(
      `select to_regclass('tekton_dag.half') as half`,
      [],
    );
    expect(found).toEqual({ half: null });
  });

  it('of a newer version is taken as it is, and one that is not what the program has is not', async () => {
    const url = await postgres.database('newer');
    await at(url).query('select 1', []);
    expect(await at(url, MIGRATIONS.slice(0, 1)).query('select 1 as one', [])).toEqual([{ one: 1 }]);
    const other = MIGRATIONS.map((one) => ({ ...one, sql: `${one.sql} ` }));
    await expect(at(url, other).query('select 1', [])).rejects.toThrow(/0001-runs is not what was applied/);
  });

  it('needs no right to make schemas once it is there', async () => {
    const url = await postgres.database('granted');
    await at(url).query(
      `create role writer login; grant usage on schema tekton_dag to writer;
      grant select, insert, update, delete on all tables in schema tekton_dag to writer`,
      [],
    );
    await recordRun(at(url.replace('tester@', 'writer@')), CLUSTER, tested('by-writer'), []);
  });
});
