import type { Context } from './admit';
import { admit, complete, countAdmission, countStart, start, patchStatus } from './admit';
import { ApiError } from '../../../lib/kube/api';
import type { Run, Slot } from './objects';
import { PENDING, REQUESTS, RUNS, isDone, isFinal, isPending, requestNameOf, requestUidOf } from './objects';
import type { Request } from './objects';
import type { Action } from './plan';
import type { StatusPatch } from './status';
import { NEVER_STARTED, statusOf, truncate } from './status';
import { toolsOf } from './made';
import { failureOf, taskRunsOf, tasksOf } from './task';

/** Carries out an action of the plan. @throws ApiError if the API server is away, or refuses what it should accept */
export async function act(context: Context, action: Action): Promise<void> {
  switch (action.do) {
    case 'admit':
      return admit(context, action.request, action.slot);
    case 'complete':
      return complete(context, action.slot);
    case 'release':
      return context.admission.release(action.slot);
    case 'abandon':
      return abandon(context, action.slot);
    case 'start':
      return start(context, action.request, action.run);
    case 'write':
      return write(context, action.request, action.status);
    case 'seek':
      return seek(context, action.request);
    case 'supersede':
      return supersede(context, action.request);
    case 'stop':
      return stop(context, action.run);
    case 'discard':
      return discard(context, action.run);
  }
}

async function write(context: Context, request: Request, status: StatusPatch): Promise<void> {
  const told = status.finishedAt ? await toldByTasks(context, request, status) : {};
  if (!(await patchStatus(context, request, { ...status, ...told }))) return;
  // Kueue has let its run go on
  if (status.admittedAt) {
    countAdmission(context, request, status.admittedAt);
    countStart(context, request, status.admittedAt);
  }
}

/** What only its tasks say of a run that is over. A PipelineRun that failed says no more than how many of its tasks did. */
async function toldByTasks({ api }: Context, request: Request, { phase }: StatusPatch): Promise<StatusPatch> {
  const taskRuns = await taskRunsOf(api, request);
  const tools = toolsOf(taskRuns);
  const failure = phase === 'Failed' ? failureOf(tasksOf(taskRuns)) : undefined;
  return {
    ...(tools.length > 0 && { made: { tools: [...tools] } }),
    ...(failure !== undefined && { message: truncate(failure) }),
  };
}

/** A deleted request keeps its slot as long as its run goes on. */
async function abandon(context: Context, slot: Slot): Promise<void> {
  const { api, team, admission } = context;
  const request = await api.get<Request>(REQUESTS, team.namespace, requestNameOf(slot));
  if (request?.metadata.uid === slot.spec.holderIdentity) return;
  const run = await api.get<Run>(RUNS, team.namespace, requestNameOf(slot));
  if (run === undefined || requestUidOf(run) !== slot.spec.holderIdentity || isDone(run))
    return admission.release(slot);
  if (isPending(run)) await stop(context, run);
}

async function seek(context: Context, request: Request): Promise<void> {
  const run = await context.api.get<Run>(RUNS, context.team.namespace, request.metadata.name);
  const status = run?.metadata.uid === request.status?.runUID ? undefined : statusOf(request, undefined, new Date());
  if (status !== undefined) await patchStatus(context, request, status);
}

async function supersede(
  { api, team, metrics, log }: Context,
  { metadata: { name, resourceVersion } }: Request,
): Promise<void> {
  await ignoreStale(
    api.patch(REQUESTS, team.namespace, name, { metadata: { resourceVersion }, spec: { cancel: true } }),
    () => {
      metrics.superseded.inc();
      log.info({ request: name, namespace: team.namespace }, 'superseded');
    },
  );
}

/** https://tekton.dev/docs/pipelines/pipelineruns/#cancelling-a-pipelinerun */
async function stop({ api, team }: Context, run: Run): Promise<void> {
  const { uid, name } = run.metadata;
  const patch = isPending(run)
    ? [
        { op: 'test', path: '/spec/status', value: PENDING },
        { op: 'replace', path: '/spec/status', value: NEVER_STARTED },
      ]
    : [{ op: 'add', path: '/spec/status', value: 'CancelledRunFinally' }];
  await ignoreStale(
    api.patch(RUNS, team.namespace, name, [{ op: 'test', path: '/metadata/uid', value: uid }, ...patch], {
      type: 'json',
    }),
  );
}

async function discard({ api, team, metrics, log }: Context, run: Run): Promise<void> {
  const { name, uid, resourceVersion } = run.metadata;
  const request = await api.get<Request>(REQUESTS, team.namespace, name);
  const isWanted =
    request?.metadata.uid === requestUidOf(run) && !isFinal(request) && (request.status?.runUID ?? uid) === uid;
  if (isWanted) return;
  // its version: somebody may have started it
  await ignoreStale(api.delete(RUNS, team.namespace, name, { uid, resourceVersion }), () => {
    metrics.orphanedRuns.inc();
    log.warn(
      { run: name, uid, namespace: team.namespace },
      'a run that was made too late was never started, and is deleted',
    );
  });
}

/** Ignores a refusal that says that the object has changed: the next look decides anew. */
async function ignoreStale(answer: Promise<unknown>, then: () => void = () => {}): Promise<void> {
  try {
    await answer;
    then();
  } catch (error) {
    if (!(error instanceof ApiError) || ![404, 409, 422].includes(error.status ?? 0)) throw error;
  }
}
