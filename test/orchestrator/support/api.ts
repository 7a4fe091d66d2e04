import type { InjectOptions } from 'fastify';
import type { ApiDeps } from '../../../orchestrator/src/http/api';
import { apiRoutes } from '../../../orchestrator/src/http/api';
import type { Authenticate, Verb } from '../../../orchestrator/src/http/auth';
import { loopbackOnly } from '../../../orchestrator/src/http/auth';
import { meRoute } from '../../../orchestrator/src/http/me';
import { openApiRoute } from '../../../orchestrator/src/http/openapi';
import { probeRoutes } from '../../../orchestrator/src/http/probes';
import { createServer } from '../../../orchestrator/src/http/server';
import { webhookRoutes } from '../../../orchestrator/src/http/webhook';
import { createMetrics } from '../../../orchestrator/src/metrics';
import { clusterFigures } from '../../../orchestrator/src/figures/cluster-figures';
import { clusterHistory } from '../../../orchestrator/src/history/run-history';
import { knownRequests } from '../../../orchestrator/src/requests/known';
import { signInRoutes } from '../../../orchestrator/src/sign-in/routes';
import type { SignIn } from '../../../orchestrator/src/sign-in/sign-in';
import { ApiError } from '../../../lib/kube/api';
import { inject } from './inject';
import { FakeApi, NOW, configurationOf, shop, silent } from '../support';

/** The API as it is served, on a cluster in memory. */
export function api(configuration = configurationOf(shop()), over: Partial<ApiDeps> = {}, signIn?: SignIn) {
  const cluster = new FakeApi();
  const app = createServer(silent, { draining: false, closing: false });
  const known = knownRequests(cluster.store, () => configuration.teams.values());
  const patched: unknown[] = [];
  const deps: ApiDeps = {
    configuration: { current: configuration, reload: async () => undefined },
    authenticate: loopbackOnly,
    creator: { api: cluster, known, metrics: createMetrics() },
    api: {
      patch: async <T>(_kind: unknown, namespace: string, name: string, patch: object) => (
        patched.push({ namespace, name, patch }),
        {} as T
      ),
      get: async () => undefined,
      list: async () => ({ items: [], resourceVersion: '1' }),
      follow: () => {
        throw new ApiError('there are no pods here', 404, 'NotFound');
      },
    },
    history: clusterHistory(known),
    figures: clusterFigures(known),
    onChange: () => () => undefined,
    synced: () => true,
    waiting: () => [],
    runs: () => [],
    now: () => NOW,
    ...over,
  };
  void app.register(async (scope) => apiRoutes(scope, deps));
  meRoute(app, deps);
  signInRoutes(app, signIn);
  openApiRoute(app);
  const call = async (method: 'GET' | 'POST', url: string, body?: unknown, headers: Record<string, string> = {}) => {
    const options: InjectOptions = {
      method,
      url,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    };
    const response = await inject(app, options);
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(response.body) };
  };
  return { app, deps, call, cluster, patched, requests: () => [...cluster.objects.values()] };
}

/** Beside the API what else the server has: webhooks and probes. @param secret that deliveries are signed with */
export function withWebhooks<A extends ReturnType<typeof api>>(
  made: A,
  secret?: string,
  signInProblems: () => readonly string[] = () => [],
): A {
  const { app, deps } = made;
  const secrets = { active: secret === undefined ? [] : [{ id: 'current', value: Buffer.from(secret) }] };
  void app.register(async (scope) =>
    webhookRoutes(scope, { ...deps, secrets, metrics: deps.creator.metrics, log: silent }),
  );
  probeRoutes(app, {
    ...deps,
    secrets,
    lifecycle: { draining: false, closing: false },
    lag: () => 0,
    apiServer: () => true,
    signInProblems,
  });
  return made;
}

/** A caller who may do these. */
export const callerWhoMay =
  (...verbs: Verb[]): Authenticate =>
  async () => ({ name: 'someone', may: async (verb) => verbs.includes(verb) });
