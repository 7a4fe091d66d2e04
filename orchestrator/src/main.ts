import { createServer as createHttpServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectDefaultMetrics } from 'prom-client';
import { InputError, formatProblem } from '../../lib/words/problem';
import { createServer } from './http/server';
import { anyAddress, useProxy } from './network';
import { watchLag } from './lag';
import { createLog } from './log';
import { createMetrics } from './metrics';
import { startOrchestrator } from './orchestrator';
import { startRouter } from './router/router';
import { readSettings } from './settings';
import type { Settings } from './settings';

/** Starts the program in its mode, serves what that answers, and stops everything in order. */

/** How long senders need to notice that this replica is not ready. */
const NOTICED_MS = 5_000;
const ANSWERED_WITHIN_MS = 20_000;

async function main(settings: Settings): Promise<void> {
  useProxy(process.env);
  const log = createLog(settings.logLevel);
  const metrics = createMetrics();
  collectDefaultMetrics({ register: metrics.registry });
  const lifecycle = { draining: false, closing: false };
  const surroundings = { log, metrics, lifecycle, lag: watchLag(metrics) };
  const { membersFile, webhookSecretsDir } = settings;
  const service =
    membersFile === undefined
      ? await startOrchestrator(settings, surroundings)
      : await startRouter({ membersFile, webhookSecretsDir }, surroundings);

  const app = createServer(log, lifecycle);
  await service.routes(app);
  const metricsServer = createHttpServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    void metrics.registry
      .metrics()
      .then((text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text));
  });
  const host = await anyAddress();
  await app.listen({ port: settings.port, host });
  metricsServer.listen(settings.metricsPort, host);

  const stop = async (noticed: number) => {
    if (lifecycle.draining) return;
    lifecycle.draining = true;
    await sleep(noticed);
    lifecycle.closing = true;
    await Promise.race([app.close(), sleep(ANSWERED_WITHIN_MS)]);
    await service.stop();
    metricsServer.close();
    log.info('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop(NOTICED_MS));
  process.on('SIGINT', () => void stop(0));
  process.on(
    'SIGHUP',
    () =>
      void service
        .reload()
        .catch((error: Error) =>
          log.error(
            { error: error.message },
            'the files could not be read again; the values that were read before hold',
          ),
        ),
  );
  // whoever reads this may stop it at once
  const serves = membersFile === undefined ? { teams: settings.team ?? 'all' } : { mode: 'router' };
  log.info({ addresses: app.addresses(), ...serves }, 'ready for deliveries');
}

/** Reports what is wrong with the settings or the cluster in a line for a person, and any other error with its stack. */
function fail(error: unknown): never {
  const text =
    error instanceof InputError
      ? error.problems.map(formatProblem).join('\n')
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

Promise.resolve()
  .then(() => main(readSettings(process.env)))
  .catch(fail);
