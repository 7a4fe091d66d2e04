/** What happens by chance, and again by the same seed. */
export interface Random {
  /** A number from `least` to `most`. */
  between(least: number, most: number): number;
  /** True one time in so many. */
  once(times: number): boolean;
  of<T>(all: readonly T[]): T;
}

/** A linear congruential generator: Numerical Recipes, 7.1. It is good enough to choose faults by. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    between: (least, most) => least + next() * (most - least),
    once: (times) => next() < 1 / times,
    of: (all) => all[Math.floor(next() * all.length)]!,
  };
}
