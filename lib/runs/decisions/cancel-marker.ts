import type { Ask } from '../ask/ask';
import type { RunRequest } from '../ask/run-request';
import type { Repo } from '../events/event';
import { runRequest } from './request';
import type { Share } from './test-request';

/** Remembers that what happened to a pull request before is not to run any more: it was closed, or somebody said `/cancel`. */
export function mark(
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

/** Not a run that was cancelled, but what was made to cancel others: it names no app. */
export const isMark = ({ spec }: Pick<RunRequest, 'spec'>): boolean =>
  spec.pipeline === 'pr-test' && spec.cancel === true && spec.apps === undefined;
