import { z } from 'zod';
import { GITHUB_EVENTS } from '../../../lib/runs/events/github-event';

/** Which deliveries did not arrive, as GitHub's log of a webhook tells it: pure. */

/** One attempt to deliver. https://docs.github.com/en/rest/repos/webhooks#list-deliveries-for-a-repository-webhook */
export const attemptSchema = z.object({
  id: z.number().int(),
  guid: z.string(),
  delivered_at: z.iso.datetime({ offset: true }),
  redelivery: z.boolean(),
  status_code: z.number().int(),
  event: z.string(),
});
export type Attempt = z.output<typeof attemptSchema>;

const MINUTE = 60_000;
/** How long after the last attempt another one is asked for: there are no more than these. */
const PAUSES_MS = [0, 15 * MINUTE, 120 * MINUTE] as const;

export interface Missed {
  /** Last attempts of the deliveries that are to be tried again now; the oldest first, as what they tell of has happened. */
  readonly due: readonly Attempt[];
  /** The first attempt of those that are to be tried again, now or later. */
  readonly since?: number;
}

/** @param attempts of one webhook, the newest first */
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
    .filter((tried) => now - at(tried[0]!) >= pauseOf(tried)!)
    .map(([last]) => last!)
    .reverse();
  return { due, ...(open.length > 0 && { since: Math.min(...open.flat().map(at)) }) };
}

export const at = ({ delivered_at: time }: Attempt): number => Date.parse(time);

/**
 * Nobody took it. What was refused (4xx) would be refused again; no answer at all is 0, or a 5xx of GitHub's. One whose
 * first attempt is not among these was dealt with before.
 */
function isMissed(tried: readonly Attempt[]): boolean {
  const { status_code: last } = tried[0]!;
  const isTaken = tried.some(({ status_code: code }) => code >= 200 && code < 300);
  return (last >= 500 || last === 0) && !isTaken && tried.some(({ redelivery }) => !redelivery);
}

const pauseOf = (tried: readonly Attempt[]): number | undefined =>
  PAUSES_MS[tried.filter(({ redelivery }) => redelivery).length];
