import { z } from 'zod';
import { GITHUB_EVENTS } from '../../../lib/runs/events/github-event';

/** Finds the deliveries that did not arrive in GitHub's log of a webhook. */

/** The schema of one attempt to deliver. https://docs.github.com/en/rest/repos/webhooks#list-deliveries-for-a-repository-webhook */
export const attemptSchema = z.object({
  id: z.number().int(),
  guid: z.string(),
  delivered_at: z.iso.datetime({ offset: true }),
  redelivery: z.boolean(),
  status_code: z.number().int(),
  event: z.string(),
});
/** One attempt to deliver. */
export type Attempt = z.output<typeof attemptSchema>;

const MINUTE = 60_000;
/** The pause before each further attempt; after the last one there is no more. */
const PAUSES_MS = [0, 15 * MINUTE, 120 * MINUTE] as const;

/** The deliveries that did not arrive. */
export interface Missed {
  /** The last attempts of the deliveries to try again now, in the order of their events. */
  readonly due: readonly Attempt[];
  /** When the first of those was attempted that are to be tried again, now or later. */
  readonly since?: number;
}

/** Finds what one webhook did not deliver. @param attempts its log, the newest attempt first */
export function missedOf(attempts: readonly Attempt[], now: number): Missed {
  const deliveries = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    if (!GITHUB_EVENTS.some((event) => event === attempt.event)) continue;
    const others = deliveries.get(attempt.guid);
    if (others === undefined) deliveries.set(attempt.guid, [attempt]);
    else others.push(attempt);
  }
  const open = [...deliveries.values()].filter((tried) => isMissed(tried) && pauseOf(tried) !== undefined);
  const due = open
    .filter((tried) => now - deliveredAt(tried[0]!) >= pauseOf(tried)!)
    .map(([last]) => last!)
    .reverse();
  return { due, ...(open.length > 0 && { since: Math.min(...open.flat().map(deliveredAt)) }) };
}

/** When an attempt was made, in milliseconds since the epoch. */
export const deliveredAt = ({ delivered_at: time }: Attempt): number => Date.parse(time);

/**
 * Whether nobody took a delivery. A refusal (4xx) would be repeated, so it counts as taken; 0 and 5xx mean that no answer
 * came. A delivery whose first attempt is older than the log was dealt with before.
 */
function isMissed(tried: readonly Attempt[]): boolean {
  const { status_code: last } = tried[0]!;
  const isTaken = tried.some(({ status_code: code }) => code >= 200 && code < 300);
  return (last >= 500 || last === 0) && !isTaken && tried.some(({ redelivery }) => !redelivery);
}

const pauseOf = (tried: readonly Attempt[]): number | undefined =>
  PAUSES_MS[tried.filter(({ redelivery }) => redelivery).length];
