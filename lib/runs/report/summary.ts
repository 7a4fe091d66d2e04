import { z } from 'zod';
import type { KindOfTests } from '../../words/names';
import { KINDS_OF_TESTS } from '../../words/names';

/**
 * `summary.json` beside the reports of one kind of tests of one app: what they say, in one format whatever wrote them. A step
 * of ours writes it in a pod in which code of the repository has run, so it is that code's word: readers check it by this
 * schema, and decide nothing by it. `version` counts up when a reader of before could not read it; a new optional field
 * does not change it, so readers pass over fields that they do not know.
 */

export const SUMMARY_FILE = 'summary.json';
/** What tests are told apart by, beside their app: those in the build, and those of the app that is running. */
export const SUMMARY_KINDS = KINDS_OF_TESTS;
export type SummaryKind = KindOfTests;

/** Texts are in characters, cut with a `…` at their end. */
export const TEXT_MAX = { name: 300, message: 2_000, path: 500, note: 500 } as const;
/** What is beyond is counted under `omitted`. */
export const LIST_MAX = { failed: 500, cases: 20_000, files: 10_000, figures: 200, notes: 100 } as const;
/** Each list takes at most this many bytes of the file. */
export const LIST_BYTES = 3 * 1024 * 1024;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** A time that a report gives may be any number; one that is no number or below zero is left out. */
const seconds = z.number().min(0).max(1e9);
const name = z.string().max(TEXT_MAX.name);
/** In the repository, where the checkout has such a file: `/` between its parts, none of them `.` or `..`, no `/` first. */
const path = z.string().min(1).max(TEXT_MAX.path);

/** `failed`: an assertion did not hold. `error`: the test broke otherwise. One that passed when it was run again has `passed`. */
export const CASE_STATES = ['passed', 'failed', 'error', 'skipped'] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** A test case. Names are not unique: parameters of a test may leave them the same. */
export const caseSchema = z.object({
  /** The class, file or suite that it is of; may be empty. */
  class: name,
  name,
  state: z.enum(CASE_STATES),
  seconds: seconds.optional(),
  /** It failed first, and passed when it was run again. */
  flaky: z.literal(true).optional(),
  /** First lines of the failure, or why it was skipped. */
  message: z.string().max(TEXT_MAX.message).optional(),
  /** Where it failed, else where it stands: what the report says, if the checkout has it. */
  file: path.optional(),
  /** From 1; never without `file`. */
  line: z.number().int().min(1).max(10_000_000).optional(),
});
export type Case = z.output<typeof caseSchema>;

/** Of lines that can be covered, how many are. */
export const linesSchema = z.object({ covered: count, total: count });
export type Lines = z.output<typeof linesSchema>;

export const countsSchema = z.object({ passed: count, failed: count, errors: count, skipped: count, flaky: count });
export type Counts = z.output<typeof countsSchema>;

export const summarySchema = z.object({
  version: z.literal(1),
  app: z.string().max(TEXT_MAX.name),
  kind: z.enum(SUMMARY_KINDS),
  /** Of all cases, also of those that are not listed. `flaky` are among `passed`. Undefined: no report of cases was there. */
  tests: countsSchema.extend({ seconds }).optional(),
  /** Those that failed first, by the file and place that they were read at; then the others. */
  cases: z.array(caseSchema).max(LIST_MAX.failed + LIST_MAX.cases),
  /** Undefined: no report of coverage was there. A file that several reports tell of has the lines of the one that covers most. */
  coverage: linesSchema
    .extend({
      /** `path` is as the report says it, where the checkout has no such file. */
      files: z.array(linesSchema.extend({ path })).max(LIST_MAX.files),
    })
    .optional(),
  /** What artillery counted in all, and its times in milliseconds: `http.response_time` has `min`, `max`, `median`, `p95`, `p99`… */
  load: z
    .object({
      counters: z.record(name, z.number()),
      times: z.record(name, z.record(name, z.number())),
    })
    .optional(),
  /** How many are left out of each list. */
  omitted: z.object({ failed: count, cases: count, files: count, figures: count, notes: count }),
  /** What could not be read, and why. */
  notes: z
    .array(z.object({ file: z.string().max(TEXT_MAX.path), text: z.string().max(TEXT_MAX.note) }))
    .max(LIST_MAX.notes),
});
export type Summary = z.output<typeof summarySchema>;
