import { z } from 'zod';
import { label, networks, objectName, port } from '../words/scalars';

/** `history` of a cluster file: a PostgreSQL in which the orchestrators of the cluster keep what became of runs. */

const days = z.number().int().min(1).max(100_000).meta({ expected: 'a number of days' });

export const historySchema = z.strictObject({
  postgres: z
    .strictObject({
      /** With the key `url`, where the orchestrator runs. */
      secret: objectName.default('history-postgres'),
      /** Where it is, if pods of orchestrators do not reach it anyway. */
      egress: z
        .strictObject({
          namespace: label.optional(),
          networks: networks.optional(),
          port: port.default(5432),
        })
        .superRefine(({ namespace, networks: cidrs = [] }, context) => {
          if ((namespace === undefined) === (cidrs.length === 0))
            context.addIssue({ code: 'custom', message: 'says one of namespace and networks' });
        })
        .optional(),
    })
    .prefault({}),
  retention: z
    .strictObject({
      /** Undefined: for ever. */
      days: days.optional(),
      /** By the names of teams. */
      teams: z.record(label, days).default({}),
    })
    .prefault({}),
});
export type History = z.output<typeof historySchema>;
