import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { list } from '../../../lib/words/phrase';
import { originalFields } from '../../../lib/original/run-answer';
import { ASK, RELEASE, refusedAtApi } from '../../../lib/runs/ask/permissions';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { keyedName } from '../../../lib/runs/ask/run-request';
import type { About } from '../../../lib/runs/decisions/request';
import { repoOf } from '../../../lib/runs/decisions/of-host';
import { hasSameSpec } from '../../../lib/runs/decisions/same-request';
import { askedNow, rerunOf } from '../../../lib/runs/decisions/rerun';
import { locate } from '../../../lib/runs/decisions/locate';
import type { Ask } from '../../../lib/runs/ask/ask';
import type { Configuration } from '../../../lib/runs/configuration/configuration';
import type { Repo } from '../../../lib/runs/events/event';
import { askAboutRun } from '../hosts/ask-host';
import type { GitHost } from '../hosts/ask-host';
import { displayText } from '../../../lib/runs/events/payload';
import type { CreateOptions, Creator } from '../requests/create';
import { createRequest } from '../requests/create';
import { checkAsked } from './check-asked';
import { problemOf } from './answer';
import { requestOfBody } from './ask-of-body';
import type { Caller } from './auth';
import type { UnchangedDeps } from './check-unchanged';
import { checkUnchanged } from './check-unchanged';
import { HttpProblem } from './problem';
import type { RunBody } from './run-body';
import type { VisibleDeps } from './visible';
import { configurationOf, forbidden, ofNamespace, teamsOf } from './visible';

export interface CreateDeps extends Pick<VisibleDeps, 'configuration'> {
  /** Its host is undefined as long as there is no token to ask with. */
  readonly github?: { readonly host?: GitHost };
  readonly creator: Creator;
  readonly now: () => number;
}

const CREATE_WITHIN_MS = 8_000;
/** What a request says that it came from. */
const RERUN = 'api.rerun';
const KEY = /^[\x21-\x7e]{1,128}$/;

/** Creates what a body asks for, as far as the caller may ask for it. */
export async function createRun(
  deps: CreateDeps,
  caller: Caller,
  body: RunBody,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const configuration = await configurationFor(deps, caller);
  const named = nameOf(request, caller);
  const made = await asFarAsAllowed(caller, (trusted) =>
    requestOfBody(configuration, body, { ...named, sender: displayText(caller.name), trusted }),
  );
  return body.dryRun
    ? reply.send({ status: 'dry_run', manifest: made })
    : createAsked(deps, caller, made, reply, hasSameSpec, body.isOld);
}

const yes = z.enum(['true', 'false']).default('false');
export const rerunQuery = z.strictObject({
  ...ofNamespace.shape,
  exact: yes.meta({ description: 'the same ask as then, whatever the Git host says of its pull request now' }),
  allowChanges: yes.meta({ description: 'also where what the run was made of has changed since' }),
});

/** @throws HttpProblem[invalid_request] */
function readRerun(asked: unknown): { readonly exact: boolean; readonly allowChanges: boolean } {
  const data = checkAsked(rerunQuery, asked);
  return { exact: data.exact === 'true', allowChanges: data.allowChanges === 'true' };
}

/** The teams that a caller may see or ask of: what is wrong with a body names no others. @throws HttpProblem[forbidden] if there are none */
async function configurationFor(deps: CreateDeps, caller: Caller): Promise<Pick<Configuration, 'teams'>> {
  const all = configurationOf(deps).teams;
  const teams = await teamsOf(caller, all.values(), [ASK, 'list']);
  if (all.size > 0 && teams.length === 0) throw new HttpProblem('forbidden', `you may ${ASK} runrequests of no team`);
  return { teams: new Map(teams.map((team) => [team.name, team])) };
}

/** Creates a request for the same once more, as far as the caller may ask for that. */
export async function rerun(
  deps: CreateDeps & UnchangedDeps,
  caller: Caller,
  found: RunRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const named = nameOf(request, caller);
  const { exact, allowChanges } = readRerun(request.query);
  // before the Git host is asked anything
  const isReleaser = await mayAsk(caller, found);
  const { namespace = '' } = found.metadata;
  const there = named.name === undefined ? undefined : deps.creator.known.get(namespace, named.name);
  // the pull request may have changed since; who asks once more by the same key still means the same run
  const isRetry = there?.spec.source?.event === RERUN && there.spec.revision === found.spec.revision;
  if (exact && !allowChanges && !isRetry) await checkUnchanged(deps, found, isReleaser);
  const next = isRetry ? there : await again(deps, found, named, caller, exact);
  const made = await asFarAsAllowed(caller, (trusted) => (trusted ? next : ofCaller(next)));
  return createAsked(deps, caller, made, reply);
}

/** A run that a person asks for again, and not the Git host: it has no part in the order of events, and is told nowhere. */
function ofCaller(request: RunRequest): RunRequest {
  const { source: { event = RERUN, sender, repository } = {}, ...spec } = request.spec;
  const source = { event, sender, repository };
  return { ...request, spec: { ...spec, ...(spec.trust && { trust: 'untrusted' }), source } };
}

async function again(
  deps: CreateDeps,
  found: RunRequest,
  named: Pick<About, 'name' | 'key'>,
  caller: Caller,
  exact: boolean,
): Promise<RunRequest> {
  const repo = repoOf(found);
  const source = { event: RERUN, sender: displayText(caller.name) };
  return rerunOf(found, {
    repo,
    known: deps.creator.known,
    attempt: Math.floor(deps.now() / 1000),
    ...named,
    fresh: exact ? undefined : repo && (await freshAsk(deps, found, repo, source)),
    source,
  });
}

/** What is asked for now of the commit of a run, where the Git host says how its pull request is. */
async function freshAsk(
  { configuration, creator: { known }, github, now }: CreateDeps,
  found: RunRequest,
  repo: Repo,
  source: NonNullable<Ask['source']>,
): Promise<Ask | undefined> {
  const { current } = configuration;
  if (current === undefined) return undefined;
  const asked = await askAboutRun(github?.host, repo, found, current, known);
  const { unanswered = [] } = asked;
  if (unanswered.length > 0)
    throw new HttpProblem('host_unavailable', `the Git host does not say whether ${list(unanswered)} may push`);
  const { shares } = locate(current, repo, known);
  return askedNow(found, { repo, shares, source }, { known, asked, now: now() }, []);
}

/**
 * A request, trusted if the caller may release: whoever may not must not say so, either.
 * @throws HttpProblem[forbidden] for what he may not ask for
 */
async function asFarAsAllowed(caller: Caller, make: (trusted: boolean) => RunRequest): Promise<RunRequest> {
  const untrusted = make(false);
  const isReleaser = await mayAsk(caller, untrusted);
  return isReleaser ? make(true) : untrusted;
}

/**
 * Asks the cluster whether a caller may ask for this, as its admission policy would if he created the request himself.
 * @returns whether he may say what is trusted
 * @throws HttpProblem[forbidden] if he may not ask for it
 */
async function mayAsk(caller: Caller, { spec, metadata: { namespace = '' } }: RunRequest): Promise<boolean> {
  if (!(await caller.may(ASK, namespace))) throw forbidden(ASK, namespace);
  if (await caller.may(RELEASE, namespace)) return true;
  const [refused] = refusedAtApi(spec);
  if (refused === undefined) return false;
  throw new HttpProblem(
    'forbidden',
    `${refused.what} takes the right to '${refused.verb}' runrequests in namespace ${namespace}`,
  );
}

/** Creates a request that the caller may ask for, and says so. @param same when one of its name stands for it */
export async function createAsked(
  { creator }: CreateDeps,
  caller: Caller,
  request: RunRequest,
  reply: FastifyReply,
  same: CreateOptions['same'] = hasSameSpec,
  isOld = false,
): Promise<FastifyReply> {
  // another team's is in another namespace, where the cluster would not tell; one that the caller could not have made is not his
  for (const { metadata } of creator.known.allNamed(request.metadata.name)) {
    const { namespace = '' } = metadata;
    if (namespace !== request.metadata.namespace && (await caller.may(ASK, namespace)))
      throw new HttpProblem('idempotency_conflict');
  }
  const outcome = await createRequest(creator, request, {
    deadline: performance.now() + CREATE_WITHIN_MS,
    same,
  });
  if (outcome.kind === 'conflict') throw new HttpProblem('idempotency_conflict');
  const problem = problemOf(outcome);
  if (problem) throw problem;
  const { name, namespace } = outcome.request.metadata;
  const { team, stack, pipeline, apps } = outcome.request.spec;
  const isNew = outcome.kind === 'created';
  return reply
    .code(isNew && !isOld ? 201 : 200)
    .header('location', `/api/runs/${name}?namespace=${namespace}`)
    .send({
      status: isNew ? 'created' : 'duplicate',
      ...originalFields([{ name, pipeline }]),
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
