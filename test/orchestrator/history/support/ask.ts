import { openDatabase } from '../../../../orchestrator/src/history/database';
import { silent } from '../../support';

/** `node --require tsx/cjs ask.ts FILE`: asks the database whose URL is in the file as the orchestrator does, and prints its answer. */
async function main(urlFile: string): Promise<void> {
  const database = openDatabase({ urlFile, migrations: [], log: silent });
  const [row] = await database
    .query(`select ssl from pg_stat_ssl where pid = pg_backend_pid()`, [])
    .catch((error: Error) => [error.message]);
  console.log(JSON.stringify(row));
  await database.stop();
}

void main(process.argv[2] ?? '');
