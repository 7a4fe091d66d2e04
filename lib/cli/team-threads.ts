import { availableParallelism } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
import type { MadeAhead, Threads, Work } from '../output/make-ahead';
import { makerAhead } from '../output/make-ahead';
import { PROGRAM } from './package';

/**
 * Synth makes the teams of a large fleet in several threads. This one goes through them from the front, and the others go from the back,
 * until they meet. https://nodejs.org/docs/latest-v20.x/api/worker_threads.html
 */

/** Each holds a copy of the program and of the model. */
const MOST_THREADS = 3;
/** A thread may end without a word, as where memory is short; then this one makes the team itself. */
const PATIENCE_MS = 30_000;

/** What a thread is given. */
export interface ThreadData {
  readonly work: Work;
  readonly claims: Claims;
  readonly port: MessagePort;
}

interface Answer {
  readonly index: number;
  /** Undefined: it cannot be made, and whoever makes it again is told why. */
  readonly made?: MadeAhead;
}

/** Shared by all threads: whether a team is somebody's, and at last how many answers there are. */
type Claims = Int32Array<SharedArrayBuffer>;

const claimed = (claims: Claims, index: number): boolean => Atomics.compareExchange(claims, index, 0, 1) === 0;

/** Begins threads, as many as there are cores beside this one's. They end with the program. */
export const teamThreads: Threads = (work) => {
  const claims: Claims = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * (work.teams.length + 1)));
  const count = Math.min(MOST_THREADS, availableParallelism() - 1);
  const ports = Array.from({ length: count }, () => {
    const { port1, port2 } = new MessageChannel();
    const data: ThreadData = { work, claims, port: port2 };
    const worker = new Worker(PROGRAM, { workerData: data, transferList: [port2] });
    // what it does not make is made here, and what is wrong with a team is told then
    worker.on('error', () => {});
    worker.unref();
    port1.unref();
    return port1;
  });
  const answers = new Map<number, Answer>();
  const collect = (): void => {
    for (const port of ports)
      for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
        const answer = next.message as Answer;
        answers.set(answer.index, answer);
      }
  };
  const texts = new Map<string, string>();
  return {
    take: (name) => {
      const index = work.teams.findIndex(([team]) => team.name === name);
      if (index === -1 || claimed(claims, index)) return undefined;
      const made = awaited(claims, index, answers, collect);
      for (const [digest, text] of made?.texts ?? []) texts.set(digest, text);
      return made?.team;
    },
    text: (_path, digest) => texts.get(digest),
  };
};

/** Nothing else happens in this thread meanwhile: there is nothing else to do. */
function awaited(
  claims: Claims,
  index: number,
  answers: ReadonlyMap<number, Answer>,
  collect: () => void,
): MadeAhead | undefined {
  const counter = claims.length - 1;
  for (;;) {
    const seen = Atomics.load(claims, counter);
    collect();
    const answer = answers.get(index);
    if (answer !== undefined) return answer.made;
    if (Atomics.wait(claims, counter, seen, PATIENCE_MS) === 'timed-out') return undefined;
  }
}

/** What a thread does. */
export function makeTeams({ work, claims, port }: ThreadData): void {
  const make = makerAhead(work);
  for (let index = work.teams.length - 1; index >= 0; index--) {
    if (!claimed(claims, index)) continue;
    port.postMessage({ index, made: madeOrNot(() => make(work.teams[index]!)) } satisfies Answer);
    Atomics.add(claims, claims.length - 1, 1);
    Atomics.notify(claims, claims.length - 1);
  }
}

function madeOrNot(make: () => MadeAhead): MadeAhead | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
