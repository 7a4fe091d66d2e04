import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { Client } from 'pg';
import { certify } from '../../../support/private-authority';
import { startPostgres } from '../../history/support/postgres';
import type { ResultsServer, StoredRun } from './server';
import { RUN_TYPE } from './server';

/** The API of Tekton Results itself, `go build ./cmd/api` of its repository, with a PostgreSQL of its own. @param program where it is */
export async function startRealResults(program: string): Promise<ResultsServer> {
  const postgres = await startPostgres();
  const { hostname, port: databasePort, pathname, username } = new URL(postgres.url);
  const folder = mkdtempSync(join(tmpdir(), 'tekton-results-'));
  const { authority, certificate, key } = certify(folder, 'localhost');
  const [port, metricsPort] = [await freePort(), await freePort()];
  const tls = mkdtempSync(join(folder, 'tls-'));
  writeFileSync(join(tls, 'tls.crt'), readFileSync(certificate));
  writeFileSync(join(tls, 'tls.key'), readFileSync(key));
  const settings = {
    DB_USER: username,
    DB_PASSWORD: 'none',
    DB_HOST: hostname,
    DB_PORT: databasePort,
    DB_NAME: pathname.slice(1),
    DB_SSLMODE: 'disable',
    DB_ENABLE_AUTO_MIGRATION: 'true',
    // as its own installation has it
    FEATURE_GATES: 'PartialResponse=true',
    SERVER_PORT: String(port),
    PROMETHEUS_PORT: String(metricsPort),
    TLS_PATH: tls,
    // it would ask the cluster that it runs in
    AUTH_DISABLE: 'true',
    LOG_LEVEL: 'error',
    SQL_LOG_LEVEL: 'silent',
  };
  writeFileSync(
    join(folder, 'config'),
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const child = spawn(program, [], { cwd: folder, stdio: 'ignore' });
  const url = `https://localhost:${port}`;
  const dispatcher = new Agent({ connect: { ca: readFileSync(authority, 'utf8') } });
  const call = async (path: string, body?: object): Promise<number> => {
    const { statusCode, body: answer } = await request(`${url}${path}`, {
      dispatcher,
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    await answer.dump();
    return statusCode;
  };
  while ((await call('/healthz').catch(() => 0)) !== 200) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
    await sleep(100);
  }
  const database = new Client({ connectionString: postgres.url });
  database.on('error', () => undefined);
  await database.connect();
  return {
    url,
    caFile: authority,
    async put(run: StoredRun, stored) {
      const { namespace, uid } = run.metadata;
      const parents = `/apis/results.tekton.dev/v1alpha2/parents/${namespace}/results`;
      const value = Buffer.from(JSON.stringify(run)).toString('base64');
      const name = `${namespace}/results/${uid}`;
      for (const [path, body] of [
        [parents, { name }],
        [`${parents}/${uid}/records`, { name: `${name}/records/${uid}`, data: { type: RUN_TYPE, value } }],
      ] as const) {
        const status = await call(path, body);
        if (status !== 200) throw new Error(`POST ${path}: ${status}`);
      }
      // it takes the time of now, whatever it is told
      await database.query('update records set created_time = $1 where parent = $2 and name = $3', [
        stored,
        namespace,
        uid,
      ]);
    },
    killDatabase: () => postgres.kill(),
    startDatabase: () => postgres.start(),
    async remove() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      await dispatcher.destroy();
      await database.end().catch(() => undefined);
      await postgres.remove();
      rmSync(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
