import { z } from 'zod';
import { ORIGINAL_MODES } from '../../../lib/original/run-answer';
import { ask } from '../../../lib/runs/ask/ask';
import { PHASES, RUN_REQUEST, runRequestStatus } from '../../../lib/runs/ask/run-request';
import { teamConfig } from '../../../lib/runs/configuration/configuration';
import { REASONS } from '../../../lib/runs/events/event';
import { PIPELINES } from '../../../lib/words/names';
import { CSRF_HEADER, VERBS } from './auth';
import { caseHistory, reports, runTests, testsOfKind } from './case-responses';
import type { Code } from './problem';
import { CODES } from './problem';
import { TASK_STATES } from './run-tasks';
import { stats } from './stats-response';
import { pullRequest as shownPullRequest } from './pull-request-response';

/** What is answered, as `/openapi.json` shows it. The tests hold every answer to it. */

const names = z.array(z.string());
const pipeline = z.enum(PIPELINES);
/** Of the original: the name of the run, and its pipeline. */
const originalWords = { pipelinerun: z.string().optional(), mode: z.enum(ORIGINAL_MODES).optional() };

const problem = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(Object.keys(CODES) as Code[]).meta({ description: 'stable, for programs' }),
  detail: z.string(),
  error: z.string().meta({ description: 'the same as detail, where the original had it' }),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string(),
  deliveryId: z.string().optional(),
});

const { pullRequest, trust, revision, revisions, testApps, to, overrides } = ask.shape;
const { startedAt, finishedAt, message, made: madeOf, results } = runRequestStatus.shape;
const run = z.strictObject({
  name: z.string(),
  pipeline: z.string().meta({ description: 'name of the Pipeline' }),
  status: z.enum(PHASES),
  created: z.string(),
  namespace: z.string(),
  team: z.string(),
  stack: z.string(),
  apps: names.optional(),
  testApps,
  to,
  revision,
  revisions,
  pullRequest,
  trust,
  overrides,
  startedAt,
  finishedAt,
  message,
  results,
  made: madeOf,
  url: z.string().optional(),
});
/** One that was made past the queue. */
const directRun = z.strictObject({
  name: z.string(),
  pipeline: z.string(),
  status: z.string(),
  created: z.string().optional(),
  namespace: z.string(),
  direct: z.literal(true),
  url: z.string().optional(),
});

const taskState = z.enum(TASK_STATES);
const progress = {
  state: taskState,
  message: z.string().optional().meta({ description: 'why it failed, or was skipped' }),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  steps: z.array(
    z.strictObject({
      name: z.string(),
      state: taskState,
      startedAt: z.string().optional(),
      finishedAt: z.string().optional(),
      exitCode: z.number().int().optional(),
    }),
  ),
};
const shownTask = z.strictObject({
  name: z.string(),
  task: z.string().optional().meta({ description: 'name of the Task that it runs' }),
  ...progress,
  after: names.meta({ description: 'the tasks that it waits for' }),
  isFinal: z.boolean().meta({ description: 'whether it runs at the end whatever happened' }),
  combinations: z
    .array(z.strictObject({ name: z.string(), ...progress }))
    .optional()
    .meta({ description: 'of tests that run in several ways: those that have begun' }),
});
const runTasks = z.strictObject({
  name: z.string(),
  namespace: z.string(),
  isPruned: z.boolean().meta({ description: 'whether the run has left the cluster, or is not there yet' }),
  tasks: z.array(shownTask),
});

const stack = z.strictObject({
  stack_file: z.string(),
  name: z.string(),
  description: z.string(),
  apps: z.array(
    z.strictObject({
      name: z.string(),
      repo: z.string(),
      role: z.string(),
      downstream: names.meta({ description: 'the apps that it calls' }),
    }),
  ),
  team: z.string(),
  namespace: z.string(),
});
const team = z.strictObject({ ...teamConfig.shape, stacks: names.meta({ description: 'files of its stacks' }) });
const queue = z.strictObject({
  team: z.string(),
  namespace: z.string(),
  limit: z.number().int(),
  running: z.array(run),
  waiting: z.array(run).meta({ description: 'the next first' }),
});

const made = z.strictObject({
  status: z.enum(['created', 'duplicate']),
  ...originalWords,
  name: z.string(),
  namespace: z.string(),
  team: z.string(),
  stack: z.string(),
  pipeline,
  apps: names.optional(),
});
const dryRun = z.strictObject({
  status: z.literal('dry_run'),
  manifest: z.strictObject({
    apiVersion: z.literal(`${RUN_REQUEST.group}/${RUN_REQUEST.version}`),
    kind: z.literal(RUN_REQUEST.kind),
    metadata: z.strictObject({
      name: z.string(),
      namespace: z.string(),
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
    spec: ask,
  }),
});
const cancelled = z.strictObject({ status: z.literal('cancelled'), name: z.string() });
/** Who asks, and the teams whose runs he may list. */
const me = z.strictObject({
  name: z.string(),
  groups: names.optional(),
  teams: z.array(
    z.strictObject({
      name: z.string(),
      namespace: z.string(),
      may: z
        .array(z.enum(VERBS))
        .meta({ description: 'verbs on runrequests in the namespace; readLogs is get on pods/log' }),
    }),
  ),
  csrf: z
    .string()
    .optional()
    .meta({ description: `of a session: for the header ${CSRF_HEADER}` }),
  expires: z.iso.datetime().optional().meta({ description: 'when the session ends' }),
});
const signedOut = z.strictObject({ status: z.literal('signed out') });
const reloaded = z.strictObject({
  status: z.literal('reloaded'),
  stacks: z.number().int(),
  teams: names,
  generation: z.number().int(),
  problems: z.number().int(),
});

const delivery = { deliveryId: z.string(), detail: z.string().optional(), cancelled: names.optional() };
const taken = z.strictObject({
  status: z.enum(['accepted', 'duplicate']),
  ...delivery,
  runs: z.array(
    z.strictObject({
      name: z.string(),
      namespace: z.string(),
      team: z.string(),
      stack: z.string(),
      pipeline,
      app: z.string().optional(),
      apps: names.optional(),
      created: z.boolean(),
    }),
  ),
  ...originalWords,
});
const ignored = z.strictObject({ status: z.literal('ignored'), reason: z.enum(REASONS), ...delivery });
const pong = z.strictObject({ status: z.literal('pong'), deliveryId: z.string() });

/** To a listener of Tekton Triggers, which is never to make anything by itself. */
const intercepted = z.strictObject({
  continue: z.literal(false),
  status: z.strictObject({ code: z.number().int().meta({ description: 'a code of gRPC' }), message: z.string() }),
});

const healthy = z.strictObject({ status: z.literal('ok') });
const stuck = z.strictObject({ status: z.literal('stuck'), eventLoopLagSeconds: z.number() });
const ready = z.strictObject({
  status: z.enum(['ok', 'not ready']),
  missing: names.optional(),
  stacks_loaded: z.number().int(),
  teams: z.number().int(),
  apiServer: z.enum(['up', 'down']),
  history: z
    .strictObject({
      status: z.enum(['ok', 'behind']),
      unrecorded: z.number().int().meta({ description: 'runs that are over, and not in the database yet' }),
      behindSeconds: z.number().int(),
    })
    .optional()
    .meta({ description: 'the database of finished runs, where there is one' }),
  problems: z.number().int().meta({ description: 'of the configuration and of sign-ins; the log names them' }),
});

/** By the name under which the document has them. */
export const RESPONSES = {
  Problem: problem,
  Run: run,
  Runs: z.array(z.union([run, directRun])),
  RunTasks: runTasks,
  RunTests: runTests,
  TestsOfKind: testsOfKind,
  CaseHistory: caseHistory,
  Reports: reports,
  Report: z.string(),
  Log: z.string(),
  Changes: z.string().meta({ description: 'events with a namespace each' }),
  Stats: stats,
  PullRequest: shownPullRequest,
  Queues: z.array(queue),
  Stacks: z.array(stack),
  Teams: z.record(z.string(), team),
  Made: made,
  MadeOrDryRun: z.union([made, dryRun]),
  Cancelled: cancelled,
  Reloaded: reloaded,
  Me: me,
  SignedOut: signedOut,
  Accepted: taken,
  Answered: z.union([taken, ignored, pong]),
  Intercepted: intercepted,
  Healthy: healthy,
  Stuck: stuck,
  Ready: ready,
  Description: z.looseObject({ openapi: z.string() }),
} as const;
export type ResponseName = keyof typeof RESPONSES;
