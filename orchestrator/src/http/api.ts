import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { ConfigurationSource } from '../../../lib/runs/configuration/configuration';
import type { KubeApi } from '../../../lib/kube/api';
import type { Run } from '../queue/objects';
import { Budget, hasBody, lengthOf, withBody } from './body';
import { cancelRun } from './cancel-run';
import type { ChangesDeps } from './changes';
import { changesRoute } from './changes';
import type { CreateDeps } from './create-run';
import { createRun, rerun } from './create-run';
import { ASKED_MAX, parsePayload } from './payload';
import { pullRequestRoutes } from './pull-requests';
import { readBootstrap, readRunBody } from './run-body';
import type { Query } from './run-body';
import type { UnchangedDeps } from './check-unchanged';
import type { RunDetailDeps } from './run-detail';
import { runDetailRoutes } from './run-detail';
import { listRuns, shownQueue, shownRun, shownStack, shownTeam } from './runs';
import { reportsRoutes } from './reports';
import type { RunTestsDeps } from './run-tests';
import { runTestsRoutes } from './run-tests';
import type { StatsDeps } from './stats';
import { statsRoute } from './stats';
import type { ByName, VisibleDeps } from './visible';
import { checkSynced, configurationOf, namedRequest, visibleTeams } from './visible';

export interface ApiDeps extends VisibleDeps, CreateDeps, ChangesDeps, RunTestsDeps, StatsDeps {
  readonly configuration: Pick<ConfigurationSource, 'current' | 'reload'>;
  readonly api: Pick<KubeApi, 'patch'> & RunDetailDeps['api'] & UnchangedDeps['api'];
  /** Requests of a namespace that wait, the next first. */
  readonly waiting: (namespace: string) => readonly RunRequest[];
  /** Runs of a namespace, whoever made them. */
  readonly runs: (namespace: string) => readonly Run[];
  /** Where people see a run. */
  readonly consoleUrl?: string;
}

const BODY_MAX = 2 ** 20;

/** Reads a body as JSON, whatever type it says it is, as with the original. It is read once its caller is known. */
const bodyOf = async ({ raw }: FastifyRequest, budget: Budget): Promise<unknown> =>
  hasBody(raw)
    ? withBody(raw, budget, BODY_MAX, async (body) =>
        lengthOf(body) > 0 ? parsePayload(body, 'json', ASKED_MAX) : undefined,
      )
    : undefined;

/** `/api`: what people and programs ask for, and see, as far as the cluster lets them. */
export function apiRoutes(app: FastifyInstance, deps: ApiDeps): void {
  configurationRoutes(app, deps);
  readingRoutes(app, deps);
  runDetailRoutes(app, deps);
  reportsRoutes(app, deps);
  runTestsRoutes(app, deps);
  changesRoute(app, deps);
  statsRoute(app, deps);
  pullRequestRoutes(app, deps);
  askingRoutes(app, deps);
}

function configurationRoutes(app: FastifyInstance, deps: ApiDeps): void {
  app.get('/api/stacks', async (request) =>
    (await visibleTeams(deps, request)).flatMap((team) => team.stacks.map((stack) => shownStack(team, stack))),
  );

  app.get('/api/teams', async (request) =>
    Object.fromEntries((await visibleTeams(deps, request)).map((team) => [team.name, shownTeam(team)])),
  );

  app.post('/api/reload', async (request) => {
    await visibleTeams(deps, request);
    await deps.configuration.reload();
    // of the new configuration, and of that what the caller may see
    const teams = await visibleTeams(deps, request);
    const { generation, problems } = configurationOf(deps);
    return {
      status: 'reloaded',
      stacks: teams.reduce((sum, { stacks }) => sum + stacks.length, 0),
      teams: teams.map(({ name }) => name),
      generation,
      problems: problems.length,
    };
  });
}

function readingRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const { known } = deps.creator;

  app.get('/api/runs', async (request, reply) => {
    const teams = await visibleTeams(deps, request);
    checkSynced(deps);
    const namespaces = teams.map(({ namespace }) => namespace);
    const listed = { ...deps, namespaces, direct: namespaces.flatMap(deps.runs) };
    const { runs, next, isComplete } = await listRuns(listed, request.query);
    void reply.headers({
      'x-as-of': new Date(deps.now()).toISOString(),
      ...(next !== undefined && { 'x-continue': next }),
      ...(!isComplete && { 'x-history': 'unavailable' }),
    });
    return runs;
  });

  app.get<ByName>('/api/runs/:name', async (request) =>
    shownRun((await namedRequest(deps, request, 'list')).found, deps),
  );

  app.get('/api/queue', async (request) => {
    const teams = await visibleTeams(deps, request);
    checkSynced(deps);
    return teams.map((team) => shownQueue(team, known.list(), deps.waiting(team.namespace), deps));
  });
}

function askingRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const { authenticate } = deps;
  const budget = new Budget();

  app.post('/api/run', async (request, reply) => {
    const caller = await authenticate(request);
    return createRun(deps, caller, readRunBody(await bodyOf(request, budget)), request, reply);
  });

  app.post<{ Querystring: Query }>('/api/bootstrap', async (request, reply) => {
    const caller = await authenticate(request);
    return createRun(deps, caller, readBootstrap(await bodyOf(request, budget), request.query), request, reply);
  });

  app.post<ByName>('/api/runs/:name/cancel', async (request) => {
    const { found } = await namedRequest(deps, request, 'patch');
    await cancelRun(deps.api, found);
    return { status: 'cancelled', name: found.metadata.name };
  });

  app.post<ByName>('/api/runs/:name/rerun', async (request, reply) => {
    const { found, caller } = await namedRequest(deps, request, 'create');
    return rerun(deps, caller, found, request, reply);
  });
}
