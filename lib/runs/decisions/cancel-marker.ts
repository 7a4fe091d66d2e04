import type { Ask } from '../ask/ask';
import type { RunRequest } from '../ask/run-request';
import type { Repo } from '../events/event';
import { runRequest } from './request';
import type { Share } from './share';

/**
 * A request that is cancelled from the start. It remembers that whatever happened to a pull request before is not to run any
 * more, because the pull request was closed or somebody commented `/cancel`.
 */
export function cancelMarker(
  { team, stack }: Pick<Share, 'team' | 'stack'>,
  repo: Repo,
  number: number,
  source: NonNullable<Ask['source']>,
): RunRequest {
  const spec: Ask = {
    pipeline: 'pr-test',
    team: team.name,
    stack: stack.name,
    pullRequest: { number, repo: repo.fullName },
    source,
    cancel: true,
  };
  return runRequest(team, spec, { repo, attempt: source.attempt });
}

/** Whether a request is a cancel marker, and not a run that was cancelled: a marker names no app. */
export const isCancelMarker = ({ spec }: Pick<RunRequest, 'spec'>): boolean =>
  spec.pipeline === 'pr-test' && spec.cancel === true && spec.apps === undefined;
