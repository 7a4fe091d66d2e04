import { z } from 'zod';

/** What a run keeps of itself, so that it can be shown when its pods and its PipelineRun are gone. */

/** In the folder of the run. */
export const LOGS_FOLDER = 'logs';
/** In that folder: which logs there are. */
export const LOGS_INDEX = 'index.json';
export const OUTCOME_FILE = 'outcome.json';

const text = z.string().max(300);

export const keptLogSchema = z.object({
  task: text,
  /** Of a matrix. */
  combination: text.optional(),
  step: text,
  /** Below the folder of logs; there is none where nothing was read or written. */
  file: text,
  bytes: z.int().min(0),
  startedAt: text.optional(),
  finishedAt: text.optional(),
  exitCode: z.int().optional(),
  /** What is left out of the file; absent: nothing. */
  omitted: text.optional(),
});
export type KeptLog = z.output<typeof keptLogSchema>;

/** What the task is called that wrote a log: as in `outcome.json`, where each combination is a task. */
export const keptTaskOf = ({ task, combination }: Pick<KeptLog, 'task' | 'combination'>): string =>
  combination === undefined ? task : `${task} ${combination}`;

/** A stack of 150 apps, each with three kinds of tests, has more than 5,000. */
export const STEPS_MAX = 10_000;

/** In the order in which the tasks began. Of a task with combinations, one that failed is the first. */
export const keptLogsSchema = z.object({
  version: z.literal(1),
  run: text,
  steps: z.array(keptLogSchema).max(STEPS_MAX),
});

export const outcomeSchema = z.object({
  tasks: z
    .array(
      z.object({
        name: text,
        /** Null: it was not over. */
        succeeded: z.boolean().nullable(),
        reason: text.nullish(),
        /** Null: Tekton gave no reason in words. */
        message: z.string().nullish(),
        started: text.nullish(),
        ended: text.nullish(),
      }),
    )
    .max(5_000),
});
