import { createServer as createHttpServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectDefaultMetrics } from 'prom-client';
import { InputError, formatProblem } from '../../lib/words/problem';
import { createCurrentConfiguration } from './config/current';
import { configurationOfDirectory } from './config/directory';
import { configurationOfCluster } from './config/watch';
import { startGitHubServices } from './github-services';
import { apiRoutes } from './http/api';
import { loopbackOnly, tokenReview } from './http/auth';
import { openApiRoute } from './http/openapi';
import { probeRoutes } from './http/probes';
import { createServer } from './http/server';
import { secretsOf } from './http/signature';
import { webhookRoutes } from './http/webhook';
import { connect } from '../../lib/kube/connect';
import { electLeader } from './kube/leader';
import { anyAddress, useProxy } from './network';
import { trackAvailability } from './kube/availability';
import { watchLag } from './lag';
import { createLog } from './log';
import { createMetrics } from './metrics';
import { startQueue } from './queue/queue';
import { kueueAdmission } from './queue/kueue';
import { leaseAdmission } from './queue/slots';
import { leaseWatermark } from './recovery/watermark';
import { finishedRequests } from './requests/finished-runs';
import { knownRequests } from './requests/known';
import { readSettings } from './settings';
import type { Settings } from './settings';

/** Starts the parts of the orchestrator and stops them in order. Each part is in its own module. */

/** The name of the Lease that the replicas compete for to lead. */
const LEASE = 'tekton-dag-orchestrator';
/** How long senders need to notice that this replica is not ready. */
const NOTICED_MS = 5_000;
const ANSWERED_WITHIN_MS = 20_000;

async function main(settings: Settings): Promise<void> {
  useProxy(process.env);
  const log = createLog(settings.logLevel);
  const metrics = createMetrics();
  collectDefaultMetrics({ register: metrics.registry });
  const lifecycle = { draining: false, closing: false };
  const { api, isUp } = trackAvailability(await connect());

  const current = createCurrentConfiguration(settings.team, log, metrics);
  const configuration = settings.configDir
    ? await configurationOfDirectory(settings.configDir, current, log)
    : configurationOfCluster(
        api,
        {
          namespace: settings.team === undefined ? undefined : settings.namespace,
          selector: settings.configLabel,
          name: settings.configName,
        },
        current,
        log,
        metrics,
      );
  const secrets = await secretsOf(settings.webhookSecretsDir, log);
  const leader = electLeader(api, {
    namespace: settings.namespace,
    name: LEASE,
    onChange: (isLeading) => metrics.leader.set(isLeading ? 1 : 0),
  });
  const slots = leaseAdmission(api);
  const queue = startQueue({
    configuration,
    api,
    admissions: { slots, kueue: kueueAdmission(slots) },
    log,
    metrics,
    isLeading: () => leader.isLeading,
    retention: settings.retention,
  });
  const synced = () => queue.isSynced;
  const teams = () => configuration.current?.teams.values() ?? [];
  const known = knownRequests({ list: queue.requests, get: queue.request, indexed: queue.indexed }, teams);
  const creator = { api, known, metrics };
  const now = () => Date.now();

  const isLeading = () => leader.isLeading;
  const isReady = () => leader.isLeading && synced();
  const watermark = leaseWatermark(api, { namespace: settings.namespace, name: LEASE });
  const github = await startGitHubServices(settings.github, {
    api,
    requests: queue.requests,
    known,
    creator,
    configuration,
    isLeading,
    isReady,
    watermark,
    consoleUrl: settings.consoleUrl,
    metrics,
    log,
    now,
  });

  const app = createServer(log, lifecycle);
  await app.register(async (scope) =>
    webhookRoutes(scope, { configuration, secrets, creator, github, metrics, log, now }),
  );
  await app.register(async (scope) =>
    apiRoutes(scope, {
      configuration,
      authenticate: settings.apiAuth === 'none' ? loopbackOnly : tokenReview(api),
      creator,
      github,
      api,
      synced,
      waiting: queue.waiting,
      finished: finishedRequests(known),
      runs: queue.runs,
      consoleUrl: settings.consoleUrl,
      now,
    }),
  );
  probeRoutes(app, { configuration, secrets, lifecycle, lag: watchLag(metrics), synced, apiServer: isUp });
  openApiRoute(app);
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
    configuration.stop();
    secrets.stop();
    await Promise.all([queue.stop(), github.stop(), leader.stop()]);
    metricsServer.close();
    log.info('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop(NOTICED_MS));
  process.on('SIGINT', () => void stop(0));
  process.on(
    'SIGHUP',
    () =>
      void Promise.all([configuration.reload(), secrets.reload()]).catch((error: Error) =>
        log.error({ error: error.message }, 'nothing could be read anew; what was read before holds'),
      ),
  );
  // whoever reads this may stop it at once
  log.info({ addresses: app.addresses(), teams: settings.team ?? 'all' }, 'ready for deliveries');
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
