import type { AnyRun, Queue } from './answers';
import { useAnswer } from './api';
import { Table } from './table';
import { Told } from './told';
import { RunList } from './run-list';
import { figuresPath, teamPath } from './paths';
import { useTitle } from './title';

/** All teams that the caller may see: what runs, what waits, and what ran last. */
export function FleetView() {
  useTitle('Teams');
  const queues = useAnswer<readonly Queue[]>('/api/queue');
  const runs = useAnswer<readonly AnyRun[]>('/api/runs?limit=20');
  return (
    <>
      <h1>Teams</h1>
      <p>
        <a href={figuresPath()}>Figures of all teams</a>
      </p>
      <Told asked={queues}>
        {(teams) => (
          <Table label="Teams" head={['Team', 'Namespace', 'Running', 'Waiting']}>
            {teams.map(({ team, namespace, running, waiting, limit }) => (
              <tr key={team}>
                <td>
                  <a href={teamPath(team)}>{team}</a>
                </td>
                <td>{namespace}</td>
                <td>
                  {running.length} of at most {limit}
                </td>
                <td>{waiting.length}</td>
              </tr>
            ))}
          </Table>
        )}
      </Told>
      <h2>Last runs</h2>
      <Told asked={runs}>{(list) => <RunList runs={list} label="Last runs" />}</Told>
    </>
  );
}
