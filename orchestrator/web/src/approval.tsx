import { useLocation } from 'preact-iso';
import type { PullRequest } from './answers';
import { Action } from './action';
import { ONCE, useAnswer } from './api';
import { may, post, useMe } from './me';
import type { RunName } from './paths';
import { pullRequestApi, runPath } from './paths';

/** How many digits of a commit people compare. */
const DIGITS = 12;

/** Says that a pull request of a fork waits until somebody approves its head, and lets whoever may do that. */
export function Approval({ team, stack, repo, number }: Parameters<typeof pullRequestApi>[0]) {
  const me = useMe();
  const { route } = useLocation();
  const { value: found } = useAnswer<PullRequest>(pullRequestApi({ team, stack, repo, number }), ONCE);
  if (found?.unknown !== undefined) return <p>It is not known whether it waits for an approval: {found.unknown}.</p>;
  if (!found?.atHost?.awaitsApproval) return null;
  const { author, commit } = found.atHost;
  const short = commit.slice(0, DIGITS);
  const approve = async (): Promise<void> => {
    const path = pullRequestApi({ team, stack, repo, number }, '/approve', commit);
    route(runPath((await (await post(me, path)).json()) as RunName));
  };
  return (
    <section aria-label="Approval">
      <p>
        It is of a fork of {author}, who may not push here. Nothing of commit <code title={commit}>{short}</code> runs
        until somebody who has read it approves it.
      </p>
      {may(me, 'create', team) && may(me, 'release', team) && (
        <p class="actions">
          <Action
            label={`Approve ${short}`}
            confirm={`Run the code of ${author} in commit ${short}? It gets the rights of forks.`}
            act={approve}
          />
        </p>
      )}
    </section>
  );
}
