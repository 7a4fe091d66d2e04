import fc from 'fast-check';
import type { Ask } from '../../../lib/runs/ask/ask';
import { sessionOf } from '../../../lib/runs/run/params';
import { ANNOTATIONS } from '../../../lib/words/labels';
import { byTurn, eligible, laneOf, overtakenTests } from '../../../orchestrator/src/queue/eligible';
import { PENDING } from '../../../orchestrator/src/queue/objects';
import type { Request, Run, Slot } from '../../../orchestrator/src/queue/objects';
import { leaseAdmission, slotName } from '../../../orchestrator/src/queue/slots';
import { MemoryApi } from '../support/memory-api';
import { NAMESPACE, request, test as testOf } from '../support/team';

/** @param second when it was made */
const made = (one: ReturnType<typeof request>, second = 0, status?: Request['status']): Request => ({
  ...one,
  metadata: {
    ...one.metadata,
    namespace: NAMESPACE,
    uid: `uid-${one.metadata.name}`,
    resourceVersion: '1',
    creationTimestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
  },
  status,
});
const NOBODY: ReadonlySet<string> = new Set();
const namesOf = (requests: readonly Request[]): string[] => requests.map(({ metadata }) => metadata.name);
const release = (name: string, eventTime: string, more: Partial<Ask> = {}) =>
  request(name, {
    pipeline: 'merge-release',
    apps: ['web'],
    revision: name,
    source: { event: 'pull_request', eventTime },
    ...more,
  });

describe('whose turn it is', () => {
  it('is that of the highest priority, then of the oldest, then of the first by name', () => {
    const all = [
      made(request('c'), 1),
      made(request('b'), 1),
      made(request('late', { priority: 5 }), 9),
      made(request('a'), 2),
      made(request('low', { priority: -1 }), 0),
    ];
    expect(namesOf(eligible(all, NOBODY))).toEqual(['late', 'b', 'c', 'a', 'low']);
  });

  it('is not that of those that are over, cancelled, running or holding a slot', () => {
    const all = [
      made(request('over'), 0, { phase: 'Failed' }),
      made(request('cancelled', { cancel: true })),
      made(request('runs'), 0, { phase: 'Running', runUID: 'u' }),
      made(request('holds')),
      made(request('waits')),
    ];
    expect(namesOf(eligible(all, new Set(['uid-holds'])))).toEqual(['waits']);
  });

  it('comes to releases of an app one by one, as they were merged, and to other apps beside them', () => {
    const all = [
      made(release('second', '2026-01-01T00:00:02Z', { priority: 9 }), 1),
      made(release('first', '2026-01-01T00:00:01Z'), 2),
      made(release('api', '2026-01-01T00:00:09Z', { apps: ['api'] }), 3),
    ];
    expect(namesOf(eligible(all, NOBODY))).toEqual(['first', 'api']);
    const running = all.map((one) =>
      one.metadata.name === 'first' ? { ...one, status: { phase: 'Running' as const, runUID: 'u' } } : one,
    );
    expect(namesOf(eligible(running, NOBODY))).toEqual(['api']);
  });

  it('comes to one bootstrap of a stack at a time', () => {
    const bootstrap = (name: string, stack: string) => made(request(name, { pipeline: 'bootstrap', stack }));
    expect(namesOf(eligible([bootstrap('a', 'shop'), bootstrap('b', 'shop'), bootstrap('c', 'mall')], NOBODY))).toEqual(
      ['a', 'c'],
    );
  });

  it('comes to one promotion of a team at a time, whatever the stack', () => {
    const promotion = (name: string, stack: string) =>
      made(request(name, { pipeline: 'promote', stack, to: 'staging' }));
    expect(namesOf(eligible([promotion('a', 'shop'), promotion('b', 'mall')], NOBODY))).toEqual(['a']);
  });

  it('comes to one test of those that open the same previews at a time, whatever they say of stack and repository', () => {
    const asks = ['acme/web', 'ACME/Web', 'acme/other'].flatMap((repo) =>
      ['shop', 'mall'].map((stack) => ({ pullRequest: { number: 7, repo }, stack })),
    );
    const all = asks.map((ask, index) => made(testOf(`test-${index}`, 7, '2026-01-01T00:00:01Z', ask), index));
    const next = eligible(all, NOBODY).map(({ spec }) => sessionOf(spec));
    expect(next).toEqual([...new Set(all.map(({ spec }) => sessionOf(spec)))]);
    expect(next).toHaveLength(2);
  });

  it('and none of one stack overtakes one of another', () => {
    const [shop, mall] = ['shop', 'mall'].map((stack, index) =>
      made(testOf(stack, 7, `2026-01-01T00:00:0${index}Z`, { stack })),
    );
    expect(overtakenTests([shop!, mall!])).toEqual(new Set());
  });

  it('never comes to a test that a newer event has overtaken, whichever arrived first', () => {
    const [old, recent] = [
      made(testOf('old', 7, '2026-01-01T00:00:01Z'), 5),
      made(testOf('recent', 7, '2026-01-01T00:00:02Z'), 1),
    ];
    const other = made(testOf('other', 8, '2026-01-01T00:00:00Z'), 9);
    expect(namesOf(eligible([old, recent, other], NOBODY))).toEqual(['recent', 'other']);
    expect(namesOf(eligible([old, { ...recent, status: { phase: 'Succeeded' } }], NOBODY))).toEqual([]);
    const closed = made(testOf('closed', 7, '2026-01-01T00:00:03Z', { apps: undefined, cancel: true }), 0);
    expect(namesOf(eligible([old, recent, closed], NOBODY))).toEqual([]);
  });
});

describe('whatever there is', () => {
  const anyRequest = fc.record({
    pipeline: fc.constantFrom(
      'verify' as const,
      'bootstrap' as const,
      'merge-release' as const,
      'promote' as const,
      'pr-test' as const,
    ),
    app: fc.constantFrom('web', 'api'),
    number: fc.integer({ min: 1, max: 3 }),
    second: fc.nat(5),
    event: fc.nat(5),
    priority: fc.constantFrom(undefined, -1, 1),
    phase: fc.constantFrom(undefined, 'Running' as const, 'Succeeded' as const),
    holds: fc.boolean(),
  });
  const world = fc.array(anyRequest, { maxLength: 14 }).map((all) => ({
    requests: all.map(({ pipeline, app, number, second, event, priority, phase }, index) => {
      const source = { event: 'x', eventTime: `2026-01-01T00:00:0${event}Z` };
      const pullRequest = pipeline === 'pr-test' ? { number, repo: 'acme/web' } : undefined;
      return made(
        request(`r${index}`, { pipeline, apps: [app], source, pullRequest, priority }),
        second,
        phase && { phase, runUID: `run-${index}` },
      );
    }),
    holders: new Set(
      all.flatMap(({ holds, phase }, index) => (holds && phase !== 'Succeeded' ? [`uid-r${index}`] : [])),
    ),
  }));

  it('gives a lane one turn at most, and none while it is busy', () => {
    fc.assert(
      fc.property(world, ({ requests, holders }) => {
        const lanes = eligible(requests, holders)
          .map(laneOf)
          .filter((lane) => lane !== undefined);
        expect(new Set(lanes).size).toBe(lanes.length);
        const busy = requests
          .filter((one) => one.status?.phase !== 'Succeeded' && (one.status?.runUID || holders.has(one.metadata.uid)))
          .map(laneOf);
        expect(lanes.filter((lane) => busy.includes(lane))).toEqual([]);
      }),
    );
  });

  it('is the same in whatever order they are listed', () => {
    fc.assert(
      fc.property(world, ({ requests, holders }) =>
        expect(namesOf(eligible([...requests].reverse(), holders)).sort()).toEqual(
          namesOf(eligible(requests, holders)).sort(),
        ),
      ),
    );
  });

  it('leaves nobody out: while something waits that nothing hinders, somebody of its lane has a turn', () => {
    fc.assert(
      fc.property(world, ({ requests, holders }) => {
        const next = eligible(requests, holders);
        const free = requests.filter(
          (one) => one.spec.pipeline === 'verify' && one.status === undefined && !holders.has(one.metadata.uid),
        );
        expect(next).toEqual(expect.arrayContaining(free));
        expect(namesOf(next.filter(({ spec }) => spec.pipeline === 'verify'))).toEqual(namesOf([...free].sort(byTurn)));
      }),
    );
  });
});

describe('free slots', () => {
  const admission = leaseAdmission(new MemoryApi());
  const object = (name: string) => ({
    name,
    namespace: 'team-a',
    uid: name,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  });
  const slot = (name: string, holderIdentity: string): Slot => ({ metadata: object(name), spec: { holderIdentity } });
  const run = (
    name: string,
    { uid, status, succeeded }: { uid?: string; status?: string; succeeded?: string } = {},
  ): Run => ({
    metadata: { ...object(name), annotations: uid === undefined ? {} : { [ANNOTATIONS.requestUid]: uid } },
    spec: { status },
    status: succeeded === undefined ? undefined : { conditions: [{ type: 'Succeeded', status: succeeded }] },
  });

  it('are never more than what the limit leaves beside those that are held and what runs without one', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(9)), fc.nat(4), fc.nat(8), (held, direct, limit) => {
        const slots = held.map((index) => slot(slotName(index), `uid-${index}`));
        const runs = [
          ...Array.from({ length: direct }, (_, index) => run(`direct-${index}`)),
          // these go on in a slot, wait, or are over
          ...held.map((index) => run(`run-${index}`, { uid: `uid-${index}` })),
          run('waits', { status: PENDING }),
          run('over', { succeeded: 'True' }),
        ];
        const free = admission.free({ slots, runs, limit }) ?? [];
        expect(free.length).toBe(Math.max(0, Math.min(limit - held.length - direct, limit)));
        expect(free.every((name) => !held.map(slotName).includes(name) && Number(name.slice(5)) < limit)).toBe(true);
      }),
    );
  });
});
