import type { AnyRun, Run } from './answers';
import { State, isOver, stateOfRun } from './state';
import { Table } from './table';
import { duration, taken } from './time';
import { useNow } from './now';
import { pullRequestPath, runPath } from './paths';

/** Runs as a table, the newest first. */
export function RunList({ runs, label }: { readonly runs: readonly AnyRun[]; readonly label: string }) {
  const now = useNow(runs.some((run) => !isOver(run)));
  if (runs.length === 0) return <p>There are none.</p>;
  return (
    <Table label={label} head={['State', 'Run', 'Apps', 'For', 'Begun', 'Took']}>
      {runs.map((run) => (
        <Row key={`${run.namespace}/${run.name}`} run={run} now={now} />
      ))}
    </Table>
  );
}

function Row({ run, now }: { readonly run: AnyRun; readonly now: number }) {
  const { name, pipeline, created = '' } = run;
  const own = 'direct' in run ? undefined : run;
  return (
    <tr>
      <td>
        <State state={stateOfRun(run)} text={run.status} />
      </td>
      <td>
        {own === undefined ? name : <a href={runPath(own)}>{name}</a>}
        <small>{pipeline}</small>
      </td>
      <td>{listed(own?.apps ?? [])}</td>
      <td>{own === undefined ? 'made past the queue' : <Subject run={own} />}</td>
      <td>
        <time dateTime={created}>{duration(now - Date.parse(created))} ago</time>
      </td>
      <td>{own && taken(own.startedAt, own.finishedAt, now)}</td>
    </tr>
  );
}

const LISTED = 6;
/** The first names, and how many there are more. */
export const listed = (names: readonly string[]): string =>
  names.length <= LISTED + 1
    ? names.join(', ')
    : `${names.slice(0, LISTED).join(', ')} and ${names.length - LISTED} more`;

/** What a run is for: a pull request, or a revision. */
export function Subject({ run }: { readonly run: Run }) {
  const { pullRequest, revision } = run;
  if (pullRequest === undefined) return <code>{revision?.slice(0, 12)}</code>;
  return (
    <a href={pullRequestPath(run, pullRequest)}>
      {pullRequest.repo}#{pullRequest.number}
    </a>
  );
}
