import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { isEnd, stateOfPhase } from '../../../lib/runs/ask/phase-state';
import { LOG_BYTES, LOG_HEADERS } from '../../../lib/words/log-bytes';
import type { KubeApi } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';
import type { Request } from '../queue/objects';
import { RUNS } from '../queue/objects';
import { taskRunsOf } from '../queue/task';
import type { WantedLog } from '../test-reports/kept-run';
import { keptLog, keptTasks } from '../test-reports/kept-run';
import { runFolder } from '../test-reports/run-folder';
import { checkAsked } from './check-asked';
import { HttpProblem } from './problem';
import { readableRun } from './readable-run';
import type { ReportsDeps } from './reports';
import { exactly, readReports } from './reports';
import type { WholeRun } from './run-tasks';
import { keptAsShown, logOf, shownTasks } from './run-tasks';
import { streamsOf } from './streams';
import type { ByName } from './visible';
import { namedRequest, ofNamespace } from './visible';

/** What a run does: its tasks, and what their steps write. The cluster has both for a while; afterwards it is what the run kept. */

export interface RunDetailDeps extends ReportsDeps {
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

export function runDetailRoutes(app: FastifyInstance, deps: RunDetailDeps): void {
  const streams = streamsOf(app, LASTS_MS);

  app.get<ByName>('/api/runs/:name/tasks', async (request) => {
    const { found } = await namedRequest(deps, request, 'list');
    const { name, namespace = '' } = found.metadata;
    const [run, taskRuns] = await answered(Promise.all([ownRun(deps, found), taskRunsOf(deps.api, found as Request)]));
    const tasks = run === undefined ? await pastTasks(deps, found) : shownTasks(run, taskRuns);
    return { name, namespace, isPruned: run === undefined, tasks };
  });

  app.get<OfStep>('/api/runs/:name/tasks/:task/steps/:step/log', async (request, reply) => {
    const { found, caller } = await readableRun(deps, request);
    const { namespace = '' } = found.metadata;
    const { task, step } = request.params;
    const { follow, combination } = checkAsked(logQuery, request.query);
    const soFar = follow === 'false';
    const at = logOf(await answered(taskRunsOf(deps.api, found as Request)), task, step, combination);
    const signal = streams.begin(reply, caller);
    const options = at && { container: at.container, limitBytes: LOG_BYTES, soFar };
    const live = at && options && (await begun(deps.api.follow(namespace, at.pod, options, signal), signal));
    if (live !== undefined) return reply.headers(AS_TEXT).send(Readable.from(live));
    const kept = await pastLog(deps, found, { task, step, combination }, signal);
    if (kept === undefined)
      throw new HttpProblem(
        'not_found',
        at === undefined
          ? 'there is no such step, or no pod of it'
          : 'the log is gone with its pod, or the step has not begun',
      );
    return reply.headers({ ...AS_TEXT, ...kept.headers }).send(kept.content);
  });
}

const AS_TEXT = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

/** The folder of what a run has kept; undefined: it has kept nothing yet, or nobody can read it here. */
function pastOf({ reports }: RunDetailDeps, found: RunRequest) {
  const folder = runFolder(found);
  return reports === undefined || folder === undefined || !isOver(found) ? undefined : { store: reports, folder };
}

const isOver = ({ status }: RunRequest): boolean => isEnd(stateOfPhase(status?.phase ?? '') ?? 'running');

async function pastTasks(deps: RunDetailDeps, found: RunRequest) {
  const past = pastOf(deps, found);
  const tasks = past === undefined ? [] : await readReports(keptTasks(past.store, past.folder));
  return keptAsShown(tasks, found.status?.phase === 'Succeeded');
}

/** A log from where reports are kept. Headers say that it is one, and what is left out of it. */
async function pastLog(deps: RunDetailDeps, found: RunRequest, wanted: WantedLog, signal: AbortSignal) {
  const past = pastOf(deps, found);
  const kept = past && (await readReports(keptLog(past.store, past.folder, wanted, signal)));
  if (kept === undefined) return undefined;
  const { file, omitted } = kept;
  if (file !== undefined && file.size > LOG_BYTES) {
    file.content.destroy();
    throw new HttpProblem('report_too_large', `the log has more than ${LOG_BYTES / 2 ** 20} MiB`);
  }
  return {
    headers: {
      'content-length': file?.size ?? 0,
      [LOG_HEADERS.isKept]: 'true',
      ...(omitted !== undefined && { [LOG_HEADERS.omitted]: omitted.replace(NO_HEADER, '?') }),
    },
    content: file === undefined ? Readable.from([]) : exactly(file),
  };
}

const NO_HEADER = /[^ -~]/g;

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
 * @returns undefined: the cluster has no such log
 */
async function begun(lines: AsyncIterable<string>, signal: AbortSignal): Promise<AsyncIterable<string> | undefined> {
  const iterator = lines[Symbol.asyncIterator]();
  const first = iterator.next();
  try {
    await Promise.race([first, sleep(SILENT_MS, undefined, { ref: false })]);
  } catch (error) {
    if (error instanceof ApiError && GONE.includes(error.status ?? 0)) return undefined;
    throw error instanceof ApiError ? new HttpProblem('api_unavailable') : error;
  }
  return (async function* () {
    try {
      for (let { done, value } = await first; done !== true; { done, value } = await iterator.next()) yield value;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  })();
}
