import { session } from '../../../lib/words/names';
import type { Edits } from './git';
import { commit } from './git';
import type { Outcome } from './run';
import { said, task } from './run';
import type { AppName } from './team';

/** Pull requests to one app: `pullRequest` pushes the branch and says how its run is started. */

export interface PullRequest {
  readonly session: string;
  readonly revision: string;
  /** For `start` and its kin. */
  readonly args: readonly string[];
}

/** @param repo the app's, if it is not of the same name */
export async function pullRequest(
  app: AppName,
  number: number,
  edits: Edits,
  repo: string = app,
): Promise<PullRequest> {
  const revision = await commit(repo, `change-${number}`, edits, { message: `Change ${number}` });
  return {
    session: session(`e2e/${repo}`, number),
    revision,
    args: ['pr-test', '--app', app, '--pr', String(number), '--revision', revision],
  };
}

/** `True Succeeded`, `False Cancelled`: how a run, or one of its tasks, ended. */
export const state = (ended: Outcome, pipelineTask?: string): string => {
  const { status, reason } =
    pipelineTask === undefined
      ? ended.condition
      : (task(ended, pipelineTask).status?.conditions?.[0] ?? { status: 'Unknown', reason: '' });
  return `${status} ${reason}`;
};

/** Why a task failed, as its TaskRun tells an app developer. */
export const failure = (outcome: Outcome, pipelineTask: string): string | undefined =>
  said(task(outcome, pipelineTask));
