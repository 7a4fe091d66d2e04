import type { FastifyInstance } from 'fastify';
import type { ConfigurationSource } from '../../../lib/runs/configuration/configuration';
import type { Behind } from '../history/recorder';
import type { Secrets } from './signature';
import type { Lifecycle } from './server';

export interface ProbeDeps {
  readonly configuration: Pick<ConfigurationSource, 'current'>;
  readonly secrets: Pick<Secrets, 'active'>;
  readonly lifecycle: Lifecycle;
  /** Seconds that the event loop was late at most of late. */
  readonly lag: () => number;
  /** Whether the requests of the cluster have been read: then deliveries are answered as they should, whether or not the queue knows all runs yet. */
  readonly synced: () => boolean;
  /** Whether the API server was heard of late. */
  readonly apiServer: () => boolean;
  /** How far the database of finished runs is behind; undefined where there is none. */
  readonly behind?: () => Behind;
  /** What keeps people from signing in. Deliveries are taken all the same. */
  readonly signInProblems: () => readonly string[];
}

const LAG_MAX_SECONDS = 5;
/** A run is recorded a moment after its end. */
const BEHIND_SECONDS = 60;

/**
 * `/healthz` is of the process alone: nothing outside may get it restarted.
 * https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 * @param lag seconds that the event loop was late at most of late
 */
export function healthRoute(app: FastifyInstance, lag: () => number): void {
  app.get('/healthz', (_request, reply) => {
    const late = lag();
    return late < LAG_MAX_SECONDS
      ? { status: 'ok' }
      : reply.code(503).send({ status: 'stuck', eventLoopLagSeconds: late });
  });
}

/**
 * The probes of an orchestrator. `/readyz` counts and names nobody: every pod of the cluster may ask it, and the log has the names. It stays good while the API server is away: then a delivery is told to come again, which
 * says more than a refused connection.
 */
export function probeRoutes(
  app: FastifyInstance,
  { configuration, secrets, lifecycle, lag, synced, apiServer, behind, signInProblems }: ProbeDeps,
): void {
  healthRoute(app, lag);
  app.get('/readyz', (_request, reply) => {
    const current = configuration.current;
    const missing = [
      ...(lifecycle.draining ? ['the server is stopping'] : []),
      ...(current === undefined ? ['no good configuration has been read'] : []),
      ...(secrets.active.length === 0 ? ['no webhook secret is configured'] : []),
      ...(synced() ? [] : ['the cluster has not been read yet']),
    ];
    return reply.code(missing.length > 0 ? 503 : 200).send({
      status: missing.length > 0 ? 'not ready' : 'ok',
      ...(missing.length > 0 && { missing }),
      stacks_loaded: current ? [...current.teams.values()].reduce((sum, { stacks }) => sum + stacks.length, 0) : 0,
      teams: current?.teams.size ?? 0,
      apiServer: apiServer() ? 'up' : 'down',
      ...(behind !== undefined && { history: stateOf(behind()) }),
      problems: (current?.problems.length ?? 0) + signInProblems().length,
    });
  });
}

/** It makes no replica less ready: nothing waits for the database. */
const stateOf = ({ runs, seconds }: Behind) => ({
  status: seconds > BEHIND_SECONDS ? 'behind' : 'ok',
  unrecorded: runs,
  behindSeconds: Math.round(seconds),
});
