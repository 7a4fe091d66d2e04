import type { Database } from '../../../../orchestrator/src/history/query';
import type { Postgres } from './postgres';
import { startPostgres } from './postgres';
import { open } from './runs';

/** What a suite of tests has of the history. */
export interface OfSuite {
  /** As the orchestrator opens it; it has no runs when a test begins. */
  readonly database: Database;
  /** The same, opened once more, as another replica does; whoever opens it stops it. */
  another(): Database;
  readonly postgres: Pick<Postgres, 'start' | 'kill'>;
}

/** Starts a PostgreSQL before the tests of this suite, and removes it after them. */
export function databaseOfSuite(): OfSuite {
  let postgres: Postgres;
  let database: Database;
  const another = () => open(postgres, postgres.url);
  beforeAll(async () => {
    postgres = await startPostgres();
    database = another();
  }, 120_000);
  beforeEach(() => database.query('truncate tekton_dag.runs cascade', []));
  afterAll(async () => {
    await database.stop();
    await postgres.remove();
  });
  return {
    database: {
      query: (text, values) => database.query(text, values),
      transaction: (work) => database.transaction(work),
      reload: () => database.reload(),
      stop: () => database.stop(),
    },
    another,
    postgres: { start: () => postgres.start(), kill: () => postgres.kill() },
  };
}
