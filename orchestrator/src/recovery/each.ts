import { ZodError } from 'zod';
import type { Log } from '../log';

/**
 * Does something for each; what GitHub refuses of one, because it is gone or the token may not, keeps none of the others.
 * @returns how many were not refused
 * @throws if GitHub is away, or asks to wait: all of them are tried next time
 */
export async function each<T extends { readonly name: string }>(
  all: readonly T[],
  log: Log,
  work: (one: T) => Promise<void>,
): Promise<number> {
  let done = 0;
  for (const one of all) {
    try {
      await work(one);
      done++;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.warn(
        { name: one.name, error: (error as Error).message },
        'GitHub does not let what was missed be looked for',
      );
    }
  }
  return done;
}

/** Of this one alone, or not what GitHub says it would be. */
function isRefusal(error: unknown): boolean {
  const { status = 0 } = error as { readonly status?: number };
  return error instanceof ZodError || (status >= 400 && status < 500 && status !== 429);
}
