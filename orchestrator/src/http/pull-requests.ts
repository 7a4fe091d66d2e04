import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ASK, RELEASE } from '../../../lib/runs/ask/permissions';
import { hostOfApp } from '../../../lib/runs/configuration/repositories';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import { approve, awaitsApproval } from '../../../lib/runs/decisions/approve';
import type { Asked } from '../../../lib/runs/decisions/decision';
import { whyOther } from '../../../lib/runs/decisions/locate';
import { isSameRequest } from '../../../lib/runs/decisions/same-request';
import type { Share } from '../../../lib/runs/decisions/share';
import { sharesOf } from '../../../lib/runs/decisions/share';
import type { PullRequest, Repo } from '../../../lib/runs/events/event';
import { displayText } from '../../../lib/runs/events/payload';
import { list } from '../../../lib/words/phrase';
import { PULL_REQUEST_MAX } from '../../../lib/words/names';
import { writtenNumber } from '../../../lib/words/scalars';
import { askAboutPullRequest } from '../hosts/ask-host';
import { checkAsked } from './check-asked';
import type { Caller } from './auth';
import type { CreateDeps } from './create-run';
import { createAsked } from './create-run';
import { HttpProblem } from './problem';
import type { VisibleDeps } from './visible';
import { checkSynced, configurationOf, forbidden } from './visible';

/** A pull request as the Git host has it now, and whether it may run: nothing in the cluster tells of one that waits for approval. */

export const pullQuery = z.strictObject({
  repo: z.string().min(1).max(255).meta({ description: 'owner/name of a repository of the stack' }),
});
export const approveQuery = pullQuery.extend({
  commit: z
    .string()
    .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/)
    .meta({ description: 'the head that was read, with all its digits' }),
});

interface AtPull {
  Params: { team: string; stack: string; number: string };
}
type PullDeps = VisibleDeps & CreateDeps;

const numberInPath = writtenNumber(1, PULL_REQUEST_MAX);
const PATH = '/api/teams/:team/stacks/:stack/pulls/:number';

export function pullRequestRoutes(app: FastifyInstance, deps: PullDeps): void {
  app.get<AtPull>(PATH, async (request) => {
    const place = await placeOf(deps, request, pullQuery);
    const shown = { repo: place.repo.fullName, number: place.number };
    try {
      const { pullRequest, asked, repo } = await headOf(deps, place, 'head');
      const { author, headSha: commit, open: isOpen, fromFork: isOfFork } = pullRequest;
      const facts = { asked, known: deps.creator.known };
      const awaits = awaitsApproval(place.share, repo, pullRequest, facts);
      return { ...shown, atHost: { author: displayText(author), commit, isOpen, isOfFork, awaitsApproval: awaits } };
    } catch (error) {
      // its runs are shown all the same
      if (error instanceof HttpProblem && error.code === 'host_unavailable')
        return { ...shown, unknown: error.message };
      throw error;
    }
  });

  app.post<AtPull>(`${PATH}/approve`, async (request, reply) => {
    const place = await placeOf(deps, request, approveQuery);
    const { caller, share, asked: query } = place;
    await checkMayApprove(caller, share.team);
    const { pullRequest, asked, repo } = await headOf(deps, place, 'whole');
    checkHead(pullRequest, query.commit);
    const { known } = deps.creator;
    const why = whyOther(repo, [share], known);
    if (why !== undefined) throw new HttpProblem('conflict', why);
    const source = { event: 'api.approve', sender: displayText(caller.name), eventTime: pullRequest.updatedAt };
    const { requests, notes } = approve({ repo, pullRequest, source }, [share], { known, asked, now: deps.now() });
    const [made] = requests;
    if (made === undefined) throw new HttpProblem('conflict', notes.join('; '));
    // by a comment it may have been approved before
    return createAsked(deps, caller, made, reply, isSameRequest);
  });
}

interface Place<Q> {
  readonly caller: Caller;
  readonly share: Share;
  /** Without its number at the host, which nobody has said. */
  readonly repo: Repo;
  readonly number: number;
  readonly asked: Q;
}

/** What a path means, for a caller who may see it. @throws HttpProblem: not_found, invalid_request, not_synced */
async function placeOf<Q extends { readonly repo: string }>(
  deps: PullDeps,
  request: FastifyRequest<AtPull>,
  schema: z.ZodType<Q>,
): Promise<Place<Q>> {
  const caller = await deps.authenticate(request);
  checkSynced(deps);
  const asked = checkAsked(schema, request.query);
  const { team: teamName, stack: stackName, number: written } = request.params;
  const number = numberInPath.safeParse(written);
  const configuration = configurationOf(deps);
  const team = configuration.teams.get(teamName);
  const stack = team?.stacks.find(({ name }) => name === stackName);
  const app = stack?.apps.find(({ repo }) => repo.toLowerCase() === asked.repo.toLowerCase());
  // what he may not see is as if it were not there
  const isSeen = team !== undefined && (await caller.may('list', team.namespace));
  if (!isSeen || app === undefined || !number.success)
    throw new HttpProblem('not_found', 'there is no such stack of a team, or none of its apps is in that repository');
  const repo = { host: hostOfApp(team, app), fullName: app.repo };
  const share = sharesOf(configuration, repo).find(
    (one) => one.team.name === team.name && one.stack.name === stackName,
  );
  if (share === undefined) throw new HttpProblem('not_found');
  return { caller, share, repo, number: number.data, asked };
}

/** @throws HttpProblem[host_unavailable] */
async function headOf(
  { configuration, creator: { known }, github }: PullDeps,
  { repo, number }: Pick<Place<unknown>, 'repo' | 'number'>,
  depth: 'head' | 'whole',
): Promise<{ readonly pullRequest: PullRequest; readonly asked: Asked; readonly repo: Repo }> {
  const { current } = configuration;
  if (github?.host === undefined)
    throw new HttpProblem('host_unavailable', 'the orchestrator has no token to ask the Git host with');
  const asked = current ? await askAboutPullRequest(github.host, repo, number, depth, current, known) : {};
  const { pullRequest, unanswered = [] } = asked;
  if (pullRequest === undefined)
    throw new HttpProblem(
      'host_unavailable',
      `the Git host does not tell of pull request ${number} of ${repo.fullName}`,
    );
  if (unanswered.length > 0)
    throw new HttpProblem('host_unavailable', `the Git host does not say whether ${list(unanswered)} may push`);
  const id = pullRequest.base?.id;
  return { pullRequest, asked, repo: id === undefined ? repo : { ...repo, id } };
}

/** The Git host is told of the run as if it had asked for it, which is said by whoever may release alone. */
async function checkMayApprove({ may }: Caller, { namespace }: TeamConfig): Promise<void> {
  if (!(await may(ASK, namespace))) throw forbidden(ASK, namespace);
  if (!(await may(RELEASE, namespace)))
    throw new HttpProblem(
      'forbidden',
      `approving a pull request takes the right to '${RELEASE}' runrequests in namespace ${namespace}`,
    );
}

/** @throws HttpProblem[conflict] for what nobody has read, or what needs no approval */
function checkHead({ open, fromFork, headSha }: PullRequest, commit: string): void {
  if (!open) throw new HttpProblem('conflict', 'the pull request is closed');
  if (!fromFork) throw new HttpProblem('conflict', 'the pull request is of no fork, so it runs by itself');
  if (headSha !== commit)
    throw new HttpProblem('conflict', `the head of the pull request is ${headSha} by now: read that first`);
}
