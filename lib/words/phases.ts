/** What becomes of a request for a run. */
export const PHASES = ['Queued', 'Admitted', 'Running', 'Succeeded', 'Failed', 'Cancelled', 'Refused'] as const;
export type Phase = (typeof PHASES)[number];
