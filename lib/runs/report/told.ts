import { z } from 'zod';
import type { Case, Lines, Summary } from './summary';
import { countsSchema, linesSchema } from './summary';
import { cut } from './text';

/**
 * What is told of a summary without its file: a result of the step that made it, which shares 12 KiB with the results of all
 * steps of its pod, and lines in that step's log, one for each case that failed. Code of the repository may have
 * written both: whoever reads them shows them, no more.
 */

const NAME_MAX = 120;
const NAMES_MAX = 10;
/** Bytes of the result, as Tekton writes it: a text within JSON. */
const RESULT_BYTES = 600;

const toldSchema = countsSchema.extend({
  /** Of cases that failed: `<class> › <name>`. */
  names: z.array(z.string().max(NAME_MAX)).max(NAMES_MAX),
  lines: linesSchema.optional(),
});
/** What the tests of one task came to. */
export type Told = z.output<typeof toldSchema>;

/** How a case is called where it stands alone. */
export const titleOf = ({ class: className, name }: Pick<Case, 'class' | 'name'>): string =>
  className === '' || name === className || name.startsWith(`${className} `) ? name : `${className} › ${name}`;

const isFailed = ({ state }: Case): boolean => state === 'failed' || state === 'error';

/** The value of the result; empty if no report was there. As many names are in it as have room. */
export function resultOf({ tests, coverage, cases }: Summary): string {
  if (tests === undefined && coverage === undefined) return '';
  const { passed, failed, errors, skipped, flaky } = tests ?? NONE;
  const lines: Lines | undefined = coverage && { covered: coverage.covered, total: coverage.total };
  const names = cases.filter(isFailed).map((one) => cut(titleOf(one), NAME_MAX));
  for (let most = NAMES_MAX; ; most--) {
    const told: Told = { passed, failed, errors, skipped, flaky, names: names.slice(0, most), ...(lines && { lines }) };
    const text = JSON.stringify(told);
    if (most === 0 || Buffer.byteLength(JSON.stringify(text)) <= RESULT_BYTES) return text;
  }
}
const NONE = { passed: 0, failed: 0, errors: 0, skipped: 0, flaky: 0 };

/** @returns undefined for what is none */
export const readResult = (value: unknown): Told | undefined => parsed(toldSchema, value);

/** Of one task; GitHub takes as many annotations at once. */
export const FAILED_MAX = 50;
const LINE_MESSAGE_MAX = 1_000;

const failedSchema = z.object({
  title: z.string().min(1).max(700),
  message: z.string().max(LINE_MESSAGE_MAX).optional(),
  file: z.string().max(500).optional(),
  line: z.number().int().min(1).max(10_000_000).optional(),
});
/** A case that failed, as the log of the step says it. */
export type FailedCase = z.output<typeof failedSchema>;

/** One line of JSON for each case that failed. */
export const failedLines = ({ cases }: Summary): readonly string[] =>
  cases
    .filter(isFailed)
    .slice(0, FAILED_MAX)
    .map((one) => {
      const { message, file, line } = one;
      const told: FailedCase = {
        title: titleOf(one) || 'a case without a name',
        ...(message !== undefined && { message: cut(message, LINE_MESSAGE_MAX) }),
        ...(file !== undefined && { file }),
        ...(line !== undefined && { line }),
      };
      return JSON.stringify(told);
    });

/** Lines that are none are passed over. */
export const readFailed = (log: string): readonly FailedCase[] =>
  log.split('\n').flatMap((line) => parsed(failedSchema, line) ?? []);

function parsed<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return schema.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}
