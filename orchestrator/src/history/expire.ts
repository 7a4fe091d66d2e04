import type { Database, Statement } from './query';

/** How long the database keeps what became of runs. */
export interface Expiry {
  /** Days after the end of a run. @default - for ever */
  readonly days?: number;
  /** The days of single teams. */
  readonly teams: Readonly<Record<string, number>>;
}

const DAY_MS = 86_400_000;
/** Those of one statement: a long one would hold up others. */
const AT_ONCE = 500;

/**
 * Deletes the runs of a cluster that are older, with all that is of them.
 * @param now milliseconds since the epoch
 * @returns how many
 */
export async function expire(
  database: Pick<Database, 'query'>,
  cluster: string,
  { days, teams }: Expiry,
  now: number,
): Promise<number> {
  let total = 0;
  for (const { team } of await database.query<{ readonly team: string }>(...asArguments(teamsStatement(cluster)))) {
    const kept = teams[team] ?? days;
    if (kept === undefined) continue;
    const before = new Date(now - kept * DAY_MS);
    for (let deleted = AT_ONCE; deleted === AT_ONCE; total += deleted)
      deleted = (await database.query(...asArguments(expireStatement(cluster, team, before)))).length;
  }
  return total;
}

const asArguments = ({ text, values }: Statement) => [text, values] as const;

/** The teams that a cluster has runs of, each found by one look into an index. */
export const teamsStatement = (cluster: string): Statement => ({
  text: `
    with recursive found (team) as (
      (select team from tekton_dag.runs where cluster = $1 order by team limit 1)
      union all
      select (select team from tekton_dag.runs where cluster = $1 and team > found.team order by team limit 1)
      from found where found.team is not null
    )
    select team from found where team is not null`,
  values: [cluster],
});

/** Deletes the first of those that ended before. */
export const expireStatement = (cluster: string, team: string, before: Date): Statement => ({
  text: `
    delete from tekton_dag.runs where id = any(array(
      select id from tekton_dag.runs where cluster = $1 and team = $2 and finished < $3
      order by finished limit ${AT_ONCE}
    )) returning id`,
  values: [cluster, team, before.toISOString()],
});
