import { z } from 'zod';
import { madeSchema } from '../../runs/ask/made';
import { isEnd, stateOfPhase } from '../../runs/ask/phase-state';
import { runTestsSchema } from '../../runs/report/told';

/** What the commands read of the API's answers. What a newer orchestrator says besides is passed over. A test holds them to its schemas. */

const texts = z.array(z.string());

export const problemAnswer = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

const image = z.object({ app: z.string(), url: z.string(), digest: z.string() });

export const runAnswer = z.object({
  name: z.string(),
  /** Of the Pipeline. */
  pipeline: z.string(),
  status: z.string(),
  created: z.string().optional(),
  namespace: z.string(),
  /** Those that were made past the queue have none of what follows. */
  team: z.string().optional(),
  stack: z.string().optional(),
  apps: texts.optional(),
  testApps: texts.optional(),
  to: z.string().optional(),
  revision: z.string().optional(),
  revisions: z.record(z.string(), z.string()).optional(),
  pullRequest: z.object({ number: z.number(), repo: z.string(), headRef: z.string().optional() }).optional(),
  trust: z.string().optional(),
  overrides: z.record(z.string(), z.unknown()).optional(),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  message: z.string().optional(),
  results: z
    .object({
      images: z.array(image).optional(),
      reports: z.string().optional(),
      tests: z.object(runTestsSchema.shape).optional(),
    })
    .optional(),
  made: z.object(madeSchema.shape).optional(),
  url: z.string().optional(),
});
export type Run = z.output<typeof runAnswer>;
export const runsAnswer = z.array(runAnswer);

const step = z.object({
  name: z.string(),
  state: z.string(),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
});
const progress = z.object({
  name: z.string(),
  state: z.string(),
  message: z.string().optional(),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  steps: z.array(step),
});
const task = progress.extend({
  /** Of tests that run in several ways, those that have begun. */
  combinations: z.array(progress).optional(),
});
export type Task = z.output<typeof task>;
export const tasksAnswer = z.object({ isPruned: z.boolean(), tasks: z.array(task) });
export type Tasks = z.output<typeof tasksAnswer>;

export const teamsAnswer = z.record(z.string(), z.unknown());
export const madeAnswer = z.object({ name: z.string(), namespace: z.string() });

export const isOver = ({ status }: Pick<Run, 'status'>): boolean => isEnd(stateOfPhase(status) ?? 'running');
export const hasSucceeded = ({ status }: Pick<Run, 'status'>): boolean => status === 'Succeeded';
/** Of a task or a step. */
export const hasEnded = ({ state }: { readonly state: string }): boolean => isEnd(state);
