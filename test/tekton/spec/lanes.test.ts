import * as fc from 'fast-check';
import { lanes } from '../../../lib/tekton/spec/lanes';

const names = (count: number) => Array.from({ length: count }, (_, i) => `app-${i}`);
const work = fc.record({ count: fc.nat(60), n: fc.integer({ min: 1, max: 12 }) });

/** Runs the work as its lanes say: when each begins and ends. */
function run(waitsFor: ReadonlyMap<string, string | undefined>, duration: (name: string) => number) {
  const times = new Map<string, { start: number; end: number }>();
  for (const [name, before] of waitsFor) {
    const start = before === undefined ? 0 : times.get(before)!.end;
    times.set(name, { start, end: start + duration(name) });
  }
  return [...times.values()];
}
const atOnce = (times: readonly { start: number; end: number }[], now: number) =>
  times.filter(({ start, end }) => start <= now && now < end).length;

it('deals five builds to two lanes', () => {
  expect([...lanes(['a', 'b', 'c', 'd', 'e'], 2)]).toEqual([
    ['a', undefined],
    ['b', undefined],
    ['c', 'a'],
    ['d', 'b'],
    ['e', 'c'],
  ]);
});

it('never runs more at once than allowed, however long each takes', () => {
  fc.assert(
    fc.property(work, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), ({ count, n }, durations) => {
      const times = run(lanes(names(count), n), () => durations.next().value as number);
      expect(Math.max(0, ...times.map(({ start }) => atOnce(times, start)))).toBeLessThanOrEqual(n);
    }),
  );
});

it('leaves no slot idle while work remains, all being equally long', () => {
  fc.assert(
    fc.property(work, ({ count, n }) => {
      const times = run(lanes(names(count), n), () => 1);
      const lastStart = Math.max(0, ...times.map(({ start }) => start));
      for (let now = 0; now < lastStart; now++) expect(atOnce(times, now)).toBe(n);
      expect(lastStart).toBe(Math.max(0, Math.ceil(count / n) - 1));
    }),
  );
});

it('makes chains whose lengths differ by at most one', () => {
  fc.assert(
    fc.property(work, ({ count, n }) => {
      const waitsFor = lanes(names(count), n);
      const length = (name: string | undefined): number => (name === undefined ? 0 : 1 + length(waitsFor.get(name)));
      const waited = new Set(waitsFor.values());
      const lengths = [...waitsFor.keys()].filter((name) => !waited.has(name)).map(length);
      expect(Math.max(0, ...lengths) - Math.min(Infinity, ...lengths)).toBeLessThanOrEqual(1);
      expect(lengths).toHaveLength(Math.min(count, n));
    }),
  );
});

it.each([0, -1, 1.5, NaN])('fails for %d at once', (n) => {
  expect(() => lanes(['a'], n)).toThrow('at least 1 is needed');
});
