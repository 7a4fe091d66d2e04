import type { Database } from '../../../orchestrator/src/history/query';
import { suiteWith } from '../../output/tasks/support/tools';
import type { Postgres } from './support/postgres';
import { startPostgres } from './support/postgres';
import { BIG_TABLES, STATEMENTS, fill, planOf } from './support/queries';
import { open } from './support/runs';

suiteWith(['pg_ctlcluster'], 'what is asked of a large history', () => {
  let postgres: Postgres;
  let database: Database;
  beforeAll(async () => {
    postgres = await startPostgres();
    database = open(postgres, postgres.url);
    await database.query('select 1', []);
    await fill(postgres.url, { runs: 20_000, casesOfRun: 5 });
  }, 240_000);
  afterAll(async () => {
    await database.stop();
    await postgres.remove();
  });

  it.each(Object.keys(STATEMENTS))('%s is found by an index', async (name) => {
    const plan = await planOf(database, STATEMENTS[name]!);
    expect(plan.length).toBeGreaterThan(0);
    expect(plan.filter((node) => BIG_TABLES.some((table) => node === `Seq Scan ${table}`))).toEqual([]);
  });

  it('what expires of a team is found without a look at what others keep for longer', async () => {
    const plan = await planOf(database, STATEMENTS['what expires of a team']!);
    expect(plan.some((node) => node.endsWith(' runs_expiring'))).toBe(true);
  });

  it('a look at everything would be seen here', async () => {
    const all = { text: 'select count(request) from tekton_dag.runs', values: [] };
    expect(await planOf(database, all)).toEqual(['Seq Scan runs']);
  });
});
