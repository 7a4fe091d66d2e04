import { z } from 'zod';

/** A pull request, as it is shown. */
export const pullRequest = z.strictObject({
  repo: z.string(),
  number: z.number().int(),
  atHost: z
    .strictObject({
      author: z.string(),
      commit: z.string().meta({ description: 'its head' }),
      isOpen: z.boolean(),
      isOfFork: z.boolean(),
      awaitsApproval: z
        .boolean()
        .meta({ description: 'whether nothing of its head runs in the stack until somebody approves it' }),
    })
    .optional()
    .meta({ description: 'as its Git host has it now' }),
  unknown: z.string().optional().meta({ description: 'why it is not said how its Git host has it' }),
});
