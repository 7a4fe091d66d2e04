/**
 * Bounded parallelism out of order alone, since Tekton limits no concurrency inside a run: the work is dealt to `n`
 * lanes in turn, and each waits for the one before it in its lane. So at most `n` run at once; lengths of lanes differ
 * by at most one, and no lane idles before the last of equally long work has begun.
 *
 * @param names in the order in which they are to begin
 * @param n at least 1
 * @returns for each name, in that order, the one that it waits for
 */
export function lanes(names: readonly string[], n: number): ReadonlyMap<string, string | undefined> {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`lanes: ${n} at once; at least 1 is needed`);
  return new Map(names.map((name, i) => [name, names[i - n]]));
}
