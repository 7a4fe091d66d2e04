import type { Case, Counts, Lines, Summary, SummaryKind } from './summary';
import { LIST_BYTES, LIST_MAX, TEXT_MAX } from './summary';
import { line } from './text';

/** A list that takes what it has room for, and counts the rest. */
class Bounded<T> {
  readonly items: T[] = [];
  omitted = 0;
  private bytes = 0;

  constructor(private readonly most: number) {}

  add(item: T): void {
    const size = this.items.length < this.most ? Buffer.byteLength(JSON.stringify(item)) + 1 : Infinity;
    if (this.bytes + size > LIST_BYTES) {
      this.omitted++;
      return;
    }
    this.bytes += size;
    this.items.push(item);
  }
}

/** Adds up what the reports of one kind of tests say, in memory that does not grow with them. */
export class Tally {
  private readonly counts: Record<keyof Counts | 'seconds', number> = {
    ...{ passed: 0, failed: 0, errors: 0, skipped: 0, flaky: 0 },
    seconds: 0,
  };
  private hasCases = false;
  private readonly failed = new Bounded<Case>(LIST_MAX.failed);
  private readonly others = new Bounded<Case>(LIST_MAX.cases);
  private readonly covered = new Map<string, Lines>();
  private readonly more = { files: 0, figures: 0, covered: 0, total: 0 };
  private hasCoverage = false;
  private load: Summary['load'];
  private readonly notes = new Bounded<Summary['notes'][number]>(LIST_MAX.notes);

  /** A report of cases was read, though it may have none. */
  seeCases(): void {
    this.hasCases = true;
  }

  add(one: Case): void {
    this.counts[one.state === 'error' ? 'errors' : one.state]++;
    if (one.flaky) this.counts.flaky++;
    this.counts.seconds += one.seconds ?? 0;
    (one.state === 'failed' || one.state === 'error' ? this.failed : this.others).add(one);
  }

  /** A report of coverage was read, though it may tell of no file. */
  seeCoverage(): void {
    this.hasCoverage = true;
  }

  /** Several reports may tell of one file: each shows what one part of the tests reached, so the best is the least wrong. */
  cover(path: string, { covered, total }: Lines): void {
    const lines = { covered: Math.min(covered, total), total };
    const known = this.covered.get(path);
    if (known !== undefined ? known.covered < lines.covered : this.covered.size < LIST_MAX.files)
      this.covered.set(path, lines);
    else if (known === undefined) {
      this.more.files++;
      this.more.covered += lines.covered;
      this.more.total += lines.total;
    }
  }

  addLoad(load: NonNullable<Summary['load']>, omitted: number): void {
    this.load ??= load;
    this.more.figures += omitted;
  }

  note(file: string, text: string): void {
    this.notes.add({ file: line(file, TEXT_MAX.path), text: line(text, TEXT_MAX.note) });
  }

  summary(app: string, kind: SummaryKind): Summary {
    const files = new Bounded<Lines & { path: string }>(LIST_MAX.files);
    for (const [path, lines] of [...this.covered].sort(([a], [b]) => (a < b ? -1 : 1))) files.add({ path, ...lines });
    const sum = (key: keyof Lines): number =>
      [...this.covered.values()].reduce((total, lines) => total + lines[key], this.more[key]);
    return {
      version: 1,
      app,
      kind,
      ...(this.hasCases && { tests: { ...this.counts, seconds: rounded(this.counts.seconds) } }),
      cases: [...this.failed.items, ...this.others.items],
      ...(this.hasCoverage && { coverage: { covered: sum('covered'), total: sum('total'), files: files.items } }),
      ...(this.load && { load: this.load }),
      omitted: {
        failed: this.failed.omitted,
        cases: this.others.omitted,
        files: this.more.files + files.omitted,
        figures: this.more.figures,
        notes: this.notes.omitted,
      },
      notes: this.notes.items,
    };
  }
}

/** To milliseconds: sums of fractions have a tail. */
export const rounded = (seconds: number): number => Math.min(Math.round(seconds * 1000) / 1000, 1e9);
