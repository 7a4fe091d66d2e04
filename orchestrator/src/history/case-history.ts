import { createHash } from 'node:crypto';
import type { Database } from './query';

/** What became of a test case from run to run. */

/** What makes a case the same from run to run. */
export interface CaseName {
  readonly namespace: string;
  readonly stack: string;
  readonly app: string;
  readonly kind: string;
  readonly class: string;
  readonly name: string;
}

/**
 * @param cluster another one's namespace of the same name may be somebody else's
 * @returns a UUID made of all parts, so that the index holds no name of whatever length
 */
export function caseIdentity(cluster: string, { namespace, stack, app, kind, class: group, name }: CaseName): string {
  const parts = JSON.stringify([cluster, namespace, stack, app, kind, group, name]);
  const digits = createHash('sha256').update(parts).digest('hex').slice(0, 32);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A case in one run. */
export interface CaseInRun {
  readonly run: string;
  readonly created: Date;
  readonly commit: string | null;
  /** Number of the pull request. A text, since the database has it as a large number. */
  readonly pullRequest: string | null;
  readonly state: string;
  /** It failed first, and passed when it was run again. */
  readonly flaky: boolean;
  readonly seconds: number | null;
  readonly message: string | null;
}

/** The newest rows of an identity, which an index has in this order; runs are looked up for these alone. */
const rowsOf = (identity: string, until: string, limit: string): string => `
    select runs.name as run, runs.created, runs.commit_id as commit, runs.pull_request as "pullRequest",
      one.state, one.flaky, one.seconds, one.message
    from (
      select run, state, flaky, seconds, message from tekton_dag.cases
      where identity = ${identity} and run <= ${until}
      order by identity, run desc
      limit ${limit}
    ) as one
    join tekton_dag.runs on runs.id = one.run
    order by one.run desc`;

/** What became of a case in the runs before, newest first: whether it failed already, and since when. */
export const caseHistory = (
  database: Pick<Database, 'query'>,
  cluster: string,
  name: CaseName,
  limit: number,
): Promise<readonly CaseInRun[]> => {
  const { text, values } = caseStatement(cluster, name, limit);
  return database.query<CaseInRun>(text, values);
};

export const caseStatement = (cluster: string, name: CaseName, limit: number) => ({
  text: rowsOf('$1', '9223372036854775807', '$2'),
  values: [caseIdentity(cluster, name), limit],
});

/** The same of several cases at once, each by its identity, up to a run of that cluster. */
export async function caseHistories(
  database: Pick<Database, 'query'>,
  cluster: string,
  uid: string,
  identities: readonly string[],
  limit: number,
): Promise<ReadonlyMap<string, readonly CaseInRun[]>> {
  const { text, values } = casesStatement(cluster, uid, identities, limit);
  const found = new Map<string, CaseInRun[]>();
  for (const { identity, ...one } of await database.query<CaseInRun & { readonly identity: string }>(text, values))
    found.set(identity, [...(found.get(identity) ?? []), one]);
  return found;
}

export const casesStatement = (cluster: string, uid: string, identities: readonly string[], limit: number) => ({
  text: `
    select wanted.identity, found.*
    from (select id from tekton_dag.runs where cluster = $1 and uid = $2) as last
    cross join unnest($3::uuid[]) as wanted (identity)
    cross join lateral (${rowsOf('wanted.identity', 'last.id', '$4')}) as found`,
  values: [cluster, uid, identities, limit],
});
