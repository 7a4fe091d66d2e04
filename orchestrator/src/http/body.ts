import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './problem';

/** GitHub's own limit: what is larger it does not send. https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
export const BODY_MAX = 25 * 2 ** 20;
const READ_WITHIN_MS = 5_000;
/** Of all bodies together, but for the large ones that are handled. */
const IN_FLIGHT_MAX = 32 * 2 ** 20;
const LARGE = 2 ** 20;
/**
 * Of the large ones that are handled, unless there is only one: JSON becomes several times as large. They are counted apart, so
 * they hold up no small one.
 */
const LARGE_MAX = BODY_MAX;

/** A body in the pieces in which it arrived. They are joined once its signature is checked: what a stranger sends is there once. */
export type Body = readonly Buffer[];
export const lengthOf = (body: Body): number => body.reduce((sum, { length }) => sum + length, 0);

/** A body that arrives. */
interface Arriving {
  /** Address of whoever sends it. */
  readonly peer: string;
  /** Those that have arrived. */
  bytes: number;
  refuse(problem: HttpProblem): void;
}

/**
 * The memory that bodies may hold together. Bytes count when they arrive, for what a sender announces costs nothing. When
 * there are too many, the largest body of the peer that holds most is refused: so a flood holds up no small delivery.
 */
export class Budget {
  private bytes = 0;
  /** Those of large bodies that are handled. */
  private large = 0;
  private readonly arriving = new Set<Arriving>();

  /** @param onChange is told how many bytes are held */
  constructor(private readonly onChange: (bytes: number) => void = () => {}) {}

  begin(body: Arriving): void {
    this.arriving.add(body);
  }

  add(body: Arriving, bytes: number): void {
    body.bytes += bytes;
    this.change(bytes);
    if (this.bytes - this.large > IN_FLIGHT_MAX) this.largest()?.refuse(overloaded());
  }

  /** Ends the arrival of a body that is not kept. */
  drop(body: Arriving): void {
    this.arriving.delete(body);
    this.change(-body.bytes);
  }

  /** Ends the arrival of a body that is handled now. @returns a function that gives its memory back @throws HttpProblem[overloaded] */
  keep(body: Arriving): () => void {
    const large = body.bytes > LARGE ? body.bytes : 0;
    if (large > 0 && this.large > 0 && this.large + large > LARGE_MAX) {
      this.drop(body);
      throw overloaded();
    }
    this.arriving.delete(body);
    this.large += large;
    return () => {
      this.large -= large;
      this.change(-body.bytes);
    };
  }

  private largest(): Arriving | undefined {
    const held = new Map<string, number>();
    for (const { peer, bytes } of this.arriving) held.set(peer, (held.get(peer) ?? 0) + bytes);
    const [first] = [...this.arriving].sort((a, b) => held.get(b.peer)! - held.get(a.peer)! || b.bytes - a.bytes);
    return first;
  }

  private change(bytes: number): void {
    this.bytes += bytes;
    this.onChange(this.bytes);
  }
}

const overloaded = () => new HttpProblem('overloaded', undefined, { headers: { connection: 'close' } });

/** Whether a request has a body, or may have one. https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/**
 * Reads the raw body and gives it to `use`, while the budget holds memory for it.
 * @param max bytes; a larger body is refused
 * @throws HttpProblem: length_required, too_large, overloaded, timeout
 */
export async function withBody<T>(
  request: IncomingMessage,
  budget: Budget,
  max: number,
  use: (body: Body) => Promise<T>,
): Promise<T> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (length === undefined && encoding === undefined) throw new HttpProblem('length_required');
  if (Number(length ?? 0) > max) throw tooLarge(max);
  const { body, giveBack } = await readBody(request, budget, max);
  try {
    return await use(body);
  } finally {
    giveBack();
  }
}

/** Refuses a body that is too large. The rest of it is not read, so the connection is of no use afterwards. */
export const tooLarge = (max: number) =>
  new HttpProblem('too_large', `at most ${max} bytes are taken`, { headers: { connection: 'close' } });

function readBody(
  request: IncomingMessage,
  budget: Budget,
  max: number,
): Promise<{ readonly body: Body; readonly giveBack: () => void }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const closing = { headers: { connection: 'close' } };
    const timer = setTimeout(() => refuse(new HttpProblem('timeout', undefined, closing)), READ_WITHIN_MS);
    const stop = () => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onError).off('aborted', onError);
    };
    const refuse = (problem: HttpProblem) => {
      stop();
      request.resume();
      budget.drop(arriving);
      chunks.length = 0;
      reject(problem);
    };
    const arriving: Arriving = { peer: request.socket.remoteAddress ?? '', bytes: 0, refuse };
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      if (arriving.bytes + chunk.length > max) refuse(tooLarge(max));
      else budget.add(arriving, chunk.length);
    };
    const onEnd = () => {
      stop();
      try {
        resolve({ body: chunks, giveBack: budget.keep(arriving) });
      } catch (error) {
        reject(error as HttpProblem);
      }
    };
    const onError = () => refuse(new HttpProblem('bad_request', 'the body broke off'));
    budget.begin(arriving);
    request.on('data', onData).on('end', onEnd).on('error', onError).on('aborted', onError);
  });
}
