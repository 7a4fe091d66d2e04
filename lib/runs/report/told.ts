import { z } from 'zod';
import type { Case, Lines, Summary } from './summary';
import { isPathInside } from './path-inside';
import { TEXT_MAX, countsSchema, linesSchema } from './summary';
import { cut, firstLines, line as lineOf } from './text';
import { readJson } from '../../words/read-json';

/**
 * What is told of a summary without its file: a result of the step that made it, which shares 12 KiB with the results of all
 * steps of its pod, and lines in that step's log, one for each case that failed. Code of the repository may have
 * written both: whoever reads them shows them, no more.
 */

const NAME_MAX = 120;
const NAMES_MAX = 10;
const FAILURE_MAX = 250;
const FAILURES_MAX = 50;
/** Bytes of the result, as Tekton writes it: a text within JSON. */
const RESULT_BYTES = 600;

const toldSchema = countsSchema.extend({
  /** Of cases that failed: `<class> › <name>`. */
  names: z.array(z.string().max(NAME_MAX)).max(NAMES_MAX),
  lines: linesSchema.optional(),
});
/** What the tests of one task came to. */
export type Told = z.output<typeof toldSchema>;

/** What the tests of a run came to, as its result says and its request keeps. Failures are `<task>: <class> › <name>`. */
export const runTestsSchema = z.strictObject({
  ...countsSchema.shape,
  failures: z.array(z.string().max(FAILURE_MAX)).max(FAILURES_MAX),
});
export type RunTests = z.output<typeof runTestsSchema>;

/** @returns undefined for what is none */
export const readRunTests = (value: unknown): RunTests | undefined => {
  const read = parsed(runTestsSchema, value);
  return read && { ...read, failures: read.failures.map((failure) => lineOf(failure, FAILURE_MAX)) };
};

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
export const readResult = (value: unknown): Told | undefined => {
  const told = parsed(toldSchema, value);
  return told && { ...told, names: told.names.map((name) => lineOf(name, NAME_MAX)) };
};

/** Of one task; GitHub takes as many annotations at once. */
export const FAILED_MAX = 50;
const LINE_MESSAGE_MAX = 1_000;
const TITLE_MAX = 700;
const NAMELESS = 'a case without a name';

const failedSchema = z.object({
  title: z.string().min(1).max(TITLE_MAX),
  message: z.string().max(LINE_MESSAGE_MAX).optional(),
  file: z.string().max(TEXT_MAX.path).optional(),
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
        title: titleOf(one) || NAMELESS,
        ...(message !== undefined && { message: cut(message, LINE_MESSAGE_MAX) }),
        ...(file !== undefined && { file }),
        ...(line !== undefined && { line }),
      };
      return JSON.stringify(told);
    });

/** Lines that are none are passed over. */
export const readFailed = (log: string): readonly FailedCase[] =>
  log.split('\n').flatMap((text) => {
    const read = parsed(failedSchema, text);
    if (read === undefined) return [];
    const { title, message, file, line } = read;
    const isInside = file !== undefined && isPathInside(file);
    return [
      {
        title: lineOf(title, TITLE_MAX) || NAMELESS,
        ...(message !== undefined && { message: firstLines(message) }),
        ...(isInside && { file, ...(line !== undefined && { line }) }),
      },
    ];
  });

const parsed = <T>(schema: z.ZodType<T>, value: unknown): T | undefined =>
  typeof value === 'string' ? readJson(schema, value) : undefined;
