import { z } from 'zod';

/** `queue` of a cluster file: who decides when runs of its teams go on. */

/** `slots`: the orchestrator, by Leases. `kueue`: Kueue, by a quota of runs. */
export const QUEUE_KINDS = ['slots', 'kueue'] as const;
export type QueueKind = (typeof QUEUE_KINDS)[number];

/** `queue` of a cluster file. */
export const queueSchema = z.strictObject({
  /** Who decides when runs of the cluster's teams go on. @default 'slots' */
  kind: z.enum(QUEUE_KINDS).default('slots'),
  /** How many runs beyond its `maxConcurrentRuns` a team may have while other teams have fewer. Undefined: as many as these leave. @default - what others leave */
  borrow: z.number().int().min(0).max(1000).optional(),
});
export type Queue = z.output<typeof queueSchema>;
