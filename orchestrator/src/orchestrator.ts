import { pageRoutes } from './page/page';
import { createCurrentConfiguration } from './config/current';
import { configurationOfDirectory } from './config/directory';
import { configurationOfCluster } from './config/watch';
import { startGitHubServices } from './github-services';
import { apiRoutes } from './http/api';
import { callersOf, loopbackOnly, tokenOrSession, tokenReview } from './http/auth';
import { meRoute } from './http/me';
import { openApiRoute } from './http/openapi';
import { probeRoutes } from './http/probes';
import { secretsOf } from './http/signature';
import { webhookRoutes } from './http/webhook';
import { connect } from '../../lib/kube/connect';
import { electLeader } from './kube/leader';
import { trackAvailability } from './kube/availability';
import { startQueue } from './queue/queue';
import { kueueAdmission } from './queue/kueue';
import { leaseAdmission } from './queue/slots';
import { syncedCommits } from './queue/synced-commit';
import { leaseWatermark } from './recovery/watermark';
import { clusterFigures } from './figures/cluster-figures';
import { databaseFigures } from './figures/database-figures';
import { clusterHistory } from './history/run-history';
import { startHistory } from './history/start-history';
import { knownRequests } from './requests/known';
import type { Service, Surroundings } from './service';
import { openReports } from './test-reports/open-reports';
import type { Settings } from './settings';
import { signInRoutes } from './sign-in/routes';
import { startSignIn } from './sign-in/sign-in';

/** The program as an orchestrator: what happens on a Git host becomes runs in a cluster. Each part is in its own module. */

/** The name of the Lease that the replicas compete for to lead. */
const LEASE = 'tekton-dag-orchestrator';

/** Starts all parts; they know the cluster some time later, and `/readyz` says when. */
export async function startOrchestrator(
  settings: Settings,
  { log, metrics, lifecycle, lag }: Surroundings,
): Promise<Service> {
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
    syncedCommit: syncedCommits(api, () => Date.now()),
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
  const reports = settings.reports && openReports(settings.reports);
  const history =
    settings.history &&
    startHistory(settings.history, {
      api,
      requests: queue.requests,
      known,
      reports,
      isLeading: isReady,
      metrics,
      log,
      now,
    });
  const ofCluster = clusterFigures(known);
  const recorded = history?.recorded;
  const figures = recorded ? databaseFigures(recorded.database, recorded.cluster, ofCluster) : ofCluster;
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

  const callerOf = callersOf(api);
  const signIn = settings.signIn && (await startSignIn(settings.signIn, { callerOf, log, now }));
  const token = tokenReview(api, callerOf);
  const authenticated = signIn ? tokenOrSession(token, signIn.authenticate) : token;
  const authenticate = settings.apiAuth === 'none' ? loopbackOnly : authenticated;

  return {
    async routes(app) {
      await app.register(async (scope) =>
        webhookRoutes(scope, { configuration, secrets, creator, github, metrics, log, now }),
      );
      await app.register(async (scope) =>
        apiRoutes(scope, {
          configuration,
          authenticate,
          creator,
          github,
          api,
          synced,
          waiting: queue.waiting,
          history: history?.history ?? clusterHistory(known),
          reports,
          tests: recorded?.tests,
          figures,
          runs: queue.runs,
          onChange: queue.onChange,
          consoleUrl: settings.consoleUrl,
          now,
        }),
      );
      meRoute(app, { configuration, authenticate });
      signInRoutes(app, signIn);
      probeRoutes(app, {
        configuration,
        secrets,
        lifecycle,
        lag,
        synced,
        apiServer: isUp,
        behind: recorded?.behind,
        signInProblems: () => signIn?.problems ?? [],
      });
      openApiRoute(app);
      if (settings.pageDir !== undefined) await pageRoutes(app, settings.pageDir);
    },
    async reload() {
      await Promise.all([configuration.reload(), secrets.reload(), history?.reload(), signIn?.reload()]);
    },
    async stop() {
      configuration.stop();
      secrets.stop();
      signIn?.stop();
      await Promise.all([queue.stop(), github.stop(), leader.stop(), history?.stop()]);
    },
  };
}
