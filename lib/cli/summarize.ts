import { lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { isReport, readReport } from '../runs/report/read';
import { SUMMARY_FILE, SUMMARY_KINDS } from '../runs/report/summary';
import type { SummaryKind } from '../runs/report/summary';
import { Tally } from '../runs/report/tally';
import { failedLines, resultOf } from '../runs/report/told';
import { Budget, collect, locateIn, reportFiles } from './report-files';
import { print } from './terminal';

/** `summarize`: what a step runs after tests, in the pod in which they ran. */

interface Options {
  readonly app: string;
  readonly kind: SummaryKind;
  readonly source: string;
  readonly contextDir: string;
  readonly reports: string;
  readonly collect?: string;
}

/** Adds the command. */
export function addSummarizeCommand(main: Command): void {
  main
    .command('summarize')
    .description(
      `read reports of tests, and write ${SUMMARY_FILE} beside them; prints what the tests came to, and then each case that failed`,
    )
    .requiredOption('--app <app>', 'whose tests these are')
    .addOption(new Option('--kind <kind>', 'of the tests').choices(SUMMARY_KINDS).makeOptionMandatory())
    .requiredOption('--source <folder>', 'the checkout in which they ran')
    .requiredOption('--context-dir <folder>', 'of the app in it')
    .requiredOption('--reports <folder>', 'the folder with the reports to read')
    .option('--collect <patterns>', 'copy these files from there into it before; one pattern per line')
    .action(summarize);
}

function summarize({ app, kind, source, contextDir, reports, collect: wanted }: Options): void {
  const tally = new Tally();
  if (!lstatSync(reports, { throwIfNoEntry: false })?.isDirectory()) rmSync(reports, { force: true });
  mkdirSync(reports, { recursive: true });
  const file = join(reports, SUMMARY_FILE);
  // what tests have left there is not ours, and a link leads elsewhere
  rmSync(file, { recursive: true, force: true });
  const patterns = (wanted ?? '').split('\n').filter((pattern) => pattern !== '');
  if (patterns.length > 0) collect(join(source, contextDir), patterns, reports, tally);
  const budget = new Budget();
  for (const report of reportFiles(reports, isReport, budget, tally))
    readReport(report, tally, locateIn({ checkout: source, contextDir, report: report.path, budget }));
  const summary = tally.summary(app, kind);
  writeFileSync(file, `${JSON.stringify(summary)}\n`, { flag: 'wx' });
  print([resultOf(summary), ...failedLines(summary)].join('\n'));
}
