import type { CaseInRun } from './case-history';

/** What the runs of a test case mean: pure. */

/**
 * `new`: it fails in the last run and did not fail before. `broken`: it failed before, too. `flaky`: of one commit it both passed
 * and failed, or it passed when it was run again. `passing`: it does not fail.
 */
export const CASE_STORIES = ['new', 'broken', 'flaky', 'passing'] as const;

export interface CaseStory {
  readonly state: (typeof CASE_STORIES)[number];
  /** The first of the runs one after the other in which it failed, of those that are known. */
  readonly since?: Pick<CaseInRun, 'run' | 'commit' | 'created'>;
  /** In how many of how many runs it failed, of those that are known. */
  readonly failed: number;
  readonly runs: number;
  /** Whether it also failed in the run before that was of no such pull request: then its own changes may not be the reason. */
  readonly elsewhere: boolean;
}

/** @param rows newest first @returns undefined: it ran in none of them */
export function storyOf(rows: readonly CaseInRun[]): CaseStory | undefined {
  const runs = byRun(rows);
  const [last] = runs;
  if (last === undefined) return undefined;
  const own = runs.filter(({ pullRequest }) => pullRequest === last.pullRequest);
  const other = runs.find(({ pullRequest }) => pullRequest !== last.pullRequest);
  const elsewhere = other !== undefined && isFailed(other);
  const streak = streakOf(elsewhere ? runs : own);
  const since = streak.at(-1);
  const counts = { failed: runs.filter(isFailed).length, runs: runs.length, elsewhere };
  const isBroken = streak.length > 1;
  const state = isFlaky(runs) ? 'flaky' : since === undefined ? 'passing' : isBroken ? 'broken' : 'new';
  return {
    state,
    ...(since && { since: { run: since.run, commit: since.commit, created: since.created } }),
    ...counts,
  };
}

const isFailed = ({ state }: Pick<CaseInRun, 'state'>): boolean => state === 'failed' || state === 'error';

/** Parameters of a test may leave several of one name, of which the worst counts; one that was skipped says nothing. */
function byRun(rows: readonly CaseInRun[]): readonly CaseInRun[] {
  const runs = new Map<string, CaseInRun>();
  for (const row of rows) {
    if (row.state === 'skipped') continue;
    const before = runs.get(row.run);
    if (before === undefined || (isFailed(row) && !isFailed(before))) runs.set(row.run, row);
  }
  return [...runs.values()];
}

function streakOf(runs: readonly CaseInRun[]): readonly CaseInRun[] {
  const end = runs.findIndex((run) => !isFailed(run));
  return end === -1 ? runs : runs.slice(0, end);
}

function isFlaky(runs: readonly CaseInRun[]): boolean {
  if (runs.some(({ flaky }) => flaky)) return true;
  const failed = new Set(runs.filter(isFailed).map(({ commit }) => commit));
  return runs.some((run) => !isFailed(run) && run.commit !== null && failed.has(run.commit));
}
