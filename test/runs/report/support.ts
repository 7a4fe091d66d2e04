import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { candidates } from '../../../lib/runs/report/checkout';
import { readReport } from '../../../lib/runs/report/read';
import type { Summary, SummaryKind } from '../../../lib/runs/report/summary';
import { summarySchema } from '../../../lib/runs/report/summary';
import { Tally } from '../../../lib/runs/report/tally';

export const CHECKOUT = '/workspace/source';

/** What a report has, by its path. */
export type Reports = Readonly<Record<string, string | Uint8Array | Iterable<Uint8Array>>>;

/** A report as a tool writes it. */
export const golden = (name: string): Buffer => readFileSync(join(__dirname, '../../fixtures/reports', name));

/** What is made of reports. @param files of the checkout */
export function summaryOf(
  reports: Reports,
  {
    files = [],
    contextDir = '.',
    kind = 'unit',
  }: { files?: readonly string[]; contextDir?: string; kind?: SummaryKind } = {},
): Summary {
  const tally = new Tally();
  for (const [path, content] of Object.entries(reports)) {
    const parts =
      typeof content === 'string' ? [Buffer.from(content)] : content instanceof Uint8Array ? [content] : content;
    const bytes = Array.isArray(parts) ? (parts[0] as Uint8Array).length : 1;
    const locate = (name: string): string | undefined =>
      [...candidates(name, CHECKOUT, contextDir, path)].find((candidate) => files.includes(candidate));
    readReport({ path, bytes, parts: () => parts }, tally, locate);
  }
  // whatever a report holds, the summary is what its schema says
  return summarySchema.parse(JSON.parse(JSON.stringify(tally.summary('web', kind))));
}
