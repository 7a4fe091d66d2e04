import type { Database, Statement } from '../history/query';
import { HistoryUnavailable } from '../history/run-history';
import { storable } from '../history/text';
import type { Durations, Figures, FiguresQuery, FiguresSource, FlakyCase, Part } from './figures';

/** Figures of the runs of one cluster that the database has. It computes them; only parameters hold what a caller asks for. */

/** @param instead answers while the database does not */
export const databaseFigures =
  (database: Pick<Database, 'query'>, cluster: string, instead: FiguresSource): FiguresSource =>
  async (query) => {
    const asked = <Row>({ text, values }: Statement) => database.query<Row>(text, values);
    const ofRuns = async () => {
      const runs = await asked<RunsRow>(runsStatement(cluster, query));
      const repairs = byPart(await asked<RepairsRow>(repairsStatement(cluster, query)));
      const pods = byPart(await asked<PodsRow>(podsStatement(cluster, query)));
      return runs.map((row) => ({
        ...partOf(row),
        ...figuresOf(row),
        repair: durationsOf(repairs.get(keyOf(row))?.repair),
        podSeconds: pods.get(keyOf(row))?.seconds ?? 0,
      }));
    };
    try {
      // cases take as long as all the rest
      const [parts, flaky] = await Promise.all([ofRuns(), asked<FlakyCase>(flakyStatement(cluster, query))]);
      return { parts, flaky, source: 'history', isComplete: true };
    } catch (error) {
      if (!(error instanceof HistoryUnavailable)) throw error;
      return { ...(await instead(query)), isComplete: false };
    }
  };

/** Of a grouping set; null is what it is not of. */
interface PartRow {
  readonly namespace: string | null;
  readonly stack: string | null;
  readonly period: Date | null;
}
/** How many, the median and the ninth of ten. */
type DurationsRow = readonly [count: number, median: number | null, p90: number | null];

interface RunsRow extends PartRow {
  readonly runs: number;
  readonly tests: number;
  readonly tests_failed: number;
  readonly releases: number;
  readonly releases_failed: number;
  readonly verdict: DurationsRow;
  readonly serving: DurationsRow;
  readonly wait: DurationsRow;
}
interface RepairsRow extends PartRow {
  readonly repair: DurationsRow;
}
interface PodsRow extends PartRow {
  readonly seconds: number | null;
}

const keyOf = ({ namespace, stack, period }: PartRow): string => JSON.stringify([namespace, stack, period]);
const byPart = <Row extends PartRow>(rows: readonly Row[]) => new Map(rows.map((row) => [keyOf(row), row]));
const partOf = ({ namespace, stack, period }: PartRow): Part => ({
  ...(namespace !== null && { namespace }),
  ...(stack !== null && { stack }),
  ...(period !== null && { period: period.getTime() }),
});

const durationsOf = ([count = 0, median = null, p90 = null]: Partial<DurationsRow> = []): Durations | undefined =>
  median === null || p90 === null ? undefined : { count, median, p90 };

const figuresOf = ({ runs, verdict, serving, wait, ...row }: RunsRow): Figures => ({
  runs,
  tests: { count: row.tests, failed: row.tests_failed },
  releases: { count: row.releases, failed: row.releases_failed },
  verdict: durationsOf(verdict),
  serving: durationsOf(serving),
  wait: durationsOf(wait),
});

/** The first parameters of each statement, and which runs they mean. */
function asked(cluster: string, { namespaces, stack, since, until }: FiguresQuery) {
  const times = [since, until].map((time) => new Date(time).toISOString());
  const values: unknown[] = [cluster, namespaces, ...times];
  const ended = 'runs.cluster = $1 and runs.namespace = any($2) and runs.finished >= $3 and runs.finished < $4';
  return { values, ended: stack === undefined ? ended : `${ended} and runs.stack = $${values.push(storable(stack))}` };
}

/** @param values takes the length of a period */
const periodOf = ({ step }: FiguresQuery, values: unknown[]): string =>
  `date_bin($${values.push(`${step} milliseconds`)}::interval, runs.finished, $3::timestamptz) as period`;
const BY_PART = 'group by grouping sets ((), (namespace), (namespace, stack), (period))';
const durations = (seconds: string): string =>
  `json_build_array(count(${seconds}),
    percentile_cont(0.5) within group (order by ${seconds}), percentile_cont(0.9) within group (order by ${seconds}))`;
/** None where one of them is not known, and never less than 0: clocks differ. */
const seconds = (from: string, to: string): string =>
  `case when ${from} is not null and ${to} is not null then greatest(0, extract(epoch from ${to} - ${from})) end`;
/**
 * A time of a request. The cluster takes what no timestamp of the database is (the year 0, an offset of a day), and one of these in one
 * run would leave nobody any figures.
 */
const timeOf = (column: string): string =>
  `case when ${column} ~* '^[12]\\d{3}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-](0\\d|1[0-4]):\\d\\d)$' then ${column}::timestamptz end`;
/** A time that is later than its request proves nothing: lib/runs/decisions/of-host.ts. */
const HAPPENED = `(select at from (select ${timeOf('happened_at')} as at) as host where at <= created + interval '300 seconds')`;

export function runsStatement(cluster: string, query: FiguresQuery): Statement {
  const { values, ended } = asked(cluster, query);
  const text = `
    with ended as (
      select namespace, stack, pipeline, phase, finished, created, ${periodOf(query, values)},
        ${HAPPENED} as happened, ${timeOf('started_at')} as started
      from tekton_dag.runs where ${ended}
    ), timed as (
      select namespace, stack, pipeline, phase, period, ${seconds('created', 'started')} as wait,
        case when pipeline = 'pr-test' and phase in ('Succeeded', 'Failed')
          then ${seconds('happened', 'finished')} end as verdict,
        case when pipeline = 'merge-release' and phase = 'Succeeded'
          then ${seconds('happened', 'finished')} end as serving
      from ended
    )
    select namespace, stack, period, count(*)::integer as runs,
      (count(*) filter (where pipeline = 'pr-test' and phase in ('Succeeded', 'Failed')))::integer as tests,
      (count(*) filter (where pipeline = 'pr-test' and phase = 'Failed'))::integer as tests_failed,
      (count(*) filter (where pipeline = 'merge-release' and phase in ('Succeeded', 'Failed')))::integer as releases,
      (count(*) filter (where pipeline = 'merge-release' and phase = 'Failed'))::integer as releases_failed,
      ${durations('verdict')} as verdict, ${durations('serving')} as serving, ${durations('wait')} as wait
    from timed ${BY_PART}`;
  return { text, values };
}

/** Of each app the releases that passed after one that failed; where it first failed may be before the time that is asked for. */
export function repairsStatement(cluster: string, query: FiguresQuery): Statement {
  const { values, ended } = asked(cluster, query);
  const before = (phase: string): string => `
    select other.finished from tekton_dag.runs as other
    where other.cluster = $1 and other.namespace = release.namespace and other.stack = release.stack
      and other.apps[1] = release.app and other.pipeline = 'merge-release' and other.phase = '${phase}'
      and other.finished < release.finished`;
  const text = `
    with release as (
      select namespace, stack, apps[1] as app, phase, finished, ${periodOf(query, values)},
        lag(phase) over (partition by namespace, stack, apps[1] order by finished, id) as before
      from tekton_dag.runs
      where ${ended} and pipeline = 'merge-release' and phase in ('Succeeded', 'Failed')
    ), repaired as (
      select namespace, stack, period, extract(epoch from release.finished - broken.finished) as seconds
      from release
      left join lateral (${before('Succeeded')} order by other.finished desc limit 1) as good on true
      cross join lateral (
        ${before('Failed')} and other.finished > coalesce(good.finished, '-infinity') order by other.finished limit 1
      ) as broken
      where phase = 'Succeeded' and before is distinct from 'Succeeded'
    )
    select namespace, stack, period, ${durations('seconds')} as repair from repaired ${BY_PART}`;
  return { text, values };
}

/** A TaskRun is a pod, and it is there from its beginning to its end. */
export function podsStatement(cluster: string, query: FiguresQuery): Statement {
  const { values, ended } = asked(cluster, query);
  const text = `
    with ended as (select id, namespace, stack, ${periodOf(query, values)} from tekton_dag.runs where ${ended})
    select namespace, stack, period, sum(own.seconds)::double precision as seconds
    from ended cross join lateral (
      select sum(${seconds('tasks.started', 'tasks.finished')}) as seconds from tekton_dag.tasks where tasks.run = ended.id
    ) as own
    ${BY_PART}`;
  return { text, values };
}

const FLAKY_MAX = 20;

/**
 * A case is flaky in a run where its report says that it failed first and passed then, which took its own time once more; or
 * where it failed, and passed in another run of the same commit, which took the whole run.
 */
export function flakyStatement(cluster: string, query: FiguresQuery): Statement {
  const { values, ended } = asked(cluster, query);
  // names are read of what is shown alone
  const text = `
    with amiss as (
      select runs.id, namespace, stack, commit_id, finished, started_at, created, own.*
      from tekton_dag.runs cross join lateral (
        select identity, bool_or(state in ('failed', 'error')) as failed,
          coalesce(sum(seconds) filter (where flaky), 0) as again
        from tekton_dag.cases where run = runs.id and (state in ('failed', 'error') or flaky)
        group by identity
      ) as own
      where ${ended}
    ), lost as (
      select *,
        case when failed then extract(epoch from finished - coalesce(${timeOf('started_at')}, created)) else again end as seconds
      from amiss
      where not failed or exists (
        select from tekton_dag.runs as other
        join tekton_dag.cases as same on same.run = other.id and same.identity = amiss.identity
        where other.cluster = $1 and other.namespace = amiss.namespace and other.commit_id = amiss.commit_id
          and other.stack = amiss.stack and other.id <> amiss.id and same.state = 'passed'
      )
    ), worst as (
      select identity, namespace, stack, count(*)::integer as times, (sum(seconds) / 60)::double precision as minutes,
        (array_agg(id order by finished desc))[1] as last
      from lost group by identity, namespace, stack
      order by minutes desc, identity limit ${FLAKY_MAX}
    )
    select worst.namespace, worst.stack, named.*, times, minutes as "minutesLost", runs.name as run
    from worst join tekton_dag.runs on runs.id = worst.last cross join lateral (
      select app, kind, class, name from tekton_dag.cases where identity = worst.identity order by cases.run desc limit 1
    ) as named
    order by minutes desc, identity`;
  return { text, values };
}
