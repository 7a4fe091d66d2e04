import { z } from 'zod';
import type { Phase } from '../../../lib/runs/ask/run-request';
import type { Request } from '../queue/objects';
import type { GitHub, RepoPath } from './github-connection';
import { paged } from './github-connection';
import type { Report } from './report';

type Status = 'pending' | 'success' | 'failure' | 'error';
type Conclusion = 'success' | 'failure' | 'cancelled' | 'action_required';

/** How GitHub shows a phase: as the state of a commit status, as the status of a check run, and as its conclusion if it is over. */
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
 * Writes on a commit how a request stands. An App writes a check run, which people can ask for again. Any other token may
 * not, so it writes a commit status.
 * @param isNewest whether no newer request tests the same commit
 */
export async function writeCommitState(
  github: GitHub,
  path: RepoPath,
  request: Request,
  report: Report,
  isNewest: boolean,
): Promise<void> {
  if (github.appId !== undefined) await writeCheckRun(github, path, request, report, isNewest);
  else if (isNewest) await writeStatus(github, path, request, report);
}

/** https://docs.github.com/en/rest/commits/statuses#create-a-commit-status */
async function writeStatus(
  { request: ask }: GitHub,
  path: RepoPath,
  { spec }: Request,
  { name, phase, title, url }: Report,
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

const found = z.object({
  check_runs: z.array(
    z.object({
      id: z.number(),
      external_id: z.string().nullish(),
      output: z.object({ annotations_count: z.number().nullish() }).nullish(),
    }),
  ),
});

/**
 * Each request has a check run of its own, so that its id tells one wish to run it again from the wish before. GitHub shows
 * the newest check run of a name. So none is created for a request that a newer one has overtaken, but one that exists is
 * brought to its end.
 * https://docs.github.com/en/rest/checks/runs
 */
async function writeCheckRun(
  github: GitHub,
  path: RepoPath,
  { metadata, spec, status: { startedAt, finishedAt } = {} }: Request,
  report: Report,
  isNewest: boolean,
): Promise<void> {
  const [, progress, conclusion] = STATES[report.phase];
  const given = {
    ...path,
    name: report.name,
    external_id: metadata.name,
    status: progress,
    ...(report.url !== undefined && { details_url: report.url }),
    ...(startedAt !== undefined && { started_at: startedAt }),
    ...(conclusion !== undefined && { conclusion, completed_at: finishedAt }),
    output: { title: report.title, summary: report.text },
  };
  // those of an update are added to those that are there
  const annotated = { ...given, output: { ...given.output, annotations: report.annotations ?? [] } };
  const asked = { ...path, ref: spec.revision, check_name: report.name, filter: 'all', app_id: github.appId };
  for await (const { id, external_id, output } of paged(
    github.request,
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    asked,
    (data) => found.parse(data).check_runs,
  )) {
    if (external_id === metadata.name)
      return void (await github.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
        ...(output?.annotations_count ? given : annotated),
        check_run_id: id,
      }));
  }
  if (isNewest)
    await github.request('POST /repos/{owner}/{repo}/check-runs', { ...annotated, head_sha: spec.revision });
}
