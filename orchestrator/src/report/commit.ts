import { z } from 'zod';
import type { Phase } from '../../../lib/runs/ask/run-request';
import type { Request } from '../queue/objects';
import type { GitHub, RepoPath } from './github';
import { paged } from './github';
import type { Outcome } from './outcome';

type Status = 'pending' | 'success' | 'failure' | 'error';
type Conclusion = 'success' | 'failure' | 'cancelled' | 'action_required';

/** How a commit is told of a phase: as the state of a status, as the status of a check run, and as its conclusion if it is over. */
const STATES: Readonly<Record<Phase, readonly [Status, 'queued' | 'in_progress' | 'completed', Conclusion?]>> = {
  Queued: ['pending', 'queued'],
  Admitted: ['pending', 'queued'],
  Running: ['pending', 'in_progress'],
  Succeeded: ['success', 'completed', 'success'],
  Failed: ['failure', 'completed', 'failure'],
  Cancelled: ['error', 'completed', 'cancelled'],
  Refused: ['error', 'completed', 'action_required'],
};

/**
 * Tells a commit how a request stands: by a check run, which people can ask for again, or where no App speaks, which alone
 * may make those, by a status.
 * @param isNewest whether no newer request tests that commit, too
 */
export async function tellCommit(
  github: GitHub,
  path: RepoPath,
  request: Request,
  outcome: Outcome,
  isNewest: boolean,
): Promise<void> {
  if (github.appId !== undefined) await checkRun(github, path, request, outcome, isNewest);
  else if (isNewest) await status(github, path, request, outcome);
}

/** https://docs.github.com/en/rest/commits/statuses#create-a-commit-status */
async function status(
  { request: ask }: GitHub,
  path: RepoPath,
  { spec }: Request,
  { name, phase, title, url }: Outcome,
): Promise<void> {
  await ask('POST /repos/{owner}/{repo}/statuses/{sha}', {
    ...path,
    sha: spec.revision,
    context: name,
    state: STATES[phase][0],
    description: title,
    ...(url !== undefined && { target_url: url }),
  });
}

const found = z.object({ check_runs: z.array(z.object({ id: z.number(), external_id: z.string().nullish() })) });

/**
 * Each request has one of its own: by its id the wish to run it again is told from the wish before. GitHub shows the newest
 * of a name, so that none is made for a request that a newer one has overtaken; but one that there is comes to its end.
 * https://docs.github.com/en/rest/checks/runs
 */
async function checkRun(
  github: GitHub,
  path: RepoPath,
  { metadata, spec, status: { startedAt, finishedAt } = {} }: Request,
  outcome: Outcome,
  isNewest: boolean,
): Promise<void> {
  const [, progress, conclusion] = STATES[outcome.phase];
  const given = {
    ...path,
    name: outcome.name,
    external_id: metadata.name,
    status: progress,
    ...(outcome.url !== undefined && { details_url: outcome.url }),
    ...(startedAt !== undefined && { started_at: startedAt }),
    ...(conclusion !== undefined && { conclusion, completed_at: finishedAt }),
    output: { title: outcome.title, summary: outcome.text },
  };
  const asked = { ...path, ref: spec.revision, check_name: outcome.name, filter: 'all', app_id: github.appId };
  for await (const { id, external_id } of paged(
    github.request,
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    asked,
    (data) => found.parse(data).check_runs,
  )) {
    if (external_id === metadata.name)
      return void (await github.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
        ...given,
        check_run_id: id,
      }));
  }
  if (isNewest) await github.request('POST /repos/{owner}/{repo}/check-runs', { ...given, head_sha: spec.revision });
}
