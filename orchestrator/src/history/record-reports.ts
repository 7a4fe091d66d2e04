import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { KeptSummary } from '../test-reports/read-summaries';
import { summariesOf, unread } from '../test-reports/read-summaries';
import type { ReportStore } from '../test-reports/report-store';
import { runFolder } from '../test-reports/run-folder';
import type { RecordedRun } from './cases';
import { markTested, recordSummary } from './cases';
import { isRefusal } from './database';
import type { Database } from './query';

/**
 * Writes what the tests of a run said, of which the run itself is recorded, and then that all of it is there. To write it again changes
 * nothing.
 * @throws ReportsUnavailable if it cannot be read now
 */
export async function recordReports(
  database: Pick<Database, 'query' | 'transaction'>,
  run: RecordedRun,
  request: RunRequest,
  reports: ReportStore,
  signal: AbortSignal,
): Promise<void> {
  const folder = runFolder(request);
  if (folder === undefined) return;
  for await (const summary of summariesOf(reports, folder, signal)) await record(database, run, summary);
  await markTested(database, run);
}

/** Whatever the tests wrote, it holds up nobody: in the place of what the database refuses is a note. */
async function record(database: Pick<Database, 'transaction'>, run: RecordedRun, summary: KeptSummary): Promise<void> {
  try {
    await recordSummary(database, run, summary);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { app, kind, combination } = summary;
    const why = 'has values that the database does not take';
    await recordSummary(database, run, {
      ...unread(app, kind, why),
      ...(combination !== undefined && { combination }),
    });
  }
}
