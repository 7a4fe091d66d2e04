import { Readable } from 'node:stream';
import type { Summary } from '../../../lib/runs/report/summary';
import type { ReportStore } from '../../../orchestrator/src/test-reports/report-store';
import { ReportsUnavailable } from '../../../orchestrator/src/test-reports/report-store';

/** Reports that are kept in memory, by folder and path: `shop/pr-test/pr-7-abc/web/unit/summary.json`. */
export class KeptReports implements ReportStore {
  readonly files = new Map<string, string>();
  /** What was asked for. */
  readonly asked: string[] = [];
  isAway = false;

  async list(folder: string) {
    this.ask(folder);
    const files = this.below(folder).map((path) => ({ path, size: this.files.get(`${folder}/${path}`)!.length }));
    return { files, isComplete: true };
  }

  async folders(folder: string) {
    this.ask(folder);
    const names = this.below(folder).flatMap((path) => (path.includes('/') ? [path.split('/')[0]!] : []));
    return [...new Set(names)];
  }

  async open(folder: string, path: string) {
    this.ask(`${folder}/${path}`);
    const text = this.files.get(`${folder}/${path}`);
    return text === undefined
      ? undefined
      : { size: Buffer.byteLength(text), content: Readable.from([Buffer.from(text)]) };
  }

  private below(folder: string): string[] {
    return [...this.files.keys()]
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1))
      .sort();
  }

  private ask(what: string): void {
    this.asked.push(what);
    if (this.isAway) throw new ReportsUnavailable('it is away');
  }
}

/** What `summarize` writes of tests, of which one fails. */
export const summaryWith = (app: string, kind: Summary['kind'], more: Partial<Summary> = {}): Summary => ({
  version: 1,
  app,
  kind,
  tests: { passed: 1, failed: 1, errors: 0, skipped: 0, flaky: 0, seconds: 0.5 },
  cases: [
    {
      class: 'cart.Total',
      name: 'adds up',
      state: 'failed',
      seconds: 0.3,
      message: 'expected 3 but got 4',
      file: 'src/cart.ts',
      line: 12,
    },
    { class: 'cart.Total', name: 'is empty at first', state: 'passed', seconds: 0.2 },
  ],
  coverage: { covered: 7, total: 10, files: [{ path: 'src/cart.ts', covered: 7, total: 10 }] },
  omitted: { failed: 0, cases: 0, files: 0, figures: 0, notes: 0 },
  notes: [],
  ...more,
});
