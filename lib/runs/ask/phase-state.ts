/** How a run is, for people: from the phase of its request, or from what a run says that was made past the queue. */

export type RunState = 'waiting' | 'running' | 'passed' | 'failed' | 'cancelled';

const STATES: ReadonlyMap<string, RunState> = new Map([
  ['Queued', 'waiting'],
  ['Admitted', 'waiting'],
  ['Running', 'running'],
  ['Succeeded', 'passed'],
  ['Completed', 'passed'],
  ['Failed', 'failed'],
  ['Cancelled', 'cancelled'],
  ['Refused', 'failed'],
]);

/** @returns undefined for a word that is none of these, which a newer orchestrator may say */
export const stateOfPhase = (phase: string): RunState | undefined => STATES.get(phase);

/** Of a run, a task or a step. */
export const isEnd = (state: string): boolean => !['waiting', 'running'].includes(state);
