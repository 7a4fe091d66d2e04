import * as fc from 'fast-check';
import { lanes } from '../../lib/graph/lanes';

const work = fc.record({ count: fc.integer({ min: 0, max: 40 }), n: fc.integer({ min: 1, max: 9 }), seed: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 40, maxLength: 40 }) });
const named = (count: number) => Array.from({ length: count }, (_, i) => `build-${i}`);

/** When each begins and ends if nothing but the lanes holds it back. */
function schedule(names: readonly string[], n: number, duration: (i: number) => number) {
  const waitsFor = lanes(names, n);
  const times = new Map<string, { start: number; end: number }>();
  names.forEach((name, i) => {
    const start = times.get(waitsFor.get(name) ?? '')?.end ?? 0;
    times.set(name, { start, end: start + duration(i) });
  });
  return [...times.values()];
}
const running = (times: readonly { start: number; end: number }[], at: number) => times.filter(({ start, end }) => start <= at && at < end).length;

describe('lanes', () => {
  it('never let more run at once than they may, however long each takes', () => {
    fc.assert(
      fc.property(work, ({ count, n, seed }) => {
        const times = schedule(named(count), n, (i) => seed[i]!);
        expect(Math.max(0, ...times.map(({ start }) => running(times, start)))).toBeLessThanOrEqual(n);
      }),
    );
  });

  it('leave no slot idle while equally long work remains', () => {
    fc.assert(
      fc.property(work, ({ count, n }) => {
        const times = schedule(named(count), n, () => 1);
        expect(Math.max(0, ...times.map(({ end }) => end))).toBe(Math.ceil(count / n));
      }),
    );
  });

  it('deal the names in turn', () => {
    expect([...lanes(['a', 'b', 'c', 'd', 'e'], 2)]).toEqual([['a', undefined], ['b', undefined], ['c', 'a'], ['d', 'b'], ['e', 'c']]);
    expect([...lanes(['a', 'b'], 5).values()]).toEqual([undefined, undefined]);
  });

  it.each([0, -1, 1.5, NaN])('fail for %d at once', (n) => {
    expect(() => lanes(['a'], n)).toThrow('at least 1 is needed');
  });
});
