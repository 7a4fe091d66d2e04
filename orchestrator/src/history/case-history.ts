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

/** @returns a UUID made of all parts, so that the index holds no name of whatever length */
export function caseIdentity({ namespace, stack, app, kind, class: group, name }: CaseName): string {
  const parts = JSON.stringify([namespace, stack, app, kind, group, name]);
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

const COLUMNS = `runs.name as run, runs.created, runs.commit_id as commit, runs.pull_request as "pullRequest",
      cases.state, cases.flaky, cases.seconds, cases.message`;

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
  text: `
    select ${COLUMNS}
    from tekton_dag.cases join tekton_dag.runs on runs.id = cases.run
    where cases.identity = $1 and runs.cluster = $2 and runs.namespace = $3
    order by cases.run desc
    limit $4`,
  values: [caseIdentity(name), cluster, name.namespace, limit],
});

/** The same of several cases at once, each by its identity, up to a run. */
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

/** A namespace is part of an identity, and of one that another cluster has it is asked here. */
export const casesStatement = (cluster: string, uid: string, identities: readonly string[], limit: number) => ({
  text: `
    select one.*
    from (select id, namespace from tekton_dag.runs where cluster = $1 and uid = $2) as last
    cross join unnest($3::uuid[]) as wanted (identity)
    cross join lateral (
      select cases.identity, ${COLUMNS}
      from tekton_dag.cases join tekton_dag.runs on runs.id = cases.run
      where cases.identity = wanted.identity and cases.run <= last.id
        and runs.cluster = $1 and runs.namespace = last.namespace
      order by cases.run desc
      limit $4
    ) as one`,
  values: [cluster, uid, identities, limit],
});
