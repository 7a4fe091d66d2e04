import { setTimeout as sleep } from 'node:timers/promises';
import type { Metrics } from '../metrics';
import type { LevelCheckOptions } from './level-check';
import { LevelCheck } from './level-check';
import type { RedeliveryOptions } from './redelivery';
import { Redelivery } from './redelivery';

/** Looks for missed events, on the replica that leads. What a loop could not do, it does the next time. */

/** What both loops need. */
export interface RecoveryOptions extends LevelCheckOptions, RedeliveryOptions {
  /** Whether this replica leads and has listed the requests. */
  readonly isReady: () => boolean;
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api: what has not changed costs nothing. */
const EVERY_MS = { redelivery: 300_000, 'level-check': 900_000 } as const;
/** How long senders need, after a replica has begun to lead, to know that it is ready. */
const SETTLE_MS = 15_000;
const TICK_MS = 1_000;

const LOOPS = ['redelivery', 'level-check'] as const;

interface Loop {
  readonly name: (typeof LOOPS)[number];
  /** @returns whether there is anything that the token may read */
  look(): Promise<boolean>;
}

/** Starts both loops. @param options undefined if there is no token; then the metrics say that nothing is looked for */
export function startRecovery(metrics: Metrics, options: RecoveryOptions | undefined): { stop(): Promise<void> } {
  for (const loop of LOOPS) metrics.recoveryEnabled.set({ loop }, options === undefined ? 0 : 1);
  if (options === undefined) return { stop: () => Promise.resolve() };
  const stopped = new AbortController();
  const { signal } = stopped;
  const [redelivery, levelCheck] = [new Redelivery(options, signal), new LevelCheck(options, signal)];
  const loops: readonly Loop[] = [
    { name: 'redelivery', look: () => redelivery.look() },
    { name: 'level-check', look: () => levelCheck.look() },
  ];
  const running = Promise.all(loops.map((loop) => repeat(loop, options, signal)));
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

/** Runs a loop as soon as this replica leads, because events are missed where nobody leads. */
async function repeat(
  { name, look }: Loop,
  { isReady, metrics, log }: RecoveryOptions,
  signal: AbortSignal,
): Promise<void> {
  let next: number | undefined;
  while (!signal.aborted) {
    if (!isReady()) next = undefined;
    else next ??= performance.now() + SETTLE_MS;
    if (next !== undefined && performance.now() >= next) {
      next = performance.now() + EVERY_MS[name];
      try {
        metrics.recoveryEnabled.set({ loop: name }, (await look()) ? 1 : 0);
      } catch (error) {
        if (!signal.aborted)
          log.warn(
            { loop: name, error: (error as Error).message },
            'what was missed could not be looked for; it is tried again',
          );
      }
    }
    await sleep(TICK_MS, undefined, { signal }).catch(() => undefined);
  }
}
