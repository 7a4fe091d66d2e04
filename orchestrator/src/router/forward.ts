import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { urlFor } from '../../../lib/runs/configuration/routing';
import type { Member } from '../../../lib/runs/configuration/routing';
import type { VerifiedDelivery } from '../http/verify';

/** Sends a delivery on to one member, as it was signed. */

/** What is sent: the same to each member. */
export interface Sent extends Pick<VerifiedDelivery, 'dialect'> {
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes that were signed. */
  readonly body: Buffer;
}

/** What a member made of a delivery. */
export interface Reply {
  readonly member: string;
  /** Of HTTP; undefined: no answer came. */
  readonly status?: number;
  /** Its answer, where that is JSON; people look for it where the Git host shows the answers to deliveries. */
  readonly answer?: unknown;
  /** Why no answer came. */
  readonly why?: string;
}

/** Whether the member has the delivery, so that nobody needs to send it again. */
export const isTaken = ({ status = 0 }: Reply): boolean => status >= 200 && status < 300;

/** Pauses before a member is asked again that is not there: one that is restarting is back within some of them. */
const PAUSES_MS = [250, 500, 1_000, 2_000, 4_000] as const;
/** Longer answers are not passed on. */
const ANSWER_MAX = 64 * 2 ** 10;
const UNAVAILABLE = 503;
/** The connection was never there, so the member has not seen the delivery. https://nodejs.org/api/errors.html#common-system-errors */
const NOT_CONNECTED = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
];

/**
 * Sends until the member answers, or there is no time left. It is sent again only where the member has surely not taken it: it could
 * not be reached, or says 503. A redirection is an answer and not followed, since it would lead out of the configuration.
 * @param deadline as `performance.now()` counts
 */
export async function forward(member: Member, sent: Sent, deadline: number): Promise<Reply> {
  for (let tried = 0; ; tried++) {
    const { reply, isSurelyLost } = await attempt(member, sent, deadline);
    const pause = PAUSES_MS[tried];
    if (!isSurelyLost || pause === undefined || performance.now() + pause >= deadline) return reply;
    await sleep(pause);
  }
}

async function attempt(
  member: Member,
  { dialect, headers, body }: Sent,
  deadline: number,
): Promise<{ readonly reply: Reply; readonly isSurelyLost: boolean }> {
  const { name } = member;
  const left = Math.max(1, Math.round(deadline - performance.now()));
  const signal = AbortSignal.timeout(left);
  try {
    const response = await request(urlFor(member, dialect), { method: 'POST', headers: { ...headers }, body, signal });
    const { statusCode: status } = response;
    const answer = await jsonOf(response);
    return {
      reply: { member: name, status, ...(answer !== undefined && { answer }) },
      isSurelyLost: status === UNAVAILABLE,
    };
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    const isSurelyLost = typeof code === 'string' && NOT_CONNECTED.includes(code);
    const why = signal.aborted ? 'did not answer in time' : isSurelyLost ? 'could not be reached' : 'broke off';
    return { reply: { member: name, why }, isSurelyLost };
  }
}

/** An answer whose body breaks off is still an answer. */
async function jsonOf({ headers, body }: Awaited<ReturnType<typeof request>>): Promise<unknown> {
  const isJson = /^application\/(problem\+)?json\b/i.test(String(headers['content-type']));
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (!isJson || size > ANSWER_MAX) return undefined;
      chunks.push(chunk);
    }
    return isJson ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
  } catch {
    return undefined;
  }
}
