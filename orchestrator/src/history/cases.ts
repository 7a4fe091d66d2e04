import type { KeptSummary } from '../test-reports/read-summaries';
import type { CaseName } from './case-history';
import { caseIdentity } from './case-history';
import { caseKind, storedKind } from './stored-kind';
import type { Database, Query } from './query';
import { toJson } from './text';

/** What the tests of a run said, case by case and file by file. */

/** What one kind of tests of one app said, as far as it is kept. */
export type RecordedSummary = Pick<
  KeptSummary,
  'app' | 'kind' | 'combination' | 'tests' | 'cases' | 'coverage' | 'notes'
>;

/** A run that is recorded. */
export interface RecordedRun {
  readonly cluster: string;
  readonly uid: string;
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
  summary: RecordedSummary,
): Promise<boolean> =>
  database.transaction(async (query) => {
    // whoever else writes the same waits here
    const [run] = await query<{ readonly id: string; readonly namespace: string; readonly stack: string }>(
      'select id, namespace, stack from tekton_dag.runs where cluster = $1 and uid = $2 for update',
      [cluster, uid],
    );
    if (run === undefined) return false;
    const { app } = summary;
    const kind = storedKind(summary);
    for (const table of ['tests', 'cases', 'coverage', 'notes'])
      await query(`delete from tekton_dag.${table} where run = $1 and app = $2 and kind = $3`, [run.id, app, kind]);
    await recordTests(query, run.id, summary);
    await recordCases(query, run, cluster, summary);
    await recordCoverage(query, run.id, summary);
    await recordNotes(query, run.id, summary);
    return true;
  });

async function recordTests(query: Query, run: string, summary: RecordedSummary): Promise<void> {
  const { app, tests } = summary;
  if (tests === undefined) return;
  const { passed, failed, errors, skipped, flaky, seconds } = tests;
  await query(
    `insert into tekton_dag.tests (run, app, kind, passed, failed, errors, skipped, flaky, seconds)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [run, app, storedKind(summary), passed, failed, errors, skipped, flaky, seconds],
  );
}

async function recordCases(
  query: Query,
  { id, ...place }: Pick<CaseName, 'namespace' | 'stack'> & { readonly id: string },
  cluster: string,
  summary: RecordedSummary,
): Promise<void> {
  const { app, cases } = summary;
  const kind = caseKind(summary);
  const rows = cases.map((one, index) => ({
    ...one,
    place: index,
    flaky: one.flaky ?? false,
    identity: caseIdentity(cluster, { ...place, app, kind, class: one.class, name: one.name }),
  }));
  for (const some of chunks(rows))
    await query(
      `insert into tekton_dag.cases
        (run, app, kind, place, identity, class, name, state, seconds, flaky, message, file, line)
      select $1, $2, $3, one.* from jsonb_to_recordset($4) as one
        (place integer, identity uuid, class text, name text, state text, seconds double precision, flaky boolean,
         message text, file text, line integer)`,
      [id, app, storedKind(summary), toJson(some)],
    );
}

async function recordCoverage(query: Query, run: string, summary: RecordedSummary): Promise<void> {
  const { app, coverage } = summary;
  if (coverage === undefined) return;
  const { covered, total, files } = coverage;
  const byPath = new Map([{ path: '', covered, total }, ...files].map((file) => [file.path, file]));
  for (const some of chunks([...byPath.values()]))
    await query(
      `insert into tekton_dag.coverage (run, app, kind, path, covered, total)
      select $1, $2, $3, file.* from jsonb_to_recordset($4) as file (path text, covered bigint, total bigint)`,
      [run, app, storedKind(summary), toJson(some)],
    );
}

const recordNotes = (query: Query, run: string, { notes, ...summary }: RecordedSummary): Promise<unknown> =>
  query(
    `insert into tekton_dag.notes (run, app, kind, place, file, text)
    select $1, $2, $3, note.* from jsonb_to_recordset($4) as note (place integer, file text, text text)`,
    [run, summary.app, storedKind(summary), toJson(notes.map((note, place) => ({ ...note, place })))],
  );

/** Says that all that the tests of a run said is here. */
export const markTested = (database: Pick<Database, 'query'>, { cluster, uid }: RecordedRun): Promise<unknown> =>
  database.query('update tekton_dag.runs set tested = now() where cluster = $1 and uid = $2', [cluster, uid]);

function* chunks<T>(all: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < all.length; at += ROWS_AT_ONCE) yield all.slice(at, at + ROWS_AT_ONCE);
}
