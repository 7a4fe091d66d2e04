import type { Request, Run, Slot } from './objects';

/**
 * Decides how many runs of a team may go on. A run starts only for a request that holds a slot. slots.ts implements this
 * with Leases; another system that gives out capacity, such as Kueue, can implement it in their place.
 */
export interface Admission {
  /** Names the slots that may be taken now. It reads the view alone, so it costs nothing and may be late. */
  free(view: AdmissionView): readonly string[];
  /** Takes a slot for a request. Of several replicas that try, one succeeds. @returns undefined if another has it */
  take(slot: string, request: Request, team: string): Promise<Slot | undefined>;
  /** Releases this holding of a slot, and no later holding of the same slot. */
  release(slot: Slot): Promise<void>;
}

/** What a replica sees of a team's slots and runs. */
export interface AdmissionView {
  /** The slots that are held, those included that this replica took a moment ago. */
  readonly slots: readonly Slot[];
  readonly runs: readonly Run[];
  /** How many runs of the team may go on at once. */
  readonly limit: number;
}
