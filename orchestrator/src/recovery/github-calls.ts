import { ZodError } from 'zod';
import { abortable } from '../abort';
import type { GitHubRequest } from '../hosts/github-host';
import type { Log } from '../log';

/** How recovery calls GitHub's API. */

/** Makes every call end at once when the signal aborts, whatever the client waits for. */
export const abortableCalls =
  (signal: AbortSignal, github: GitHubRequest): GitHubRequest =>
  (route, parameters) =>
    abortable(signal, github(route, { ...parameters, request: { signal } }));

/**
 * Works on each element. Where GitHub refuses one, because it is gone or the token may not read it, the others go on.
 * @returns how many were not refused
 * @throws if GitHub is away or asks to wait; then all of them are tried next time
 */
export async function forEachPermitted<T extends { readonly name: string }>(
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

/** Whether the error concerns this element alone: GitHub refuses it, or answers something that its documentation does not say. */
function isRefusal(error: unknown): boolean {
  const { status = 0 } = error as { readonly status?: number };
  return error instanceof ZodError || (status >= 400 && status < 500 && status !== 429);
}
