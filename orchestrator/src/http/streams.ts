import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Caller } from './auth';
import { HttpProblem } from './problem';

/** Answers that go on. Each holds a connection, so there are only so many, they end some time, and they end with the server. */

const MOST = { ofAll: 400, ofOne: 20 } as const;

export interface Streams {
  /**
   * Counts an answer that begins.
   * @param reply not hijacked, and nothing of it is sent
   * @returns aborted when whoever asked is gone, when it has lasted long enough, and when the server ends
   * @throws HttpProblem[overloaded] where there are too many
   */
  begin(reply: FastifyReply, caller: Pick<Caller, 'name'>): AbortSignal;
}

/** @param lastsMs whoever lost a right does not go on for longer: the browser asks again, and is refused */
export function streamsOf(app: FastifyInstance, lastsMs: number): Streams {
  const open = new Map<AbortController, string>();
  app.addHook('preClose', async () => [...open.keys()].forEach((controller) => controller.abort()));
  return {
    begin({ raw }, { name }) {
      const own = [...open.values()].filter((other) => other === name).length;
      if (open.size >= MOST.ofAll || own >= MOST.ofOne)
        throw new HttpProblem('overloaded', 'too many answers go on at once; close some');
      const controller = new AbortController();
      const end = (): void => controller.abort();
      const last = setTimeout(end, lastsMs);
      open.set(controller, name);
      controller.signal.addEventListener('abort', () => {
        open.delete(controller);
        clearTimeout(last);
      });
      // it may be gone since it asked
      if (raw.destroyed) end();
      else raw.once('close', end);
      return controller.signal;
    },
  };
}
