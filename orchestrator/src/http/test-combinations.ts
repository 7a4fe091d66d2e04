import type { Case, Counts, Summary } from '../../../lib/runs/report/summary';
import { grouped } from '../../../lib/words/grouped';
import { byCombination } from '../../../lib/words/names';
import type { TestsOfKind } from '../history/recorded-tests';

/** Tests that ran in several ways, for people who ask about the kind: pure. */

export interface FailedIn extends Case {
  readonly combination?: string;
}

/** What one kind of tests of one app said in all of its combinations. */
export interface TestsOfAll extends Omit<TestsOfKind, 'combination' | 'failed'> {
  readonly failed: readonly FailedIn[];
  /** Undefined: they ran in one way. */
  readonly combinations?: readonly OfCombination[];
}
export interface OfCombination extends Pick<TestsOfKind, 'tests' | 'coverage' | 'notes'> {
  readonly name: string;
}

const COUNTS: readonly (keyof Counts | 'seconds')[] = ['passed', 'failed', 'errors', 'skipped', 'flaky', 'seconds'];

/** One for each app and kind, in the order in which they come. */
export const byKind = (all: readonly TestsOfKind[]): readonly TestsOfAll[] =>
  [...grouped(all, ({ app, kind }) => `${app} ${kind}`).values()].map(together);

/** Cases are counted as often as they ran. Of coverage the best counts: which lines two of them reach, nobody has kept. */
function together(ways: readonly TestsOfKind[]): TestsOfAll {
  const { app, kind } = ways[0]!;
  if (ways.every(({ combination }) => combination === undefined)) {
    return ways[0]!;
  }
  const sorted = [...ways].sort((a, b) => byCombination(a.combination ?? '', b.combination ?? ''));
  const counted = sorted.flatMap(({ tests }) => tests ?? []);
  const covered = sorted.flatMap(({ coverage }) => coverage ?? []);
  const best = covered.reduce((a, b) => (shareOf(b) > shareOf(a) ? b : a), covered[0]!);
  return {
    app,
    kind,
    ...(counted.length > 0 && { tests: sumOf(counted) }),
    failed: sorted.flatMap(({ combination, failed }) =>
      failed.map((one) => ({ ...one, ...(combination !== undefined && { combination }) })),
    ),
    ...(covered.length > 0 && { coverage: best }),
    notes: [],
    combinations: sorted.map(({ combination = '', tests, coverage, notes }) => ({
      name: combination,
      ...(tests && { tests }),
      ...(coverage && { coverage }),
      notes,
    })),
  };
}

function sumOf(counted: readonly NonNullable<Summary['tests']>[]): NonNullable<Summary['tests']> {
  const sum = (key: keyof Counts | 'seconds'): number => counted.reduce((total, tests) => total + tests[key], 0);
  const entries = COUNTS.map((key) => [key, Math.round(sum(key) * 1000) / 1000] as const);
  return Object.fromEntries(entries) as unknown as NonNullable<Summary['tests']>;
}

const shareOf = ({ covered, total }: { readonly covered: number; readonly total: number }): number =>
  total === 0 ? 0 : covered / total;
