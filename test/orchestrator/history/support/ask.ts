import { writeFileSync } from 'node:fs';
import { openDatabase } from '../../../../orchestrator/src/history/database';
import { silent } from '../../support';

/** `node --require tsx/cjs ask.ts FILE URL…`: asks each database as the orchestrator does, and prints what they answer. FILE is where a URL is put. */
async function main(urlFile: string, urls: readonly string[]): Promise<void> {
  const answers: unknown[] = [];
  for (const url of urls) {
    writeFileSync(urlFile, url);
    const database = openDatabase({ urlFile, migrations: [], log: silent });
    const [row] = await database
      .query(`select ssl from pg_stat_ssl where pid = pg_backend_pid()`, [])
      .catch((error: Error) => [error.message]);
    answers.push(row);
    await database.stop();
  }
  console.log(JSON.stringify(answers));
}

void main(process.argv[2] ?? '', process.argv.slice(3));
