import { z } from 'zod';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { RUN_REQUEST, runRequestStatus } from '../../../lib/runs/ask/run-request';
import { readAsked } from '../queue/asked';
import { madeOf } from '../queue/made';
import type { Request, Run } from '../queue/objects';
import { isDone, requestUidOf } from '../queue/objects';
import { statusOf } from '../queue/status';

/** Records of Tekton Results, and the requests that they tell of: pure. https://github.com/tektoncd/results/blob/main/proto/v1alpha2/resources.proto */

/** A page of `records`. What is not read may be anything. */
export const recordPage = z.object({
  records: z
    .array(
      z.object({
        name: z.string(),
        /** When it was stored. */
        create_time: z.iso.datetime({ offset: true }),
        data: z.object({ type: z.string(), value: z.base64() }),
      }),
    )
    .default([]),
  next_page_token: z.string().default(''),
});
export type ResultsRecord = z.output<typeof recordPage>['records'][number];

/** What is read of them. A server whose gate `PartialResponse` is off answers with all of it, Pipelines included. */
export const FIELDS = [
  'next_page_token',
  'records.name',
  'records.create_time',
  'records.data.type',
  ...[
    'metadata.name',
    'metadata.namespace',
    'metadata.uid',
    'metadata.creationTimestamp',
    'metadata.annotations',
    'spec.status',
    'status.conditions',
    'status.startTime',
    'status.completionTime',
    'status.results',
  ].map((field) => `records.data.value.${field}`),
].join(',');

const time = z.iso.datetime({ offset: true });
const storedRun = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    creationTimestamp: time,
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.object({ status: z.string().optional() }).default({}),
  status: z
    .object({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().optional(),
            message: z.string().optional(),
          }),
        )
        .optional(),
      startTime: time.optional(),
      completionTime: time.optional(),
      results: z.array(z.object({ name: z.string(), value: z.unknown() })).optional(),
    })
    .optional(),
});

/**
 * The request whose run a record is, as far as the run tells of it. Whoever may write into the namespace may have written the run.
 * @returns undefined for a run of which no request is known, that is not over, or that is of another namespace than its record
 */
export function requestOf({ name, data }: ResultsRecord, namespace: string): RunRequest | undefined {
  const run = readRun(data.value);
  if (run === undefined || run.metadata.namespace !== namespace || !name.startsWith(`${namespace}/`)) return undefined;
  const uid = requestUidOf(run);
  const asked = readAsked(run);
  if (uid === '' || asked === undefined || !isDone(run)) return undefined;
  const request: Request = {
    apiVersion: `${RUN_REQUEST.group}/${RUN_REQUEST.version}`,
    kind: RUN_REQUEST.kind,
    metadata: { name: run.metadata.name, namespace, uid, creationTimestamp: asked.at, resourceVersion: '0' },
    spec: asked.spec,
  };
  const known = statusOf(request, run, new Date(run.metadata.creationTimestamp)) ?? {};
  const status = runRequestStatus.safeParse({
    // null would remove what there is
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null)),
    runUID: run.metadata.uid,
    made: madeOf(run),
  });
  return status.success ? { ...request, status: status.data } : undefined;
}

function readRun(base64: string): Run | undefined {
  try {
    // a field that is asked for and not there is null
    const read = JSON.parse(
      Buffer.from(base64, 'base64').toString(),
      (_, value: unknown) => value ?? undefined,
    ) as unknown;
    return storedRun.safeParse(read).data;
  } catch {
    return undefined;
  }
}
