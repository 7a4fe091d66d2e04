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
import { madeOf } from './made';
import { checkRequest, pipelineOf, refusalOf, runOf, versionAwaited } from './run';
import type { Admission } from './admission';
import { INTO_QUEUE, isInKueue, isOfKueue } from './kueue';
import type { StatusPatch } from './status';
import type { SyncedCommit } from './synced-commit';
import { endOf, queuedAt, rfc3339, truncate } from './status';

/**
 * How a request gets its run:
 *
 * 1. take a slot for the request (another may have it: then stop); with Kueue it needs none;
 * 2. read the request live; if it is over, cancelled or has a run, stop;
 * 3. create the run under the request's name, waiting (`PipelineRunPending`);
 * 4. write its UID into the request, on condition that the request is as it was read in 2;
 * 5. start it, on condition that it is that very run and still waits; or put it into the queue in which Kueue finds it.
 *
 * A replica that finds a step done goes on with the next. Only the run that 4 has written is ever started, and 4 succeeds
 * once, for a request that holds a slot. A slot is released only when its request is over, and then 4 can succeed no more.
 * So a replica that sleeps between two steps, however long, cannot exceed the limit or start a second run of a request. With
 * Kueue the limit is Kueue's to keep, and the rest stands: it meets no run that no request knows.
 */

/** What an action needs. */
export interface Context {
  readonly api: KubeApi;
  readonly admission: Admission;
  readonly syncedCommit?: SyncedCommit;
  readonly team: TeamConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Called with each slot that was taken; the watch sees it a moment later. */
  readonly onTaken: (slot: Slot) => void;
  /** Called with each request that cannot start yet, so that others go first. */
  readonly onPostponed: (request: Request) => void;
}

/** A run that can be created, or why there is none: for good, or for now. */
type Prepared = { readonly manifest: object } | { readonly refused: string } | { readonly waits: string };

/** Goes through all steps. A request that cannot become a run takes no slot. @param slotName undefined: it needs none */
export async function admit(context: Context, request: Request, slotName: string | undefined): Promise<void> {
  const prepared = await prepare(context, request);
  if ('refused' in prepared) return refuse(context, request, prepared.refused);
  if ('waits' in prepared) {
    context.onPostponed(request);
    return writeMessage(context, request, prepared.waits);
  }
  if (slotName === undefined) return proceed(context, request.metadata, prepared);
  const slot = await context.admission.take(slotName, request, context.team.name);
  if (slot === undefined) return context.metrics.admissions.inc({ result: 'taken' });
  context.onTaken(slot);
  await complete(context, slot, prepared);
}

/** Goes on with a slot that was taken. @param earlier what was prepared in step 1; undefined where another replica took the slot */
export const complete = (context: Context, slot: Slot, earlier?: Prepared): Promise<void> =>
  proceed(context, { name: requestNameOf(slot), uid: slot.spec.holderIdentity, slot: slot.metadata.name }, earlier);

/** Whose turn it is. */
interface Turn {
  /** Of the request. */
  readonly name: string;
  readonly uid: string | undefined;
  readonly slot?: string;
}

/** Goes on from step 2, as far as anything is left to do. */
async function proceed(context: Context, { name, uid, slot }: Turn, earlier?: Prepared): Promise<void> {
  const { api, team } = context;
  const request = await api.get<Request>(REQUESTS, team.namespace, name);
  // the next look finds out what else may be wrong with them
  if (
    request === undefined ||
    request.metadata.uid !== uid ||
    isFinal(request) ||
    request.spec.cancel ||
    request.status?.runUID !== undefined
  )
    return;
  const prepared = earlier ?? (await prepare(context, request));
  if ('refused' in prepared) return refuse(context, request, prepared.refused);
  // its Pipeline was there a moment ago; the request keeps its slot until the Pipeline is there again
  if ('waits' in prepared) return writeMessage(context, request, prepared.waits);
  const run = await create(context, request, prepared.manifest);
  if (run === undefined) return;
  const admittedAt = isOfKueue(run) ? undefined : rfc3339(new Date());
  const status: RunRequestStatus = {
    phase: admittedAt === undefined ? 'Queued' : 'Admitted',
    runUID: run.metadata.uid,
    made: madeOf(run),
    slot,
    queuedAt: queuedAt(request),
    admittedAt,
  };
  if (!(await patchStatus(context, request, { ...status, message: null }))) return;
  if (admittedAt !== undefined) countAdmission(context, request, admittedAt);
  if (earlier === undefined) context.metrics.admissionsHelped.inc();
  await start(context, request, run);
}

/** Counts a request as admitted, after it says so itself. */
export function countAdmission({ metrics, team }: Context, { metadata }: Request, admittedAt: string): void {
  metrics.admissions.inc({ result: 'admitted' });
  metrics.queueWaitSeconds.observe({ team: team.name }, secondsBetween(metadata.creationTimestamp, admittedAt));
}

/** Counts how long after its event the run of a request started. */
export function countStart({ metrics }: Context, { spec: { source } }: Request, startedAt: string): void {
  if (source?.eventTime !== undefined) metrics.eventToStartSeconds.observe(secondsBetween(source.eventTime, startedAt));
}

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

/** Composes the run from the Pipeline as the cluster has it now. */
async function prepare({ api, team, syncedCommit }: Context, request: Request): Promise<Prepared> {
  const version = versionAwaited(request);
  if (version !== undefined) return { waits: version };
  const commit = await syncedCommit?.(team);
  const pipeline = await api.get<PipelineManifest>(PIPELINES, team.namespace, pipelineOf(request));
  try {
    if (pipeline !== undefined) return { manifest: runOf(request, team, pipeline, commit) };
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
    // the request keeps its slot and is tried again: the cluster would refuse any other request, too
    if (isForbiddenForNow(error))
      await writeMessage(context, request, `waits: the cluster does not take its run yet: ${error.message}`);
    if (!isDenied(error)) throw error;
    await refuse(context, request, `the cluster does not take its run: ${error.message}`);
    return undefined;
  }
}

const isDenied = (error: ApiError): boolean =>
  [400, 403, 413, 422].includes(error.status ?? 0) && !isForbiddenForNow(error);

/** Step 5. A run says itself who lets it go on. */
export async function start(context: Context, request: Request, waiting: Run): Promise<void> {
  // a webhook may have put it there when it was created
  if (isInKueue(waiting)) return;
  const { api, team } = context;
  const { uid, name } = waiting.metadata;
  const patch = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/spec/status', value: PENDING },
    isOfKueue(waiting) ? INTO_QUEUE : { op: 'remove', path: '/spec/status' },
  ];
  try {
    await api.patch<Run>(RUNS, team.namespace, name, patch, { type: 'json' });
    if (!isOfKueue(waiting)) countStart(context, request, rfc3339(new Date()));
  } catch (error) {
    if (!(error instanceof ApiError) || error.unknown) throw error;
    const run = await api.get<Run>(RUNS, team.namespace, name);
    // started, stopped or deleted by somebody else
    if (run?.metadata.uid !== uid || !isPending(run)) return;
    throw error;
  }
}

const refuse = async (context: Context, request: Request, why: string): Promise<void> => {
  if (!(await patchStatus(context, request, endOf(request, 'Refused', why, new Date())))) return;
  context.metrics.admissions.inc({ result: 'refused' });
  context.log.warn({ request: request.metadata.name, namespace: context.team.namespace, why }, 'request refused');
};

/** Writes into a request why it does not start yet. */
async function writeMessage(context: Context, request: Request, message: string): Promise<void> {
  if (request.status?.message !== message) await patchStatus(context, request, { message: truncate(message) });
}

/** Patches the status of a request. @returns false if the request is no longer as it was read, and nothing was written */
export async function patchStatus(
  { api, team }: Context,
  { metadata: { name, uid, resourceVersion } }: Request,
  status: StatusPatch,
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
