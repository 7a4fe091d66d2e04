import { useEffect, useState } from 'preact/hooks';
import type { Problem } from './answers';
import { onChange } from './changes';

/** Asking the API. */

/** Why the API did not answer what was asked. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** @throws Refusal with what the API says */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, init).catch((error: Error) => {
    throw init.signal?.aborted ? error : new Refusal(0, 'the orchestrator does not answer');
  });
  if (response.ok) return response;
  const { detail } = (await response.json().catch(() => ({}))) as Partial<Problem>;
  throw new Refusal(response.status, detail ?? `HTTP ${response.status}`);
}

/** Asks for JSON. @throws Refusal */
export const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  (await ask(path, { headers: { accept: 'application/json' }, signal })).json() as Promise<T>;

export interface Asked<T> {
  /** What was answered last; undefined until there is an answer. */
  readonly value?: T;
  /** Why the last question was not answered. What was answered before stays. */
  readonly refusal?: Refusal;
}

/** Many runs may change at once; what is shown is asked for no more often than this. */
const APART_MS = 1_000;

/** In place of a namespace: what is asked for does not change with runs. */
export const ONCE = '';

/** Asks, and asks again when a run of a namespace changes. @param path undefined asks nothing */
export function useAnswer<T>(path: string | undefined, namespace?: string): Asked<T> {
  const [asked, setAsked] = useState<Asked<T> & { readonly path?: string }>({});
  useEffect(() => {
    if (path === undefined) return undefined;
    const controller = new AbortController();
    let isAsking = false;
    let isStale = false;
    const read = async (): Promise<void> => {
      if (isAsking) return void (isStale = true);
      isAsking = true;
      isStale = false;
      try {
        const value = await get<T>(path, controller.signal);
        setAsked({ value, path });
      } catch (error) {
        if (error instanceof Refusal) setAsked((before) => ({ ...before, refusal: error, path }));
      }
      await new Promise((resolve) => setTimeout(resolve, APART_MS));
      isAsking = false;
      if (isStale && !controller.signal.aborted) void read();
    };
    void read();
    const forget = onChange((changed) => {
      if (changed === undefined || namespace === undefined || changed === namespace) void read();
    });
    return () => {
      forget();
      controller.abort();
    };
  }, [path, namespace]);
  return asked.path === path ? asked : {};
}
