import type { IncomingMessage } from 'node:http';
import type { Metrics } from '../metrics';
import { HttpProblem } from './problem';

/** GitHub's own limit: what is larger it does not send. https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
export const BODY_MAX = 25 * 2 ** 20;
const READ_WITHIN_MS = 5_000;
/** Of all bodies together, and how many large ones at once: one of 25 MiB blocks the event loop for a tenth of a second. */
const IN_FLIGHT_MAX = 64 * 2 ** 20;
const LARGE = 2 ** 20;
const LARGE_AT_ONCE = 2;

/** The memory that bodies may hold together. */
export class Budget {
  private bytes = 0;
  private large = 0;

  constructor(private readonly metrics: Metrics) {}

  /** Takes memory for a body. @returns a function that gives it back @throws HttpProblem[overloaded] */
  take(bytes: number): () => void {
    const large = bytes > LARGE ? 1 : 0;
    if (this.bytes + bytes > IN_FLIGHT_MAX || this.large + large > LARGE_AT_ONCE) throw new HttpProblem('overloaded');
    this.add(bytes, large);
    return () => this.add(-bytes, -large);
  }

  private add(bytes: number, large: number): void {
    this.bytes += bytes;
    this.large += large;
    this.metrics.webhookInflightBytes.set(this.bytes);
  }
}

/**
 * Reads the raw body and gives it to `use`, while the budget holds memory for it. A body without a length counts as large.
 * @param max bytes; a larger body is refused
 * @throws HttpProblem: length_required, too_large, overloaded, timeout
 */
export async function withBody<T>(
  request: IncomingMessage,
  budget: Budget,
  max: number,
  use: (body: Buffer) => Promise<T>,
): Promise<T> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (length === undefined && encoding === undefined) throw new HttpProblem('length_required');
  const expected = length === undefined ? LARGE + 1 : Number(length);
  if (expected > max) throw tooLarge();
  const giveBack = budget.take(expected);
  try {
    return await use(await readBody(request, max));
  } finally {
    giveBack();
  }
}

/** Refuses a body that is too large. The rest of it is not read, so the connection is of no use afterwards. */
export const tooLarge = () =>
  new HttpProblem('too_large', `at most ${BODY_MAX} bytes are taken`, { headers: { connection: 'close' } });

function readBody(request: IncomingMessage, max: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(
      () => end(new HttpProblem('timeout', undefined, { headers: { connection: 'close' } })),
      READ_WITHIN_MS,
    );
    const end = (result: Buffer | Error) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onError).off('aborted', onAborted);
      if (!Buffer.isBuffer(result)) request.resume();
      if (Buffer.isBuffer(result)) resolve(result);
      else reject(result);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > max) end(tooLarge());
      else chunks.push(chunk);
    };
    const onEnd = () => end(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    const onError = () => end(new HttpProblem('bad_request', 'the body broke off'));
    const onAborted = onError;
    request.on('data', onData).on('end', onEnd).on('error', onError).on('aborted', onAborted);
  });
}
