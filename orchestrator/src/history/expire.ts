import type { Database } from './query';

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
  const named = Object.keys(teams);
  const rules: readonly (readonly [number, string, unknown])[] = [
    ...Object.entries(teams).map(([team, own]) => [own, 'team = $3', team] as const),
    ...(days === undefined ? [] : [[days, 'team <> all($3::text[])', named] as const]),
  ];
  let total = 0;
  for (const [kept, condition, value] of rules) {
    const before = new Date(now - kept * DAY_MS).toISOString();
    for (let deleted = AT_ONCE; deleted === AT_ONCE; total += deleted) {
      const rows = await database.query(
        `delete from tekton_dag.runs where id in (
          select id from tekton_dag.runs where cluster = $1 and finished < $2 and ${condition}
          order by finished limit ${AT_ONCE}
        ) returning id`,
        [cluster, before, value],
      );
      deleted = rows.length;
    }
  }
  return total;
}
