import { startPostgres } from '../orchestrator/history/support/postgres';
import { FIGURES_ASKED, STATEMENTS, fill, planOf } from '../orchestrator/history/support/queries';
import { report } from './report';
import type { Figure } from './report';
import { open } from '../orchestrator/history/support/runs';
import { databaseFigures } from '../../orchestrator/src/figures/database-figures';
import type { Database, Statement } from '../../orchestrator/src/history/query';

/**
 * `npm run bench -- history`: a PostgreSQL with 20,000 runs of 50 teams and 1,000,000 test cases. Prints how long each query
 * takes at the median, beside `select 1` of the same connection, and by which index it is answered.
 */

const SIZE = { runs: 20_000, casesOfRun: 50 };
const TIMES = 41;

const medianOf = (database: Database, { text, values }: Statement): Promise<number> =>
  medianTime(() => database.query(text, values));

async function medianTime(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[TIMES >> 1] ?? NaN;
}

async function main(): Promise<void> {
  const postgres = await startPostgres({ settings: { shared_buffers: "'256MB'" } });
  const database = open(postgres, postgres.url);
  try {
    await database.query('select 1', []);
    const start = performance.now();
    await fill(postgres.url, SIZE);
    const [{ version = '', cases = '' } = {}] = await database.query<{ version?: string; cases?: string }>(
      `select current_setting('server_version') as version, (select count(*) from tekton_dag.cases) as cases`,
      [],
    );
    console.log(`PostgreSQL ${version}: ${SIZE.runs} runs, ${cases} cases, filled in ${seconds(start)} s\n`);
    const figures: Figure[] = [];
    for (const [name, statement] of Object.entries(STATEMENTS)) {
      const bare = await medianOf(database, { text: 'select 1', values: [] });
      const own = await medianOf(database, statement);
      const plan = [...new Set(await planOf(database, statement))].join(', ');
      const against = `select 1, which takes ${bare.toFixed(1)} ms`;
      figures.push({ name: `query ${name}, by ${plan}`, value: own / bare, unit: 'times', against });
    }
    const asked = databaseFigures(database, 'test', () => Promise.reject(new Error('the database does not answer')));
    for (const [name, query] of Object.entries(FIGURES_ASKED))
      figures.push({
        name: `all figures together, ${name}`,
        value: await medianTime(() => asked(query)),
        unit: 'ms',
      });
    report({ name: 'history', figures });
  } finally {
    await database.stop();
    await postgres.remove();
  }
}

const seconds = (start: number): string => ((performance.now() - start) / 1000).toFixed(1);

void main();
