import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the machine does beside a benchmark. */

/** A benchmark reports only if others use less than this share of all cores before it and after it. */
export const QUIET = 0.1;

const SECONDS = 3;

/** Milliseconds since the machine was started that all cores together worked, and that they could have worked. */
function spent(): { readonly busy: number; readonly all: number } {
  const times = cpus().map((core) => core.times);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all };
}

/** @returns the share of all cores, 0 to 1, that was used during three seconds in which this process waits */
export async function shareOfOthers(): Promise<number> {
  const before = spent();
  await sleep(SECONDS * 1000);
  const after = spent();
  return (after.busy - before.busy) / (after.all - before.all);
}
