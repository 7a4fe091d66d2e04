import type { Ask } from '../../../lib/runs/ask/ask';
import type { Request } from '../../../orchestrator/src/queue/objects';
import { SHA } from '../support';
import { finished } from '../history/support/runs';

/** Runs of two days of which all figures can be worked out by hand; each says what it adds. */

export const SINCE = Date.parse('2026-01-01T00:00:00Z');
export const DAY = 86_400_000;
export const UNTIL = SINCE + 2 * DAY;

/** On the first of January, unless a day is named. */
const at = (time: string): string => (time.includes('T') ? time : `2026-01-01T${time}Z`);

interface Outline {
  /** When it was pushed or merged; undefined: nobody at the host asked for it. */
  readonly happened?: string;
  readonly created: string;
  readonly started?: string;
  readonly ended: string;
  readonly phase?: 'Succeeded' | 'Failed' | 'Cancelled';
}

const run = (name: string, spec: Partial<Ask>, outline: Outline, namespace?: string): Request => {
  const { happened, created, started, ended, phase = 'Succeeded' } = outline;
  const source = { event: 'pull_request', ...spec.source, ...(happened !== undefined && { eventTime: at(happened) }) };
  return finished(
    name,
    { ...spec, source },
    { created: at(created), startedAt: started && at(started), finishedAt: at(ended), phase },
    namespace,
  );
};
const tested = (name: string, revision: string, outline: Outline, source?: Ask['source']): Request =>
  run(
    name,
    { pipeline: 'pr-test', apps: ['web'], revision, pullRequest: { number: 7, repo: 'acme/web' }, source },
    outline,
  );
const released = (name: string, app: string, outline: Outline): Request =>
  run(name, { pipeline: 'merge-release', apps: [app], revision: SHA.merge }, outline);

export const RUNS: readonly Request[] = [
  // verdict 600 s, wait 20 s
  tested('p1', '1'.repeat(40), { happened: '00:00:00', created: '00:00:10', started: '00:00:30', ended: '00:10:00' }),
  // verdict 1200 s, wait 10 s
  tested('p2', '2'.repeat(40), {
    ...{ happened: '01:00:00', created: '01:00:10', started: '01:00:20', ended: '01:20:00', phase: 'Failed' },
  }),
  // verdict 1800 s, wait 60 s; it went on for 1730 s
  tested('p3', SHA.b, {
    ...{ happened: '02:00:00', created: '02:00:10', started: '02:01:10', ended: '02:30:00', phase: 'Failed' },
  }),
  // the same commit again, so no verdict on a push; wait 30 s
  tested(
    'p4',
    SHA.b,
    { happened: '02:00:00', created: '03:00:00', started: '03:00:30', ended: '03:10:00' },
    { event: 'issue_comment', attempt: 900 },
  ),
  // overtaken before it began: neither verdict nor wait
  tested('p5', SHA.c, { happened: '04:00:00', created: '04:00:10', ended: '04:00:50', phase: 'Cancelled' }),
  // pushed ten minutes after it was asked for, which cannot be: no verdict; wait 40 s
  tested('p6', '6'.repeat(40), { happened: '05:10:00', created: '05:00:00', started: '05:00:40', ended: '05:20:00' }),
  // before the time that is asked for; web is broken from 23:00:00 on
  released('m0', 'web', { created: '2025-12-31T22:00:00Z', ended: '2025-12-31T23:00:00Z', phase: 'Failed' }),
  // wait 10 s; web is still broken
  released('m1', 'web', {
    ...{ happened: '06:00:00', created: '06:00:05', started: '06:00:15', ended: '06:05:00', phase: 'Failed' },
  }),
  // serving 600 s, wait 20 s, repair 8 h 10 min: 29400 s
  released('m2', 'web', { happened: '07:00:00', created: '07:00:05', started: '07:00:25', ended: '07:10:00' }),
  // serving 1200 s, wait 5 s, nothing to repair
  released('m3', 'web', { happened: '08:00:00', created: '08:00:05', started: '08:00:10', ended: '08:20:00' }),
  // on the second day: api breaks; wait 10 s
  released('a1', 'api', {
    ...{ happened: '2026-01-02T08:49:50Z', created: '2026-01-02T08:50:00Z', started: '2026-01-02T08:50:10Z' },
    ...{ ended: '2026-01-02T09:00:00Z', phase: 'Failed' },
  }),
  // serving 1800 s, wait 50 s, repair 5400 s
  released('a2', 'api', {
    ...{ happened: '2026-01-02T10:00:00Z', created: '2026-01-02T10:00:00Z', started: '2026-01-02T10:00:50Z' },
    ended: '2026-01-02T10:30:00Z',
  }),
  // of another team: wait 7 s
  run(
    'b1',
    { pipeline: 'bootstrap', team: 'y' },
    { created: '12:00:00', started: '12:00:07', ended: '12:30:00' },
    'team-y',
  ),
];

const X = {
  runs: 11,
  tests: { count: 5, failed: 2 },
  releases: { count: 5, failed: 2 },
  // 600, 1200, 1800
  verdict: { count: 3, median: 1200, p90: 1680 },
  serving: { count: 3, median: 1200, p90: 1680 },
  // 5400, 29400
  repair: { count: 2, median: 17_400, p90: 27_000 },
  // 5, 10, 10, 10, 20, 20, 30, 40, 50, 60
  wait: { count: 10, median: 20, p90: 51 },
};
const NONE = { count: 0, failed: 0 };
const Y = {
  runs: 1,
  ...{ tests: NONE, releases: NONE, verdict: undefined, serving: undefined, repair: undefined },
  wait: { count: 1, median: 7, p90: 7 },
};

/** By part, without what only a database knows. */
export const EXPECTED = [
  // the wait of b1 comes between 5 and 10
  { ...X, runs: 12, wait: { count: 11, median: 20, p90: 50 } },
  { namespace: 'team-x', ...X },
  { namespace: 'team-x', stack: 'shop', ...X },
  { namespace: 'team-y', ...Y },
  { namespace: 'team-y', stack: 'shop', ...Y },
  {
    period: SINCE,
    runs: 10,
    tests: { count: 5, failed: 2 },
    releases: { count: 3, failed: 1 },
    verdict: { count: 3, median: 1200, p90: 1680 },
    // 600, 1200
    serving: { count: 2, median: 900, p90: 1140 },
    repair: { count: 1, median: 29_400, p90: 29_400 },
    // 5, 7, 10, 10, 20, 20, 30, 40, 60
    wait: { count: 9, median: 20, p90: 44 },
  },
  {
    period: SINCE + DAY,
    ...{ runs: 2, tests: NONE, releases: { count: 2, failed: 1 }, verdict: undefined },
    serving: { count: 1, median: 1800, p90: 1800 },
    repair: { count: 1, median: 5400, p90: 5400 },
    // 10, 50
    wait: { count: 2, median: 30, p90: 46 },
  },
] as const;
