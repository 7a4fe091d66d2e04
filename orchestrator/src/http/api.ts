import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Stack } from '../../../lib/fleet/model';
import { isReleasing } from '../../../lib/words/names';
import { FINAL_PHASES, keyedName } from '../../../lib/runs/ask/run-request';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Configuration, ConfigurationSource, TeamConfig } from '../../../lib/runs/configuration/configuration';
import { rerunOf } from '../../../lib/runs/decisions/rerun';
import { isCancelMarker } from '../../../lib/runs/decisions/cancel-marker';
import { displayText } from '../../../lib/runs/events/payload';
import type { About } from '../../../lib/runs/decisions/request';
import { repoOf } from '../../../lib/runs/decisions/request';
import { hasSameSpec } from '../../../lib/runs/decisions/same-request';
import { ApiError } from '../../../lib/kube/api';
import type { KubeApi } from '../../../lib/kube/api';
import { REQUESTS } from '../queue/objects';
import type { Run } from '../queue/objects';
import { createRequest } from '../requests/create';
import type { Creator } from '../requests/create';
import type { FinishedRuns } from '../requests/finished-runs';
import { originalFields } from '../../../lib/runs/decisions/answer';
import { problemOf } from './answer';
import type { Authenticate, Caller, Verb } from './auth';
import { parseJson } from './payload';
import { HttpProblem } from './problem';
import { listRuns, shownQueue, shownRun } from './runs';
import { wanted } from './wanted';
import { readWish } from './wish';
import type { Wish } from './wish';

export interface ApiDeps {
  readonly configuration: Pick<ConfigurationSource, 'current' | 'reload'>;
  readonly authenticate: Authenticate;
  readonly creator: Creator;
  readonly api: Pick<KubeApi, 'patch'>;
  /** Whether the requests of all teams have been listed once. */
  readonly synced: () => boolean;
  /** Requests of a namespace that wait, the next first. */
  readonly waiting: (namespace: string) => readonly RunRequest[];
  /** The runs that are over. */
  readonly finished?: FinishedRuns;
  /** Runs of a namespace, whoever made them. */
  readonly runs: (namespace: string) => readonly Run[];
  /** Where people see a run. */
  readonly consoleUrl?: string;
  readonly now: () => number;
}

const BODY_MAX = 2 ** 20;
const CREATE_WITHIN_MS = 8_000;
const KEY = /^[\x21-\x7e]{1,128}$/;

/** `/api`: what people and programs ask for, and see, as far as the cluster lets them. */
export function apiRoutes(app: FastifyInstance, deps: ApiDeps): void {
  const { authenticate, configuration, creator } = deps;
  const known = creator.known;
  app.removeAllContentTypeParsers();
  // whatever type it says it is, as with the original
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_MAX }, (_request, body, done) => {
    try {
      done(null, body.length > 0 ? parseJson(body.toString()) : undefined);
    } catch (error) {
      done(error as Error);
    }
  });

  app.get('/api/stacks', async (request) => {
    const teams = await visible(deps, await authenticate(request));
    return teams.flatMap((team) => team.stacks.map((stack) => shownStack(team, stack)));
  });

  app.get('/api/teams', async (request) => {
    const teams = await visible(deps, await authenticate(request));
    return Object.fromEntries(
      teams.map(({ stacks, ...team }) => [team.name, { ...team, stacks: stacks.map(({ file }) => file) }]),
    );
  });

  app.get('/api/runs', async (request, reply) => {
    const teams = await visible(deps, await authenticate(request));
    synced(deps);
    const namespaces = new Set(teams.map(({ namespace }) => namespace));
    const requests = known.list().filter(({ metadata }) => namespaces.has(metadata.namespace ?? ''));
    const { runs, next } = listRuns(requests, [...namespaces].flatMap(deps.runs), {
      consoleUrl: deps.consoleUrl,
      asked: request.query,
    });
    void reply.headers({
      'x-as-of': new Date(deps.now()).toISOString(),
      ...(next !== undefined && { 'x-continue': next }),
    });
    return runs;
  });

  app.get<ByName>('/api/runs/:name', async (request) => shownRun((await named(deps, request, 'list')).found, deps));

  app.get('/api/queue', async (request) => {
    const teams = await visible(deps, await authenticate(request));
    synced(deps);
    return teams.map((team) => shownQueue(team, known.list(), deps.waiting(team.namespace), deps));
  });

  app.post('/api/run', async (request, reply) =>
    run(deps, await authenticate(request), readWish(request.body), request, reply),
  );

  app.post<{ Querystring: Readonly<Record<string, string | string[] | undefined>> }>(
    '/api/bootstrap',
    async (request, reply) => {
      const caller = await authenticate(request);
      const { stack, apps, team } = request.query;
      const body = typeof request.body === 'object' && request.body !== null ? request.body : {};
      const list = [apps]
        .flat()
        .flatMap((names) => names?.split(',') ?? [])
        .map((name) => name.trim())
        .filter((name) => name !== '');
      const asked = {
        ...body,
        mode: 'bootstrap',
        ...(list.length > 0 && { apps: [...new Set(list)] }),
        ...(typeof stack === 'string' && { stack }),
        ...(typeof team === 'string' && { team }),
      };
      // `?apps=` is the original's, too
      const isOld = readWish({ ...body, mode: 'bootstrap' }).isOld && stack === undefined && team === undefined;
      return run(deps, caller, { ...readWish(asked), isOld }, request, reply);
    },
  );

  app.post('/api/reload', async (request) => {
    await visible(deps, await authenticate(request));
    await configuration.reload();
    const { teams, generation, problems } = current(deps);
    return {
      status: 'reloaded',
      stacks: [...teams.values()].reduce((sum, { stacks }) => sum + stacks.length, 0),
      teams: [...teams.keys()],
      generation,
      problems: problems.length,
    };
  });

  app.post<ByName>('/api/runs/:name/cancel', async (request) => {
    const { found } = await named(deps, request, 'patch');
    if (isOver(found)) throw new HttpProblem('conflict', `run ${found.metadata.name} is over: ${found.status?.phase}`);
    await patch(deps, found, { spec: { cancel: true } });
    return { status: 'cancelled', name: found.metadata.name };
  });

  app.post<ByName>('/api/runs/:name/rerun', async (request, reply) => {
    const { found, caller } = await named(deps, request, 'create');
    const next = rerunOf(found, {
      repo: repoOf(found),
      known,
      attempt: Math.floor(deps.now() / 1000),
      ...nameOf(request, caller),
      source: { event: 'api.rerun', sender: displayText(caller.name) },
    });
    const trusted = await mayTrust(caller, found.metadata.namespace ?? '');
    if (!trusted && isReleasing(next.spec.pipeline)) throw forbidden('release', found.metadata.namespace ?? '');
    return make(
      deps,
      trusted || next.spec.trust === undefined ? next : { ...next, spec: { ...next.spec, trust: 'untrusted' } },
      false,
      reply,
    );
  });
}

interface ByName {
  Params: { name: string };
}

async function run(
  deps: ApiDeps,
  caller: Caller,
  wish: Wish,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const configuration = current(deps);
  const toRequest = (trusted: boolean) =>
    wanted(configuration, wish, { ...nameOf(request, caller), sender: displayText(caller.name), trusted });
  const namespace = toRequest(false).metadata.namespace ?? '';
  if (!(await caller.may('create', namespace))) throw forbidden('create', namespace);
  const trusted = await mayTrust(caller, namespace);
  if (!trusted && isReleasing(wish.kind)) throw forbidden('release', namespace);
  const made = toRequest(trusted);
  return wish.dryRun ? reply.send({ status: 'dry_run', manifest: made }) : make(deps, made, wish.isOld, reply);
}

async function make(
  { creator }: ApiDeps,
  request: RunRequest,
  isOld: boolean,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // another team's is in another namespace, where the cluster would not tell
  const there = creator.known.named(request.metadata.name);
  if (there && there.metadata.namespace !== request.metadata.namespace) throw new HttpProblem('idempotency_conflict');
  const outcome = await createRequest(creator, request, {
    deadline: performance.now() + CREATE_WITHIN_MS,
    same: hasSameSpec,
  });
  if (outcome.kind === 'conflict') throw new HttpProblem('idempotency_conflict');
  const problem = problemOf(outcome);
  if (problem) throw problem;
  const { name, namespace } = outcome.request.metadata;
  const { team, stack, pipeline, apps } = outcome.request.spec;
  const isNew = outcome.kind === 'created';
  return reply
    .code(isNew && !isOld ? 201 : 200)
    .header('location', `/api/runs/${name}`)
    .send({
      status: isNew ? 'created' : 'duplicate',
      ...originalFields(outcome.request),
      name,
      namespace,
      team,
      stack,
      pipeline,
      apps,
    });
}

/** By the caller, too: two who chose the same key mean two things. Without a key, each call is one of its own. */
function nameOf({ headers }: FastifyRequest, caller: Caller): Pick<About, 'name' | 'key'> {
  const given = headers['idempotency-key'];
  if (given === undefined) return { key: randomUUID() };
  if (typeof given !== 'string' || !KEY.test(given))
    throw new HttpProblem('bad_request', 'Idempotency-Key must be 1 to 128 printable characters');
  return { name: keyedName(caller.name, given) };
}

/** What is trusted may be released: whoever may not release may not say so, either. */
const mayTrust = (caller: Caller, namespace: string): Promise<boolean> => caller.may('release', namespace);

const forbidden = (verb: Verb, namespace: string) =>
  new HttpProblem('forbidden', `you may not ${verb} runrequests in namespace ${namespace}`);

function current({ configuration }: Pick<ApiDeps, 'configuration'>): Configuration {
  if (configuration.current === undefined) throw new HttpProblem('config_unavailable');
  return configuration.current;
}

function synced(deps: ApiDeps): void {
  if (!deps.synced()) throw new HttpProblem('not_synced');
}

/** The teams whose requests the caller may see. @throws HttpProblem[forbidden] if there is none */
async function visible(deps: ApiDeps, caller: Caller): Promise<readonly TeamConfig[]> {
  const teams = [...current(deps).teams.values()];
  const allowed = await Promise.all(teams.map(({ namespace }) => caller.may('list', namespace)));
  if (teams.length > 0 && !allowed.includes(true))
    throw new HttpProblem('forbidden', 'you may list the runrequests of no team');
  return teams.filter((_, index) => allowed[index]);
}

async function named(
  deps: ApiDeps,
  request: FastifyRequest<ByName>,
  verb: Verb,
): Promise<{ readonly found: RunRequest; readonly caller: Caller }> {
  const caller = await deps.authenticate(request);
  synced(deps);
  const found = deps.creator.known.named(request.params.name);
  if (found === undefined || isCancelMarker(found)) throw new HttpProblem('not_found', 'there is no such run');
  const namespace = found.metadata.namespace ?? '';
  if (!(await caller.may(verb, namespace))) throw forbidden(verb, namespace);
  return { found, caller };
}

const isOver = ({ status }: RunRequest): boolean => status?.phase !== undefined && FINAL_PHASES.includes(status.phase);

async function patch(
  { api }: ApiDeps,
  { metadata: { name, namespace = '' } }: RunRequest,
  change: object,
): Promise<void> {
  try {
    await api.patch(REQUESTS, namespace, name, change);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) throw new HttpProblem('not_found', 'there is no such run');
    throw new HttpProblem('api_unavailable');
  }
}

const shownStack = (team: TeamConfig, { file, name, description, apps }: Stack) => ({
  stack_file: file,
  name,
  description,
  apps: apps.map(({ name, repo, role = '' }) => ({ name, repo, role })),
  team: team.name,
  namespace: team.namespace,
});
