import { z } from 'zod';

/** What `/api/stats` answers. */

const durations = z
  .strictObject({ count: z.number().int(), median: z.number(), p90: z.number() })
  .meta({ description: 'in seconds, with how many durations they rest on' })
  .optional();
const failures = z.strictObject({ count: z.number().int(), failed: z.number().int() });
const figures = {
  runs: z.number().int().meta({ description: 'runs that ended' }),
  tests: failures,
  releases: failures,
  verdict: durations,
  serving: durations,
  repair: durations,
  wait: durations,
  podSeconds: z.number().optional(),
};
const ofTeam = { team: z.string(), namespace: z.string() };
export const stats = z.strictObject({
  source: z.enum(['history', 'cluster']).meta({ description: 'what remembers the runs' }),
  since: z.string(),
  until: z.string(),
  all: z.strictObject(figures),
  teams: z.array(z.strictObject({ ...ofTeam, ...figures })),
  stacks: z.array(z.strictObject({ ...ofTeam, stack: z.string(), ...figures })),
  periods: z.array(z.strictObject({ from: z.string(), to: z.string(), ...figures })),
  flaky: z
    .array(
      z.strictObject({
        ...ofTeam,
        stack: z.string(),
        app: z.string(),
        kind: z.string(),
        combination: z.string().optional().meta({ description: 'of tests that ran in several ways' }),
        class: z.string(),
        name: z.string(),
        times: z.number().int(),
        minutesLost: z.number(),
        run: z.string().meta({ description: 'the last of these runs' }),
      }),
    )
    .optional()
    .meta({ description: 'most minutes lost first; only with a history' }),
});
