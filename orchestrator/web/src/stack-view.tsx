import { useRoute } from 'preact-iso';
import type { AnyRun, Run, Stack } from './answers';
import { useAnswer } from './api';
import { AppTable } from './app-table';
import { Bootstrap } from './bootstrap';
import { GraphView } from './graph';
import { Told } from './told';
import { RunList } from './run-list';
import { runPath, stackPath, teamPath } from './paths';
import { stateOfRun } from './state';
import { useTitle } from './title';

/** A stack: which app calls which, how the last run of each ended, what of it is deployed, and which previews are open. */
export function StackView() {
  const { team = '', stack: name = '' } = useRoute().params;
  useTitle(`${team} / ${name}`);
  const stacks = useAnswer<readonly Stack[]>('/api/stacks');
  const stack = stacks.value?.find((one) => one.team === team && one.name === name);
  const runs = useAnswer<readonly AnyRun[]>(
    `/api/runs?limit=200&team=${encodeURIComponent(team)}&stack=${encodeURIComponent(name)}`,
    stack?.namespace,
  );
  return (
    <>
      <p class="trail">
        <a href={teamPath(team)}>{team}</a>
      </p>
      <h1>{name}</h1>
      <Told asked={stacks}>
        {() =>
          stack === undefined ? (
            <p>There is no such stack.</p>
          ) : (
            <>
              {stack.description !== '' && <p>{stack.description}</p>}
              <GraphView label={`Apps of ${name} and which they call`} nodes={nodesOf(stack, runs.value ?? [])} />
              <p>An arrow leads from an app to one that it calls. Signs tell how the last run of an app ended.</p>
              <Bootstrap stack={stack} />
              <h2>Deployed</h2>
              <AppTable stack={stack} runs={runs.value ?? []} />
            </>
          )
        }
      </Told>
      <h2>Last runs</h2>
      <Told asked={runs}>{(list) => <RunList runs={list.slice(0, 50)} label={`Last runs of ${name}`} />}</Told>
    </>
  );
}

function nodesOf({ apps, team, name: stack }: Stack, runs: readonly AnyRun[]) {
  const own = runs.filter((run): run is Run => 'team' in run);
  return apps.map(({ name, role }) => {
    const last = own.find((run) => run.apps?.includes(name));
    return {
      name,
      after: apps.filter(({ downstream }) => downstream.includes(name)).map((caller) => caller.name),
      state: last && stateOfRun(last),
      note: role || undefined,
      href: last === undefined ? stackPath(team, stack) : runPath(last),
    };
  });
}
