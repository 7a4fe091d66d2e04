import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { plainWords, toProblem } from '../../../lib/runs/events/payload';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { LOG_BYTES } from '../../../lib/words/log-bytes';
import type { KubeApi } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';
import type { Request } from '../queue/objects';
import { RUNS } from '../queue/objects';
import { taskRunsOf } from '../queue/task';
import { HttpProblem } from './problem';
import { readableRun } from './readable-run';
import type { WholeRun } from './run-tasks';
import { logOf, shownTasks } from './run-tasks';
import { streamsOf } from './streams';
import type { ByName, VisibleDeps } from './visible';
import { namedRequest, ofNamespace } from './visible';

/** What a run does: its tasks, and what their steps write. Both are there as long as the cluster has the run. */

export interface RunDetailDeps extends VisibleDeps {
  readonly api: Pick<KubeApi, 'get' | 'list' | 'follow'>;
}

interface OfStep extends ByName {
  Params: { name: string; task: string; step: string };
}

/** A step that writes nothing for so long has begun all the same: proxies wait for an answer no longer than some of these. */
const SILENT_MS = 5_000;
const LASTS_MS = 600_000;

export const logQuery = z.strictObject({
  ...ofNamespace.shape,
  combination: z.string().optional().meta({ description: 'of a task that runs in several ways' }),
  follow: z.enum(['true', 'false']).default('true').meta({ description: 'false: what is written by now' }),
});

/** @throws HttpProblem[invalid_request] */
function readLogQuery(asked: unknown): z.output<typeof logQuery> {
  const { data, error } = logQuery.safeParse(asked, { error: plainWords });
  if (error) throw new HttpProblem('invalid_request', undefined, { problems: error.issues.map(toProblem) });
  return data;
}

export function runDetailRoutes(app: FastifyInstance, deps: RunDetailDeps): void {
  const streams = streamsOf(app, LASTS_MS);

  app.get<ByName>('/api/runs/:name/tasks', async (request) => {
    const { found } = await namedRequest(deps, request, 'list');
    const { name, namespace = '' } = found.metadata;
    const [run, taskRuns] = await answered(Promise.all([ownRun(deps, found), taskRunsOf(deps.api, found as Request)]));
    return { name, namespace, isPruned: run === undefined, tasks: run === undefined ? [] : shownTasks(run, taskRuns) };
  });

  app.get<OfStep>('/api/runs/:name/tasks/:task/steps/:step/log', async (request, reply) => {
    const { found, caller } = await readableRun(deps, request);
    const { namespace = '' } = found.metadata;
    const { task, step } = request.params;
    const { follow, combination } = readLogQuery(request.query);
    const soFar = follow === 'false';
    const at = logOf(await answered(taskRunsOf(deps.api, found as Request)), task, step, combination);
    if (at === undefined) throw new HttpProblem('not_found', 'there is no such step, or no pod of it');
    const signal = streams.begin(reply, caller);
    const lines = deps.api.follow(namespace, at.pod, { container: at.container, limitBytes: LOG_BYTES, soFar }, signal);
    return reply
      .headers({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
      .send(Readable.from(await begun(lines, signal)));
  });
}

/** The run that was made for this request, and not another one of its name. */
async function ownRun({ api }: RunDetailDeps, { metadata, status }: RunRequest): Promise<WholeRun | undefined> {
  if (status?.runUID === undefined) return undefined;
  const run = await api.get<WholeRun>(RUNS, metadata.namespace, metadata.name);
  return run?.metadata.uid === status.runUID ? run : undefined;
}

/** What the cluster answers. @throws HttpProblem[api_unavailable] where it does not */
const answered = async <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw error instanceof ApiError ? new HttpProblem('api_unavailable') : error;
  });

const GONE = [400, 404];

/**
 * A log that cannot be read is answered as a problem, so its first piece is awaited before anything is sent, but not for long.
 * One that is ended from here ends as if there were no more.
 */
async function begun(lines: AsyncIterable<string>, signal: AbortSignal): Promise<AsyncIterable<string>> {
  const iterator = lines[Symbol.asyncIterator]();
  const first = iterator.next();
  await Promise.race([first, sleep(SILENT_MS, undefined, { ref: false })]).catch((error: unknown) => {
    if (error instanceof ApiError && GONE.includes(error.status ?? 0))
      throw new HttpProblem('not_found', 'the log is gone with its pod, or the step has not begun');
    throw error instanceof ApiError ? new HttpProblem('api_unavailable') : error;
  });
  return (async function* () {
    try {
      for (let { done, value } = await first; done !== true; { done, value } = await iterator.next()) yield value;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  })();
}
