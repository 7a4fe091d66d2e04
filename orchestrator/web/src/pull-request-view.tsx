import { useLocation, useRoute } from 'preact-iso';
import type { AnyRun } from './answers';
import { useAnswer } from './api';
import { Approval } from './approval';
import { stackPath, teamPath } from './paths';
import { RunList } from './run-list';
import { Told } from './told';
import { useTitle } from './title';

const SHOWN = '200';

/** The runs of a pull request in a stack, the newest first. */
export function PullRequestView() {
  const { team = '', stack = '', number = '' } = useRoute().params;
  const { repo = '' } = useLocation().query;
  const title = `${repo}#${number}`;
  useTitle(title);
  const asked = useAnswer<readonly AnyRun[]>(
    `/api/runs?${new URLSearchParams({ team, stack, pr: number, limit: SHOWN })}`,
  );
  return (
    <>
      <p class="trail">
        <a href={teamPath(team)}>{team}</a> / <a href={stackPath(team, stack)}>{stack}</a>
      </p>
      <h1>{title}</h1>
      {repo !== '' && <Approval team={team} stack={stack} repo={repo} number={number} />}
      <Told asked={asked}>{(runs) => <RunList runs={runs.filter(isOf(repo))} label={`Runs of ${title}`} />}</Told>
    </>
  );
}

/** Repositories of a stack may have pull requests of one number. */
const isOf =
  (repo: string) =>
  (run: AnyRun): boolean =>
    'pullRequest' in run && run.pullRequest?.repo === repo;
