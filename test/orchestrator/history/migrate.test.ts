import { MIGRATIONS } from '../../../orchestrator/src/history/migrations';
import { recordRun } from '../../../orchestrator/src/history/record-run';
import { postgresArchive } from '../../../orchestrator/src/history/archive';
import { factsOf } from '../../../orchestrator/src/history/run-query';
import type { Request } from '../../../orchestrator/src/queue/objects';
import { HistoryUnavailable } from '../../../orchestrator/src/history/run-history';
import type { Database } from '../../../orchestrator/src/history/query';
import { suiteWith } from '../../output/tasks/support/tools';
import type { Postgres } from './support/postgres';
import { startPostgres } from './support/postgres';
import { CLUSTER, open, rows, tested } from './support/runs';

it('counts versions up from 1, each once', () =>
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1)));

/** The test of a push, with all times that there are. */
function asked(name: string): Request {
  const request = tested(name, {
    source: { event: 'pull_request', sender: 'ann', eventTime: '2025-12-31T23:58:00Z' },
  });
  return { ...request, status: { ...request.status, startedAt: '2026-01-01T00:00:05Z' } };
}

/** Writes a run as the first version did. */
async function recordAsFirst(database: Database, request: Request): Promise<void> {
  const { uid, namespace, name, team, stack, pipeline, apps, phase, created } = factsOf(request);
  await database.query(
    `insert into tekton_dag.runs
      (cluster, uid, namespace, name, team, stack, pipeline, apps, phase, created, finished, request)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)`,
    [CLUSTER, uid, namespace, name, team, stack, pipeline, apps, phase, new Date(created), JSON.stringify(request)],
  );
}

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
      const old = asked('old');
      await recordAsFirst(older, old);
      const newer = at(url);
      const fresh = at(await postgres.database(`fresh${version}`));
      await recordRun(fresh, CLUSTER, old, []);
      const columns = 'name, cluster, uid, happened_at, started_at';
      expect(await rows(newer, 'runs', columns)).toEqual(await rows(fresh, 'runs', columns));
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
