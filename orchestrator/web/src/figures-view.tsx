import { useLocation, useRoute } from 'preact-iso';
import type { Figures, Stats } from './answers';
import { useAnswer } from './api';
import { FigureCharts } from './figure-charts';
import { FiguresTable } from './figures-table';
import { FlakyCases } from './flaky-cases';
import { fleetPath, figuresPath, queryOf, stackPath, teamPath } from './paths';
import { Told } from './told';
import { useTitle } from './title';

const DAY_MS = 86_400_000;
const CHOICES = [7, 30, 90, 365] as const;
const DEFAULT_DAYS = 30;

/** How long things take, how often they fail, and what they cost: of one team, or of all that the caller may see. */
export function FiguresView() {
  const { team } = useRoute().params as { readonly team?: string };
  const { query } = useLocation();
  const days = CHOICES.find((one) => String(one) === query.days) ?? DEFAULT_DAYS;
  const title = team === undefined ? 'Figures of all teams' : `Figures of ${team}`;
  useTitle(title);
  // a run more does not change them so much that they would be asked for at each: no namespace is called so
  const asked = useAnswer<Stats>(`/api/stats${queryOf({ team, since: firstDay(days) })}`, '');
  return (
    <>
      <p class="trail">{team === undefined ? <a href={fleetPath()}>Teams</a> : <a href={teamPath(team)}>{team}</a>}</p>
      <h1>{title}</h1>
      <nav class="choices" aria-label="How many days">
        {CHOICES.map((one) => (
          <a key={one} href={figuresPath(team, one)} aria-current={one === days ? 'true' : undefined}>
            {one} days
          </a>
        ))}
      </nav>
      <Told asked={asked}>{(stats) => <All stats={stats} team={team} />}</Told>
    </>
  );
}

/** The first of so many days, of which today is the last. They begin in UTC, so that their figures stay as they are. */
const firstDay = (days: number): string =>
  new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - (days - 1) * DAY_MS).toISOString().slice(0, 10);

function All({ stats, team }: { readonly stats: Stats; readonly team: string | undefined }) {
  const { source, teams, stacks, flaky } = stats;
  const rows: readonly (readonly [string, string, Figures])[] =
    team === undefined
      ? teams.map((one) => [one.team, figuresPath(one.team), one])
      : stacks.map((one) => [one.stack, stackPath(one.team, one.stack), one]);
  return (
    <>
      {source === 'cluster' && (
        <p class="message">
          These are of the runs that the cluster holds, which are those of the last days. A database of finished runs,
          where there is one and it answers, remembers them for longer, and knows test cases and pods.
        </p>
      )}
      <FigureCharts stats={stats} />
      <h2>{team === undefined ? 'Teams' : 'Stacks'}</h2>
      <FiguresTable what={team === undefined ? 'Team' : 'Stack'} rows={rows} />
      {flaky !== undefined && (
        <>
          <h2>Flaky cases</h2>
          <FlakyCases cases={flaky} />
        </>
      )}
    </>
  );
}
