import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { KubeApi } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';
import type { Request } from '../queue/objects';
import { RUNS } from '../queue/objects';
import { taskRunsOf } from '../queue/task';
import { HttpProblem } from './problem';
import type { WholeRun } from './run-tasks';
import { logOf, shownTasks } from './run-tasks';
import type { ByName, VisibleDeps } from './visible';
import { namedRequest } from './visible';

/** What a run does: its tasks, and what their steps write. Both are there as long as the cluster has the run. */

export interface RunDetailDeps extends VisibleDeps {
  readonly api: Pick<KubeApi, 'get' | 'list' | 'follow'>;
}

interface OfStep extends ByName {
  Params: { name: string; task: string; step: string };
}

/** A browser that is shown more does not get slower by it alone. */
const LOG_BYTES = 10 * 2 ** 20;

export function runDetailRoutes(app: FastifyInstance, deps: RunDetailDeps): void {
  app.get<ByName>('/api/runs/:name/tasks', async (request) => {
    const { found } = await namedRequest(deps, request, 'list');
    const { name, namespace = '' } = found.metadata;
    const [run, taskRuns] = await Promise.all([ownRun(deps, found), taskRunsOf(deps.api, found as Request)]);
    return { name, namespace, isPruned: run === undefined, tasks: run === undefined ? [] : shownTasks(run, taskRuns) };
  });

  app.get<OfStep>('/api/runs/:name/tasks/:task/steps/:step/log', async (request, reply) => {
    const { found, caller } = await namedRequest(deps, request, 'list');
    const { namespace = '' } = found.metadata;
    if (!(await caller.may('readLogs', namespace)))
      throw new HttpProblem('forbidden', `you may not get pods/log in namespace ${namespace}`);
    const { task, step } = request.params;
    const at = logOf(await taskRunsOf(deps.api, found as Request), task, step);
    if (at === undefined) throw new HttpProblem('not_found', 'there is no such step, or no pod of it');
    const lines = deps.api.follow(namespace, at.pod, { container: at.container, limitBytes: LOG_BYTES }, gone(reply));
    return reply
      .headers({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
      .send(Readable.from(await begun(lines)));
  });
}

/** The run that was made for this request, and not another one of its name. */
async function ownRun({ api }: RunDetailDeps, { metadata, status }: RunRequest): Promise<WholeRun | undefined> {
  if (status?.runUID === undefined) return undefined;
  const run = await api.get<WholeRun>(RUNS, metadata.namespace, metadata.name);
  return run?.metadata.uid === status.runUID ? run : undefined;
}

/** Aborted when whoever asked is gone. */
function gone({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => controller.abort());
  return controller.signal;
}

/** A log that cannot be read is answered as a problem, so its first piece is awaited before anything is sent. */
async function begun(lines: AsyncIterable<string>): Promise<AsyncIterable<string>> {
  const iterator = lines[Symbol.asyncIterator]();
  try {
    const first = await iterator.next();
    return (async function* () {
      if (!first.done) yield first.value;
      yield* { [Symbol.asyncIterator]: () => iterator };
    })();
  } catch (error) {
    if (error instanceof ApiError && error.status !== undefined && error.status < 500)
      throw new HttpProblem('not_found', 'the log is gone with its pod, or the step has not begun');
    throw error;
  }
}
