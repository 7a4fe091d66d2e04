import type { Attempt } from '../../../orchestrator/src/recovery/deliveries';
import { missedOf } from '../../../orchestrator/src/recovery/deliveries';
import { NOW } from '../support';

const MINUTE = 60_000;
let id = 0;
/** Of one delivery: status codes, the oldest first, a minute apart, the last one so many minutes ago. */
const tried = (minutesAgo: number, ...codes: readonly number[]): Attempt[] =>
  codes
    .map((status_code, index) => ({
      id: ++id,
      guid: 'guid',
      delivered_at: new Date(NOW - (minutesAgo + codes.length - 1 - index) * MINUTE).toISOString(),
      redelivery: index > 0,
      status_code,
      event: 'pull_request',
    }))
    .reverse();
const isDue = (attempts: readonly Attempt[]): boolean => missedOf(attempts, NOW).due.length > 0;

it.each<[string, Attempt[], boolean]>([
  ['that the server failed at', tried(0, 503), true],
  ['that was not answered', tried(0, 0), true],
  ['that GitHub could not connect for', tried(0, 502), true],
  ['that was taken', tried(0, 202), false],
  ['that was refused', tried(0, 401), false],
  ['that was taken at the second attempt', tried(20, 503, 200), false],
  ['that was refused at the second attempt', tried(20, 503, 422), false],
  ['that was taken before it failed', tried(20, 200, 503), false],
  ['that failed again a moment ago', tried(14, 503, 503), false],
  ['that failed again a while ago', tried(15, 503, 503), true],
  ['that failed thrice a while ago', tried(119, 503, 503, 503), false],
  ['that failed thrice hours ago', tried(120, 503, 503, 503), true],
  ['that was sent again three times', tried(3_000, 503, 503, 503, 503), false],
  ['that was dealt with before these', tried(60, 503, 503).slice(0, 1), false],
  ['of an event that nothing follows from', tried(0, 503).map((attempt) => ({ ...attempt, event: 'push' })), false],
])('a delivery %s', (_, attempts, due) => expect(isDue(attempts)).toBe(due));

it('is asked for by its last attempt', () => {
  const attempts = tried(60, 503, 500);
  expect(missedOf(attempts, NOW).due).toEqual([attempts[0]]);
});

it('is remembered from its first attempt on, also while it waits', () => {
  const attempts = tried(5, 503, 503);
  expect(missedOf(attempts, NOW)).toEqual({ due: [], since: NOW - 6 * MINUTE });
  expect(missedOf(tried(0, 503, 200), NOW).since).toBeUndefined();
});
