import { setTimeout as sleep } from 'node:timers/promises';
import { tell } from '../terminal';
import { InputError } from '../../words/problem';
import type { Api } from './api';
import { Refusal } from './api';

/** Hears from the orchestrator that runs have changed, and looks again then: nothing is asked meanwhile. */

/** Runs change in bursts; nobody reads faster than this. */
const APART_MS = 1_000;
const PAUSE_MS = { first: 1_000, last: 30_000 } as const;

/** What a look says: that all is over, or that there is more to come, of which a change of runs does or does not tell. */
export type Seen = 'over' | 'goes on' | 'looks again soon';

/**
 * Looks at once, and again whenever something has changed, one look after the other, until one says that all is over.
 * @throws what the first look throws; later what cannot pass by itself
 */
export async function untilOver(api: Api, look: () => Promise<Seen>): Promise<void> {
  let seen = await look();
  if (seen === 'over') return;
  const controller = new AbortController();
  const bell = new Bell();
  const listening = listen(api, bell, controller.signal);
  // it is awaited below, but maybe not at once
  const ended = listening.catch(() => undefined);
  try {
    for (let [failures, looks] = [0, 0]; seen !== 'over';) {
      if (seen === 'goes on') await Promise.race([bell.rung(), listening]);
      else await Promise.race([bell.rung(), listening, sleep(pauseAfter(looks))]);
      try {
        seen = await look();
        failures = 0;
        looks = seen === 'looks again soon' ? looks + 1 : 0;
      } catch (error) {
        tellPassing(error, failures);
        failures += 1;
        bell.ring();
      }
      if (seen !== 'over') await sleep(pauseAfter(failures));
    }
  } finally {
    controller.abort();
    await ended;
  }
}

const pauseAfter = (failures: number): number =>
  failures === 0 ? APART_MS : Math.min(PAUSE_MS.first * 2 ** (failures - 1), PAUSE_MS.last);

/** Tells once that the orchestrator is away. @throws what does not pass by itself */
function tellPassing(error: unknown, failures: number): void {
  if (!(error instanceof InputError) || (error instanceof Refusal && error.status < 500)) throw error;
  if (failures === 0) tell(`${error.message}; it is tried again`);
}

/** Rings for whoever waits now or next. */
class Bell {
  private hasRung = false;
  private wake: () => void = () => undefined;

  ring(): void {
    this.hasRung = true;
    this.wake();
  }

  async rung(): Promise<void> {
    if (!this.hasRung) await new Promise<void>((resolve) => (this.wake = resolve));
    this.hasRung = false;
  }
}

/** The server ends an answer some time. Whatever changed before the next one is open may have been missed, so that rings, too. */
async function listen(api: Api, bell: Bell, signal: AbortSignal): Promise<never> {
  for (let failures = 0; ;) {
    try {
      const { pieces } = await api.stream('/api/changes', signal);
      failures = 0;
      bell.ring();
      for await (const line of linesOf(pieces)) if (line.startsWith('data:')) bell.ring();
    } catch (error) {
      if (signal.aborted) throw error;
      tellPassing(error, failures);
      failures += 1;
    }
    signal.throwIfAborted();
    await sleep(pauseAfter(failures), undefined, { signal });
  }
}

/** Yields each line when it is complete. */
async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
