import { z } from 'zod';
import { caseSchema, linesSchema, summarySchema } from '../../../lib/runs/report/summary';
import { CASE_STORIES } from '../history/case-story';
import { caseQuery } from './run-tests';

/** What is answered about test cases, coverage and reports. */

const story = z
  .strictObject({
    state: z
      .enum(CASE_STORIES)
      .meta({ description: 'flaky: of one commit it passed and failed, or passed when it was run again' }),
    since: z
      .strictObject({ run: z.string(), created: z.string(), commit: z.string().optional() })
      .optional()
      .meta({ description: 'the first of the known runs one after the other in which it failed' }),
    failed: z.number().int().meta({ description: 'in how many of the known runs it failed' }),
    runs: z.number().int(),
    elsewhere: z.boolean().meta({ description: 'whether it failed last in other pull requests, too' }),
  })
  .optional()
  .meta({ description: 'of a database; without one nothing is known of other runs' });
const testCase = z.strictObject(caseSchema.shape);
const combination = z.string().optional().meta({ description: 'of tests that ran in several ways' });
const ofKind = {
  app: z.string(),
  kind: z.string(),
  task: z.string().meta({ description: 'the task of the run that these tests are in' }),
  tests: summarySchema.shape.tests.meta({ description: 'of all cases; none where no report of cases was' }),
  notes: summarySchema.shape.notes,
};
export const runTests = z.strictObject({
  name: z.string(),
  namespace: z.string(),
  isRead: z.boolean().meta({ description: 'false: this orchestrator reads no reports' }),
  tests: z.array(
    z.strictObject({
      ...ofKind,
      failed: z
        .array(z.strictObject({ ...testCase.shape, combination, story }))
        .meta({ description: 'the first of those that failed, 200 in all' }),
      coverage: linesSchema.optional().meta({ description: 'of several combinations that of the best' }),
      combinations: z
        .array(
          z.strictObject({
            name: z.string(),
            tests: summarySchema.shape.tests,
            coverage: linesSchema.optional(),
            notes: summarySchema.shape.notes,
          }),
        )
        .optional()
        .meta({ description: 'of tests that ran in several ways; tests and failed are of all of them' }),
    }),
  ),
});
export const testsOfKind = z.strictObject({
  name: z.string(),
  namespace: z.string(),
  ...ofKind,
  combination,
  cases: z.array(testCase).meta({ description: 'those that failed first' }),
  coverage: summarySchema.shape.coverage,
});
export const caseHistory = z.strictObject({
  team: z.string(),
  namespace: z.string(),
  ...caseQuery.omit({ team: true }).shape,
  story,
  runs: z
    .array(
      z.strictObject({
        run: z.string(),
        created: z.string(),
        commit: z.string().optional(),
        pullRequest: z.number().int().optional(),
        state: z.string(),
        flaky: z.literal(true).optional(),
        seconds: z.number().optional(),
        message: z.string().optional(),
      }),
    )
    .meta({ description: 'newest first' }),
});
export const reports = z.strictObject({
  name: z.string(),
  namespace: z.string(),
  files: z.array(z.strictObject({ path: z.string(), size: z.number().int().meta({ description: 'in bytes' }) })),
  isComplete: z.boolean().meta({ description: 'false: there are more' }),
});
