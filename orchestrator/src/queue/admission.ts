import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import type { Request, Run, Slot } from './objects';

/**
 * Decides how many runs of a team may go on. slots.ts implements this with Leases: a run starts only for a request that holds a
 * slot. kueue.ts leaves the decision to Kueue.
 */
export interface Admission {
  /**
   * Names the slots that may be taken now. It reads the view alone, so it costs nothing and may be late.
   * @returns undefined if a request needs no slot to get its run
   */
  free(view: AdmissionView): readonly string[] | undefined;
  /** Takes a slot for a request. Of several replicas that try, one succeeds. @returns undefined if another has it */
  take(slot: string, request: Request, team: string): Promise<Slot | undefined>;
  /** Releases this holding of a slot, and no later holding of the same slot. */
  release(slot: Slot): Promise<void>;
}

/** Each team is served by one of them, and by no other at the same time. */
export type Admissions = Readonly<Record<NonNullable<TeamConfig['queue']>['kind'], Admission>>;

/** What a replica sees of a team's slots and runs. */
export interface AdmissionView {
  /** The slots that are held, those included that this replica took a moment ago. */
  readonly slots: readonly Slot[];
  readonly runs: readonly Run[];
  /** How many runs of the team may go on at once. */
  readonly limit: number;
}
