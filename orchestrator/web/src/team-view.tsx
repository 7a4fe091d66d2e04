import { useRoute } from 'preact-iso';
import type { AnyRun, Queue, Run, Stack } from './answers';
import { useAnswer } from './api';
import { Told } from './told';
import { RunList, Subject } from './run-list';
import { figuresPath, runPath, stackPath } from './paths';
import { State, stateOfRun } from './state';
import { duration } from './time';
import { useNow } from './now';
import { useTitle } from './title';

/** A team: what runs, what waits and why, its stacks, and what ran last. */
export function TeamView() {
  const { team = '' } = useRoute().params;
  useTitle(team);
  const queues = useAnswer<readonly Queue[]>('/api/queue');
  const queue = queues.value?.find((one) => one.team === team);
  const stacks = useAnswer<readonly Stack[]>('/api/stacks');
  const runs = useAnswer<readonly AnyRun[]>(`/api/runs?limit=50&team=${encodeURIComponent(team)}`, queue?.namespace);
  return (
    <>
      <h1>{team}</h1>
      <p>
        <a href={figuresPath(team)}>Figures of {team}</a>
      </p>
      <Told asked={queues}>
        {() => (queue === undefined ? <p>There is no such team.</p> : <QueueView queue={queue} />)}
      </Told>
      <h2>Stacks</h2>
      <Told asked={stacks}>
        {(all) => (
          <ul>
            {all
              .filter((stack) => stack.team === team)
              .map(({ name, description, apps }) => (
                <li key={name}>
                  <a href={stackPath(team, name)}>{name}</a>, {apps.length} apps
                  {description !== '' && <small>{description}</small>}
                </li>
              ))}
          </ul>
        )}
      </Told>
      <h2>Last runs</h2>
      <Told asked={runs}>{(list) => <RunList runs={list} label={`Last runs of ${team}`} />}</Told>
    </>
  );
}

function QueueView({ queue: { running, waiting, limit } }: { readonly queue: Queue }) {
  const now = useNow(running.length + waiting.length > 0);
  return (
    <>
      <h2>
        Running: {running.length} of at most {limit}
      </h2>
      <RunsNow runs={running} now={now} since={({ startedAt, created }) => startedAt ?? created} />
      <h2>Waiting: {waiting.length}</h2>
      <RunsNow runs={waiting} now={now} isQueue since={({ created }) => created} />
    </>
  );
}

interface NowProps {
  readonly runs: readonly Run[];
  readonly now: number;
  readonly since: (run: Run) => string;
  /** Whether they have turns. */
  readonly isQueue?: boolean;
}

const RunsNow = ({ runs, now, since, isQueue = false }: NowProps) => (
  <ol class={isQueue ? 'queue' : 'now'}>
    {runs.map((run) => (
      <li key={run.name}>
        <State state={stateOfRun(run)} text={run.status} /> <a href={runPath(run)}>{run.name}</a> <Subject run={run} />{' '}
        for {duration(now - Date.parse(since(run)))}
        {run.message !== undefined && <small>{run.message}</small>}
      </li>
    ))}
  </ol>
);
