import { createHash } from 'node:crypto';
import type { Database, Query } from './query';
import { toJson } from './text';

/** What the tests of a run said, case by case and file by file. */

/** What one kind of tests of one app said, as far as it is kept. */
export interface Summary {
  readonly app: string;
  readonly kind: string;
  /** Undefined: no report of cases was there. */
  readonly tests?: {
    readonly passed: number;
    readonly failed: number;
    readonly errors: number;
    readonly skipped: number;
    readonly flaky: number;
    readonly seconds: number;
  };
  readonly cases: readonly Case[];
  /** Undefined: no report of coverage was there. */
  readonly coverage?: Lines & { readonly files: readonly (Lines & { readonly path: string })[] };
}

/** A test case; several may have the same name. */
export interface Case {
  /** The class, file or suite that it is of. */
  readonly class: string;
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'error' | 'skipped';
  readonly seconds?: number;
  /** It failed first, and passed when it was run again. */
  readonly flaky?: boolean;
  readonly message?: string;
  readonly file?: string;
  readonly line?: number;
}

/** Of lines that can be covered, how many are. */
interface Lines {
  readonly covered: number;
  readonly total: number;
}

/** A run that is recorded. */
export interface RecordedRun {
  readonly cluster: string;
  readonly uid: string;
}

/** What makes a case the same from run to run. */
export interface CaseName {
  readonly namespace: string;
  readonly stack: string;
  readonly app: string;
  readonly kind: string;
  readonly class: string;
  readonly name: string;
}

/** The rows of one statement: all of them as one text would take their memory several times over. */
const ROWS_AT_ONCE = 2_000;

/**
 * Writes the summary of one kind of tests of one app, in place of what was written of these before.
 * @returns false if the run is not recorded
 */
export const recordSummary = (
  database: Pick<Database, 'transaction'>,
  { cluster, uid }: RecordedRun,
  summary: Summary,
): Promise<boolean> =>
  database.transaction(async (query) => {
    // whoever else writes the same waits here
    const [run] = await query<{ readonly id: string; readonly namespace: string; readonly stack: string }>(
      'select id, namespace, stack from tekton_dag.runs where cluster = $1 and uid = $2 for update',
      [cluster, uid],
    );
    if (run === undefined) return false;
    const { app, kind } = summary;
    for (const table of ['tests', 'cases', 'coverage'])
      await query(`delete from tekton_dag.${table} where run = $1 and app = $2 and kind = $3`, [run.id, app, kind]);
    await recordTests(query, run.id, summary);
    await recordCases(query, run, summary);
    await recordCoverage(query, run.id, summary);
    return true;
  });

async function recordTests(query: Query, run: string, { app, kind, tests }: Summary): Promise<void> {
  if (tests === undefined) return;
  const { passed, failed, errors, skipped, flaky, seconds } = tests;
  await query(
    `insert into tekton_dag.tests (run, app, kind, passed, failed, errors, skipped, flaky, seconds)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [run, app, kind, passed, failed, errors, skipped, flaky, seconds],
  );
}

async function recordCases(
  query: Query,
  { id, ...place }: Pick<CaseName, 'namespace' | 'stack'> & { readonly id: string },
  { app, kind, cases }: Summary,
): Promise<void> {
  const rows = cases.map((one, index) => ({
    ...one,
    place: index,
    flaky: one.flaky ?? false,
    identity: caseIdentity({ ...place, app, kind, class: one.class, name: one.name }),
  }));
  for (const some of chunks(rows))
    await query(
      `insert into tekton_dag.cases
        (run, app, kind, place, identity, class, name, state, seconds, flaky, message, file, line)
      select $1, $2, $3, one.* from jsonb_to_recordset($4) as one
        (place integer, identity uuid, class text, name text, state text, seconds double precision, flaky boolean,
         message text, file text, line integer)`,
      [id, app, kind, toJson(some)],
    );
}

async function recordCoverage(query: Query, run: string, { app, kind, coverage }: Summary): Promise<void> {
  if (coverage === undefined) return;
  const { covered, total, files } = coverage;
  const byPath = new Map([{ path: '', covered, total }, ...files].map((file) => [file.path, file]));
  for (const some of chunks([...byPath.values()]))
    await query(
      `insert into tekton_dag.coverage (run, app, kind, path, covered, total)
      select $1, $2, $3, file.* from jsonb_to_recordset($4) as file (path text, covered bigint, total bigint)`,
      [run, app, kind, toJson(some)],
    );
}

/** @returns a UUID made of all parts, so that the index holds no name of whatever length */
export function caseIdentity({ namespace, stack, app, kind, class: group, name }: CaseName): string {
  const parts = JSON.stringify([namespace, stack, app, kind, group, name]);
  const digits = createHash('sha256').update(parts).digest('hex').slice(0, 32);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function* chunks<T>(all: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < all.length; at += ROWS_AT_ONCE) yield all.slice(at, at + ROWS_AT_ONCE);
}

/** A case in one run. */
export interface CaseInRun {
  readonly run: string;
  readonly created: Date;
  readonly commit: string | null;
  readonly state: string;
  readonly seconds: number | null;
  readonly message: string | null;
}

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
    select runs.name as run, runs.created, runs.commit_id as commit, cases.state, cases.seconds, cases.message
    from tekton_dag.cases join tekton_dag.runs on runs.id = cases.run
    where cases.identity = $1 and runs.cluster = $2 and runs.namespace = $3
    order by cases.run desc
    limit $4`,
  values: [caseIdentity(name), cluster, name.namespace, limit],
});
