/** How long runs wait that are asked for at once, and take equally long: each slot takes the next one as soon as it is free. */

export interface Wait {
  /** Seconds until the last run begins. */
  readonly longest: number;
  /** Seconds until the last run is over. */
  readonly allDone: number;
}

/** @param seconds of each run @param slots how many go on at once */
export function waitOf(seconds: number, runs: number, slots: number): Wait {
  const rounds = Math.ceil(runs / slots);
  return { longest: (rounds - 1) * seconds, allDone: rounds * seconds };
}
