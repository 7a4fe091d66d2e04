import type { AnyRun, Run, Stack } from './answers';
import { useAnswer } from './api';
import { Subject, listed } from './run-list';
import { runPath } from './paths';
import { isOver } from './state';
import { Table } from './table';
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
  const deployed = own([...(releases.value ?? []), ...(bootstraps.value ?? [])]);
  const rows = apps.map((app) => ({
    app,
    deployment: lastOf(app.name, deployed),
    previews: previewsOf(app.name, own(runs)),
  }));
  const shown = rows.filter(({ deployment, previews }) => deployment !== undefined || previews.length > 0);
  const others = rows.filter(({ deployment }) => deployment === undefined).map(({ app }) => app.name);
  return (
    <>
      {shown.length > 0 && (
        <Table label={`Apps of ${name}`} head={['App', 'Deployed image', 'By', 'Open previews']}>
          {shown.map(({ app, deployment, previews }) => (
            <tr key={app.name}>
              <td>
                <b>{app.name}</b>
                <small>{app.repo}</small>
              </td>
              <Deployed of={deployment} />
              <td>
                <Previews runs={previews} />
              </td>
            </tr>
          ))}
        </Table>
      )}
      {others.length > 0 && <p>No run that is remembered has deployed {listed(others)}.</p>}
    </>
  );
}

const runsOf = (team: string, stack: string, pipeline: string): string =>
  `/api/runs?${new URLSearchParams({ team, stack, pipeline, phase: 'Succeeded', limit: '200' })}`;

const own = (runs: readonly AnyRun[]): readonly Run[] => runs.filter((run): run is Run => 'team' in run);

interface Deployment {
  readonly run: Run;
  readonly url: string;
  readonly digest: string;
}

const lastOf = (app: string, runs: readonly Run[]): Deployment | undefined =>
  runs
    .flatMap((run) =>
      (run.results?.images ?? []).filter((image) => image.app === app).map((image) => ({ run, ...image })),
    )
    .sort((a, b) => endOf(b.run) - endOf(a.run))[0];

function Deployed({ of }: { readonly of: Deployment | undefined }) {
  if (of === undefined) return <td colSpan={2} />;
  const { run, url, digest } = of;
  return (
    <>
      <td>
        <code>{url}</code>
        <small>{digest}</small>
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
const previewsOf = (app: string, runs: readonly Run[]): readonly Run[] =>
  runs.filter(
    (run) =>
      run.pipeline.endsWith('-pr-test') && run.startedAt !== undefined && !isOver(run) && run.apps?.includes(app),
  );

const Previews = ({ runs }: { readonly runs: readonly Run[] }) => (
  <>
    {runs.map((run) => (
      <div key={run.name}>
        <Subject run={run} /> in <a href={runPath(run)}>{run.name}</a>
      </div>
    ))}
  </>
);
