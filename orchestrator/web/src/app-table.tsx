import type { AnyRun, Run, Stack } from './answers';
import { useAnswer } from './api';
import { Subject } from './run-list';
import { runPath } from './paths';
import { isOver } from './state';
import { moment } from './time';

/** The apps of a stack: which image of each was deployed last, by which run, and which previews of it are open. */

interface Props {
  readonly stack: Stack;
  /** Of this stack, the newest first. */
  readonly runs: readonly AnyRun[];
}

export function AppTable({ stack, runs }: Props) {
  const { team, name, namespace, apps } = stack;
  const releases = useAnswer<readonly AnyRun[]>(runsOf(team, name, 'merge-release'), namespace);
  const bootstraps = useAnswer<readonly AnyRun[]>(runsOf(team, name, 'bootstrap'), namespace);
  const deployed = [...(releases.value ?? []), ...(bootstraps.value ?? [])];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Apps of ${name}`}>
      <table>
        <thead>
          <tr>
            {['App', 'Deployed image', 'By', 'Open previews'].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {apps.map((app) => (
            <tr key={app.name}>
              <td>
                <b>{app.name}</b>
                <small>{app.repo}</small>
              </td>
              <Deployed app={app.name} runs={deployed} />
              <td>
                <Previews runs={previewsOf(app.name, runs)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const runsOf = (team: string, stack: string, pipeline: string): string =>
  `/api/runs?${new URLSearchParams({ team, stack, pipeline, phase: 'Succeeded', limit: '200' })}`;

const own = (runs: readonly AnyRun[]): readonly Run[] => runs.filter((run): run is Run => 'team' in run);

function Deployed({ app, runs }: { readonly app: string; readonly runs: readonly AnyRun[] }) {
  const found = own(runs)
    .flatMap((run) => (run.results?.images ?? []).filter((image) => image.app === app).map((image) => ({ run, image })))
    .sort((a, b) => endOf(b.run) - endOf(a.run))[0];
  if (found === undefined) return <td colSpan={2}>not known: no run that is remembered has deployed it</td>;
  const { run, image } = found;
  return (
    <>
      <td>
        <code>{image.url}</code>
        <small>{image.digest}</small>
      </td>
      <td>
        <a href={runPath(run)}>{run.name}</a>
        <small>
          <time dateTime={run.finishedAt}>{moment(run.finishedAt ?? run.created)}</time>
        </small>
      </td>
    </>
  );
}

const endOf = ({ finishedAt, created }: Run): number => Date.parse(finishedAt ?? created);

/** A preview is there as long as its run. */
const previewsOf = (app: string, runs: readonly AnyRun[]): readonly Run[] =>
  own(runs).filter(
    (run) =>
      run.pipeline.endsWith('-pr-test') && run.startedAt !== undefined && !isOver(run) && run.apps?.includes(app),
  );

const Previews = ({ runs }: { readonly runs: readonly Run[] }) => (
  <>
    {runs.map((run) => (
      <div key={run.name}>
        <a href={runPath(run)}>
          <Subject run={run} />
        </a>
      </div>
    ))}
  </>
);
