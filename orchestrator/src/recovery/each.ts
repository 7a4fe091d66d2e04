import type { Log } from '../log';

/**
 * Does something for each; what GitHub refuses of one, because it is gone or the token may not, keeps none of the others.
 * @returns how many were not refused
 * @throws if GitHub is away: all of them are tried next time
 */
export async function each<T extends { readonly name: string }>(all: readonly T[], log: Log, signal: AbortSignal, work: (one: T) => Promise<void>): Promise<number> {
  let done = 0;
  for (const one of all) {
    try {
      await work(one);
      done++;
    } catch (error) {
      const { status = 0, message } = error as { readonly status?: number; readonly message: string };
      if (signal.aborted || status === 429 || status >= 500) throw error;
      log.warn({ name: one.name, status, error: message }, 'GitHub does not let what was missed be looked for');
    }
  }
  return done;
}
