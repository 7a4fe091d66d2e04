import { useLocation, useRoute } from 'preact-iso';
import type { CaseHistory } from './answers';
import { useAnswer } from './api';
import { runPath, stackPath, teamPath } from './paths';
import { StoryText, titleOf } from './run-tests';
import { State, stateOfCase } from './state';
import { Table } from './table';
import { moment } from './time';
import { Told } from './told';
import { useTitle } from './title';

/** What became of one test case from run to run. */
export function CaseView() {
  const { team = '', stack = '' } = useRoute().params;
  const { app = '', kind = '', combination, class: group = '', name = '' } = useLocation().query;
  const title = titleOf({ class: group, name });
  useTitle(title);
  const way: Record<string, string> = combination === undefined ? {} : { combination };
  const query = new URLSearchParams({ team, stack, app, kind, ...way, class: group, name });
  const asked = useAnswer<CaseHistory>(`/api/cases?${query}`);
  return (
    <>
      <p class="trail">
        <a href={teamPath(team)}>{team}</a> / <a href={stackPath(team, stack)}>{stack}</a> / {app}: {kind} {combination}
      </p>
      <h1>{title}</h1>
      <Told asked={asked}>
        {({ namespace, story, runs }) => (
          <>
            <p>
              {story === undefined ? (
                'No run that is remembered has this case.'
              ) : (
                <StoryText story={story} namespace={namespace} />
              )}
            </p>
            {runs.length > 0 && <Runs runs={runs} namespace={namespace} />}
          </>
        )}
      </Told>
    </>
  );
}

const Runs = ({ runs, namespace }: Pick<CaseHistory, 'runs' | 'namespace'>) => (
  <Table label="Runs of this case" head={['State', 'Run', 'Commit', 'When', 'Seconds']}>
    {runs.map(({ run, commit, pullRequest, created, state, flaky, seconds, message }, index) => (
      <tr key={index}>
        <td>
          <State state={stateOfCase({ state, flaky })} text={flaky ? 'flaky' : state} />
        </td>
        <td>
          <a href={runPath({ name: run, namespace })}>{run}</a>
          {pullRequest !== undefined && <small>pull request {pullRequest}</small>}
          {message !== undefined && <small>{message.split('\n', 1)[0]}</small>}
        </td>
        <td>
          <code>{commit?.slice(0, 12)}</code>
        </td>
        <td>
          <time dateTime={created}>{moment(created)}</time>
        </td>
        <td>{seconds}</td>
      </tr>
    ))}
  </Table>
);
