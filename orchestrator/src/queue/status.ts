import type { RunRequestStatus } from '../../../lib/runs/ask/run-request';
import { readRunTests } from '../../../lib/runs/report/told';
import { REPORTS_RESULT, RUN_TESTS_RESULT } from '../../../lib/words/results';
import type { Request, Run } from './objects';
import { isDone, isFinal, isPending, isQueuedRun, succeededOf } from './objects';

/** The status of a request, computed from the request and its run alone, so that any replica may write it at any time. */

const MESSAGE_MAX = 1024;
/** `spec.status` of a run that was cancelled while it waited. */
export const NEVER_STARTED = 'Cancelled';
const CANCELLED = ['Cancelled', 'CancelledRunFinally', 'StoppedRunFinally', 'PipelineRunCancelled'];

/** What is written into the status of a request; null removes a field. */
export type StatusPatch = { readonly [K in keyof RunRequestStatus]: RunRequestStatus[K] | null };

/**
 * Computes the status to write now; undefined if nothing is to be written.
 * @param run undefined if the run was deleted
 * @param wait what the run waits for, null if for nothing; undefined if that is not known here
 */
export function statusOf(
  request: Request,
  run: Run | undefined,
  now: Date,
  wait?: string | null,
): StatusPatch | undefined {
  if (isFinal(request)) return undefined;
  if (run === undefined)
    return endOf(request, request.spec.cancel ? 'Cancelled' : 'Failed', 'its run was deleted before it was over', now);
  const startedAt = run.status?.startTime;
  if (isDone(run)) {
    const { status, reason = '', message } = succeededOf(run)!;
    const phase = status === 'True' ? 'Succeeded' : CANCELLED.includes(reason) ? 'Cancelled' : 'Failed';
    return {
      // the end replaces what the run waited for
      message: null,
      ...endOf(request, phase, message, new Date(run.status?.completionTime ?? now)),
      ...(startedAt !== undefined && { startedAt: rfc3339(startedAt) }),
      ...admissionOf(request, run, now),
      ...resultsOf(run),
    };
  }
  const begins = !isPending(run) && startedAt !== undefined && request.status?.phase !== 'Running';
  const message = wait === undefined ? undefined : wait && truncate(wait);
  const changes = message !== undefined && message !== (request.status?.message ?? null);
  const admitted = admissionOf(request, run, now);
  if (!begins && !changes && admitted === undefined) return undefined;
  return {
    ...(admitted && { phase: 'Admitted', ...admitted }),
    ...(begins && { phase: 'Running', startedAt: rfc3339(startedAt) }),
    ...(changes && { message }),
  };
}

/** When Kueue let the run of a request go on; undefined if it has not, or the request says that already. Tekton starts it at once. */
function admissionOf(request: Request, run: Run, now: Date): Pick<RunRequestStatus, 'admittedAt'> | undefined {
  if (!isQueuedRun(request) || isPending(run) || run.spec.status === NEVER_STARTED) return undefined;
  return { admittedAt: rfc3339(run.status?.startTime ?? now) };
}

/** The status that ends a request. */
export function endOf(
  request: Request,
  phase: 'Succeeded' | 'Failed' | 'Cancelled' | 'Refused',
  message: string | undefined,
  at: Date,
): RunRequestStatus {
  return {
    phase,
    queuedAt: queuedAt(request),
    finishedAt: rfc3339(at),
    ...(message !== undefined && { message: truncate(message) }),
  };
}

/** When a request was queued. */
export const queuedAt = ({ metadata }: Request): string => rfc3339(metadata.creationTimestamp);
/** A time the way the status of a request holds it. */
export const rfc3339 = (time: string | Date): string => new Date(time).toISOString();
/** Cuts a message to the length that the schema of a request allows. */
export const truncate = (message: string): string =>
  message.length > MESSAGE_MAX ? `${message.slice(0, MESSAGE_MAX - 1)}…` : message;

/** The results that the request keeps: of each built app `<app>-IMAGE_URL`, `-IMAGE_DIGEST` and `-TREE`, where the reports are, and what the tests came to. */
function resultsOf({ status }: Run): Pick<RunRequestStatus, 'results'> {
  const values = new Map(
    (status?.results ?? []).flatMap(({ name, value }) =>
      typeof value === 'string' && value !== '' ? [[name, value] as const] : [],
    ),
  );
  const images = [...values].flatMap(([name, digest]) => {
    const app = /^(.+)-IMAGE_DIGEST$/.exec(name)?.[1];
    const url = values.get(`${app}-IMAGE_URL`);
    const tree = values.get(`${app}-TREE`);
    return app === undefined || url === undefined ? [] : [{ app, url, digest, ...(tree !== undefined && { tree }) }];
  });
  const reports = values.get(REPORTS_RESULT);
  const tests = readRunTests(values.get(RUN_TESTS_RESULT));
  if (images.length === 0 && reports === undefined && tests === undefined) return {};
  return {
    results: {
      ...(images.length > 0 && { images }),
      ...(reports !== undefined && { reports: truncate(reports) }),
      ...(tests && { tests }),
    },
  };
}
