import type { Figures, Stats } from './answers';
import { Chart } from './chart';
import { percent } from './percent';
import { day, duration } from './time';

/** Each figure with its course over time. */

const DURATIONS = [
  ['verdict', 'From push to verdict', 'pushes'],
  ['serving', 'From merge to serving', 'releases'],
  ['repair', 'Time to repair', 'repairs'],
  ['wait', 'Wait in the queue', 'runs'],
] as const;
const FAILURES = [
  ['tests', 'Tests of pull requests that failed'],
  ['releases', 'Releases that failed'],
] as const;

export const seconds = (count: number): string => duration(count * 1000);

export const FigureCharts = ({ stats }: { readonly stats: Stats }) => (
  <div class="figures">
    {DURATIONS.map(([figure, title, of]) => (
      <DurationChart key={figure} stats={stats} figure={figure} title={title} of={of} />
    ))}
    {FAILURES.map(([figure, title]) => (
      <FailureChart key={figure} stats={stats} figure={figure} title={title} />
    ))}
  </div>
);

interface DurationProps {
  readonly stats: Stats;
  readonly figure: (typeof DURATIONS)[number][0];
  readonly title: string;
  /** What there are so many of. */
  readonly of: string;
}

function DurationChart({ stats: { all, periods, since, until }, figure, title, of }: DurationProps) {
  const told = toldOf(all[figure], of);
  const bars = periods.flatMap(({ from, to, [figure]: one }) =>
    one === undefined ? [] : [{ from, to, part: one.median, most: one.p90, told: `${day(from)}: ${toldOf(one, of)}` }],
  );
  return (
    <section>
      <h2>{title}</h2>
      {all[figure] === undefined ? (
        <p>There is none.</p>
      ) : (
        <>
          <p>
            <strong>{seconds(all[figure].median)}</strong> at the median
          </p>
          <p>
            {seconds(all[figure].p90)} or less for nine of ten, of {all[figure].count} {of}
          </p>
          <Chart
            label={`${title}: ${told}`}
            kind="durations"
            {...{ since, until, bars }}
            format={seconds}
            legend="Full: the median. Outlined: nine of ten."
          />
        </>
      )}
    </section>
  );
}

const toldOf = (durations: Figures['wait'], of: string): string =>
  durations === undefined
    ? 'none'
    : `${seconds(durations.median)} at the median, ${seconds(durations.p90)} or less for nine of ten, of ${durations.count} ${of}`;

interface FailureProps {
  readonly stats: Stats;
  readonly figure: (typeof FAILURES)[number][0];
  readonly title: string;
}

function FailureChart({ stats: { all, periods, since, until }, figure, title }: FailureProps) {
  const { count, failed } = all[figure];
  const bars = periods
    .filter((period) => period[figure].count > 0)
    .map(({ from, to, [figure]: one }) => ({
      ...{ from, to, part: one.failed, most: one.count },
      told: `${day(from)}: ${one.failed} of ${one.count}`,
    }));
  return (
    <section>
      <h2>{title}</h2>
      {count === 0 ? (
        <p>There is none.</p>
      ) : (
        <>
          <p>
            <strong>{percent(all[figure])}</strong>
          </p>
          <p>
            {failed} of {count}
          </p>
          <Chart
            label={`${title}: ${failed} of ${count}`}
            kind="failures"
            {...{ since, until, bars }}
            format={String}
            legend="Red: those that failed. Outlined: all that passed or failed."
          />
        </>
      )}
    </section>
  );
}
