import type { ComponentChildren } from 'preact';
import { useLocation, useRoute } from 'preact-iso';
import type { Queue, Run, RunTasks, Task } from './answers';
import { useAnswer } from './api';
import { Gantt } from './gantt';
import { GraphView } from './graph';
import { Log } from './log';
import { useNow } from './now';
import type { RunName } from './paths';
import { runApi, runPath, stackPath, teamPath } from './paths';
import { RunActions } from './run-actions';
import { Subject, listed } from './run-list';
import { TestsOfRun } from './run-tests';
import { State, isOver, stateOfRun } from './state';
import { moment, taken } from './time';
import { Told } from './told';
import { useTitle } from './title';

/** A run: its tasks as a graph and over time, and of one of them the steps with their logs. */
export function RunView() {
  const { name = '' } = useRoute().params;
  const { query, url } = useLocation();
  useTitle(name);
  const named: RunName = { name, namespace: query.namespace };
  const asked = useAnswer<Run>(runApi(named));
  const run = asked.value;
  const detail = useAnswer<RunTasks>(runApi(named, '/tasks'), run?.namespace);
  const waits = run !== undefined && stateOfRun(run) === 'waiting';
  const queues = useAnswer<readonly Queue[]>(waits ? '/api/queue' : undefined, run?.namespace);
  const now = useNow(run !== undefined && !isOver(run));
  const tasks = detail.value?.tasks ?? [];
  const chosen = tasks.find((task) => task.name === query.task) ?? tasks.find(({ state }) => state === 'failed');
  return (
    <>
      <Told asked={asked}>
        {(told) => (
          <>
            <Head run={told} now={now} place={placeIn(queues.value, told)} />
            <TestsOfRun run={told} />
          </>
        )}
      </Told>
      <Told asked={detail}>
        {({ isPruned }) =>
          tasks.length === 0 ? (
            <p>{isPruned ? 'No tasks of this run are there: it has not begun, or was pruned.' : 'It has no tasks.'}</p>
          ) : (
            <>
              {isPruned ? (
                <p>The cluster has this run no more. This is what it kept: which task waited for which is not known.</p>
              ) : (
                <GraphView label={`Tasks of ${name}`} nodes={nodesOf(named, tasks, chosen?.name, now)} />
              )}
              {chosen !== undefined && (
                <TaskView
                  run={named}
                  task={chosen}
                  combination={query.combination}
                  step={query.step}
                  line={lineOf(url)}
                  now={now}
                  isPruned={isPruned}
                />
              )}
              <h2>Over time</h2>
              <Gantt tasks={tasks} now={now} href={(task) => runPath(named, { task })} />
            </>
          )
        }
      </Told>
    </>
  );
}

/** Which turn it is in the queue of its team: `2 of 5`. Undefined: it does not wait there. */
function placeIn(queues: readonly Queue[] | undefined, { name, namespace }: Run): string | undefined {
  const { waiting = [] } = queues?.find((queue) => queue.namespace === namespace) ?? {};
  const index = waiting.findIndex((run) => run.name === name);
  return index < 0 ? undefined : `${index + 1} of ${waiting.length}`;
}

interface HeadProps {
  readonly run: Run;
  readonly now: number;
  readonly place?: string;
}

function Head({ run, now, place }: HeadProps) {
  const { name, team, stack, pipeline, status, apps, revision, message, startedAt, finishedAt, created, results } = run;
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    ['For', <Subject run={run} />],
    ['Pipeline', pipeline],
    ['Apps', listed(apps ?? [])],
    ['Revision', revision && <code>{revision}</code>],
    ['Asked for', <time dateTime={created}>{moment(created)}</time>],
    ['Place in the queue', place],
    ['Took', taken(startedAt, finishedAt, now)],
    ['Reports', results?.reports],
  ];
  return (
    <>
      <p class="trail">
        <a href={teamPath(team)}>{team}</a> / <a href={stackPath(team, stack)}>{stack}</a>
      </p>
      <h1>
        {name} <State state={stateOfRun(run)} text={status} />
      </h1>
      {message !== undefined && <p class="message">{message}</p>}
      <RunActions run={run} />
      <dl>
        {facts
          .filter(([, value]) => value !== undefined && value !== '')
          .map(([term, value]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </>
  );
}

interface TaskProps {
  readonly run: RunName;
  readonly task: Task;
  /** @default - that of the steps which the task shows */
  readonly combination?: string;
  /** @default - the one that failed, or else the last that has begun */
  readonly step?: string;
  readonly line?: number;
  readonly now: number;
  readonly isPruned: boolean;
}

function TaskView({ run, task, combination, step, line, now, isPruned }: TaskProps) {
  const { name, combinations } = task;
  const way =
    combinations?.find((one) => one.name === combination) ?? combinations?.find(({ state }) => state === task.state);
  const { state, message, steps, startedAt, finishedAt } = way ?? task;
  const begun = steps.filter((one) => one.startedAt !== undefined);
  const shown = steps.find((one) => one.name === step) ?? steps.find((one) => one.state === 'failed') ?? begun.at(-1);
  const part = encodeURIComponent;
  return (
    <section class="task" aria-label={`Task ${name}`}>
      <h2>
        {name} <State state={state} /> <small>{taken(startedAt, finishedAt, now)}</small>
      </h2>
      {combinations !== undefined && (
        <ul class="combinations" aria-label={`Combinations of ${name}`}>
          {combinations.map((one) => (
            <li key={one.name}>
              <a
                href={runPath(run, { task: name, combination: one.name })}
                aria-current={one === way ? 'true' : undefined}
              >
                <State state={one.state} text={one.name} />
              </a>
              <small>{taken(one.startedAt, one.finishedAt, now)}</small>
            </li>
          ))}
        </ul>
      )}
      {message !== undefined && <p class="message">{message}</p>}
      {steps.length > 0 && (
        <ol class="steps">
          {steps.map((one) => (
            <li key={one.name}>
              <a
                href={runPath(run, { task: name, combination: way?.name, step: one.name })}
                aria-current={one === shown ? 'true' : undefined}
              >
                <State state={one.state} text={one.name} />
              </a>{' '}
              <small>{taken(one.startedAt, one.finishedAt, now)}</small>
            </li>
          ))}
        </ol>
      )}
      {shown?.startedAt !== undefined && (
        <Log
          path={runApi(run, `/tasks/${part(name)}/steps/${part(shown.name)}/log`, way?.name)}
          goesOn={shown.state === 'running' && !isPruned}
          line={line}
        />
      )}
    </section>
  );
}

const nodesOf = (run: RunName, tasks: readonly Task[], chosen: string | undefined, now: number) =>
  tasks.map(({ name, after, state, startedAt, finishedAt }) => ({
    name,
    after,
    state,
    note: taken(startedAt, finishedAt, now),
    href: runPath(run, { task: name }),
    isSelected: name === chosen,
  }));

/** `#L12` points to line 12. */
function lineOf(url: string): number | undefined {
  const hash = new URL(url, location.href).hash || location.hash;
  const line = Number(hash.slice('#L'.length));
  return hash.startsWith('#L') && Number.isSafeInteger(line) && line > 0 ? line : undefined;
}
