import { z } from 'zod';
import type { KindOfTests } from '../words/names';
import { COMBINATIONS_MAX, KINDS_OF_TESTS } from '../words/names';
import { resourcesSchema } from './resources';
import { command, matrixValue, minutes, pathInside } from '../words/scalars';

/** `tests` of an app: what is run, and in which combinations. */

/** How many combinations of one matrix run at once unless the stack says otherwise. */
export const MAX_PARALLEL = 8;
/** Most minutes that one task may take: a day. */
export const TIMEOUT_MAX = 1440;
/** Kinds of tests that can be divided: Playwright does so by itself, and unit tests by what their command is told. */
export const SHARDED_KINDS = ['unit', 'playwright'] as const satisfies readonly KindOfTests[];

/** Lists of values by key; `include` and `exclude` are lists of single combinations. What keys there are is a rule. */
const matrix = z.record(
  z.string(),
  z
    .array(z.union([matrixValue, z.record(z.string(), matrixValue)]))
    .meta({ expected: 'a list of values; of include and exclude, a list of mappings with one value for each key' }),
);

export const testsSchema = z
  .strictObject({
    unit: command.optional(),
    /** What unit tests report; undefined: what their tool writes by itself. */
    'unit-reports': z.array(pathInside).optional(),
    postman: pathInside.optional(),
    playwright: pathInside.optional(),
    artillery: pathInside.optional(),
    matrix: z.partialRecord(z.enum(KINDS_OF_TESTS), matrix).optional(),
    shards: z.partialRecord(z.enum(SHARDED_KINDS), z.number().int().min(2).max(COMBINATIONS_MAX)).optional(),
    /** Of tests against previews; unit tests are a part of the build. */
    'timeout-minutes': minutes(1, TIMEOUT_MAX).optional(),
    /** Of the step that runs tests against previews. */
    resources: resourcesSchema.optional(),
    /** Of one matrix; more wait for these. */
    'max-parallel': z.number().int().min(1).max(COMBINATIONS_MAX).default(MAX_PARALLEL),
  })
  .prefault({});

/** What a stack file says of the tests of an app. */
export type TestsFile = z.output<typeof testsSchema>;
