import type { RunRequestStatus } from '../../../lib/runs/ask/run-request';
import { InputError } from '../../../lib/words/problem';
import type { PipelineManifest } from '../../../lib/runs/run/compose';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import { ApiError, isConflict, isForbiddenForNow } from '../../../lib/kube/api';
import type { KubeApi } from '../../../lib/kube/api';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Request, Run, Slot } from './objects';
import { PENDING, PIPELINES, REQUESTS, RUNS, isFinal, isPending, requestNameOf, requestUidOf } from './objects';
import { checkRequest, pipelineOf, refusalOf, runOf } from './run';
import { takeSlot } from './slots';
import { over, queuedAt, rfc3339, short } from './status';

/**
 * How a request is given its run:
 *
 * 1. create the Lease `slot-<i>`, held by the UID of the request (409: somebody has it);
 * 2. read the request live: over, cancelled or with a run of its own, it needs none;
 * 3. create the run under the request's name, waiting (`PipelineRunPending`);
 * 4. write its UID into the request, on condition that the request is as it was read in 2;
 * 5. start it, on condition that it is that very run and still waits.
 *
 * Whoever finds a step done goes on with the next. Only what 4 has written is ever started, and 4 succeeds once, for a
 * request that holds a slot; a slot is freed only when its request is over, which lets 4 succeed no more. So nobody who
 * sleeps between two steps, for however long, can make a run go on beyond the limit, or a second one of a request.
 */

export interface Context {
  readonly api: KubeApi;
  readonly team: TeamConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Told of each slot that was taken: the view knows it a moment later. */
  readonly took: (slot: Slot) => void;
  /** Told of each request that cannot have its turn yet, so that others have theirs. */
  readonly passed: (request: Request) => void;
}

type Made = { readonly manifest: object } | { readonly refused: string } | { readonly waits: string };

/** From step 1. A request that no run can be made of takes no slot. */
export async function admit(context: Context, request: Request, slotName: string): Promise<void> {
  const made = await make(context, request);
  if ('refused' in made) return refuse(context, request, made.refused);
  if ('waits' in made) {
    context.passed(request);
    return say(context, request, made.waits);
  }
  const slot = await takeSlot(context.api, slotName, request, context.team.name);
  if (slot === undefined) return context.metrics.admissions.inc({ result: 'taken' });
  context.took(slot);
  await complete(context, slot, made);
}

/** From step 2; nothing is done where there is nothing left to do. */
export async function complete(context: Context, slot: Slot, prepared?: Made): Promise<void> {
  const { api, team } = context;
  const request = await api.get<Request>(REQUESTS, team.namespace, requestNameOf(slot));
  // what else may be of them is found by the next look at all of them
  if (
    request === undefined ||
    request.metadata.uid !== slot.spec.holderIdentity ||
    isFinal(request) ||
    request.spec.cancel ||
    request.status?.runUID !== undefined
  )
    return;
  const made = prepared ?? (await make(context, request));
  if ('refused' in made) return refuse(context, request, made.refused);
  // it was there a moment ago, and it keeps its slot until it is there again: to free it would need a look at all others
  if ('waits' in made) return say(context, request, made.waits);
  const run = await create(context, request, made.manifest);
  if (run === undefined) return;
  const status: RunRequestStatus = {
    phase: 'Admitted',
    runUID: run.metadata.uid,
    slot: slot.metadata.name,
    queuedAt: queuedAt(request),
    admittedAt: rfc3339(new Date()),
  };
  if (!(await write(context, request, { ...status, message: null }))) return;
  context.metrics.admissions.inc({ result: 'admitted' });
  if (prepared === undefined) context.metrics.admissionsHelped.inc();
  context.metrics.queueWaitSeconds.observe(
    { team: team.name },
    (Date.now() - Date.parse(request.metadata.creationTimestamp)) / 1000,
  );
  await start(context, request, run);
}

/** The manifest of the run, from the Pipeline as the cluster has it now. */
async function make({ api, team }: Context, request: Request): Promise<Made> {
  const pipeline = await api.get<PipelineManifest>(PIPELINES, team.namespace, pipelineOf(request));
  try {
    if (pipeline !== undefined) return { manifest: runOf(request, team, pipeline) };
    // what is wrong with the request comes before what it waits for
    checkRequest(request, team);
    return { waits: `waits for Pipeline ${pipelineOf(request)}, which is not in namespace ${team.namespace}` };
  } catch (error) {
    if (error instanceof InputError) return { refused: refusalOf(error) };
    throw error;
  }
}

/** Step 3. @returns undefined if the request was refused */
async function create(context: Context, request: Request, manifest: object): Promise<Run | undefined> {
  const { api, team } = context;
  try {
    return await api.create<Run>(RUNS, team.namespace, manifest);
  } catch (error) {
    if (isConflict(error)) {
      const run = await api.get<Run>(RUNS, team.namespace, request.metadata.name);
      if (run === undefined || requestUidOf(run) === request.metadata.uid) return run;
      await refuse(
        context,
        request,
        `a PipelineRun of its name is there already, made for something else: delete it, or ask under another name`,
      );
      return undefined;
    }
    if (!(error instanceof ApiError)) throw error;
    // it keeps its slot and is tried again: whoever else had it would be told the same
    if (isForbiddenForNow(error))
      await say(context, request, `waits: the cluster does not take its run yet: ${error.message}`);
    if (!isDenied(error)) throw error;
    await refuse(context, request, `the cluster does not take its run: ${error.message}`);
    return undefined;
  }
}

const isDenied = (error: ApiError): boolean =>
  [400, 403, 413, 422].includes(error.status ?? 0) && !isForbiddenForNow(error);

/** Step 5. */
export async function start(context: Context, request: Request, { metadata: { uid, name } }: Run): Promise<void> {
  const { api, team, metrics } = context;
  const patch = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/spec/status', value: PENDING },
    { op: 'remove', path: '/spec/status' },
  ];
  try {
    await api.patch<Run>(RUNS, team.namespace, name, patch, { type: 'json' });
    if (request.spec.source?.eventTime !== undefined)
      metrics.eventToStartSeconds.observe((Date.now() - Date.parse(request.spec.source.eventTime)) / 1000);
  } catch (error) {
    if (!(error instanceof ApiError) || error.unknown) throw error;
    const run = await api.get<Run>(RUNS, team.namespace, name);
    // started, stopped or deleted by somebody else
    if (run?.metadata.uid !== uid || !isPending(run)) return;
    throw error;
  }
}

const refuse = async (context: Context, request: Request, why: string): Promise<void> => {
  if (!(await write(context, request, over(request, 'Refused', why, new Date())))) return;
  context.metrics.admissions.inc({ result: 'refused' });
  context.log.warn({ request: request.metadata.name, namespace: context.team.namespace, why }, 'request refused');
};

/** Tells why it is not its turn. */
async function say(context: Context, request: Request, message: string): Promise<void> {
  if (request.status?.message !== message) await write(context, request, { message: short(message) });
}

/** @returns whether the request was still as it was read */
export async function write(
  { api, team }: Context,
  { metadata: { name, uid, resourceVersion } }: Request,
  status: { readonly [K in keyof RunRequestStatus]: RunRequestStatus[K] | null },
): Promise<boolean> {
  try {
    await api.patch(
      REQUESTS,
      team.namespace,
      name,
      { metadata: { uid, resourceVersion }, status },
      { subresource: 'status' },
    );
    return true;
  } catch (error) {
    if (isConflict(error) || (error instanceof ApiError && error.status === 404)) return false;
    throw error;
  }
}
