import * as fc from 'fast-check';
import type { Node } from '../../lib/fleet/stack-graph';
import { callOrder, entryApps, findCycle, levels, pathsTo, reachedBy, reaches } from '../../lib/fleet/stack-graph';

const node = (name: string, downstream: string[] = [], over: Partial<Node> = {}): Node => ({
  name,
  downstream,
  propagationRole: 'forwarder',
  protocol: 'http',
  ...over,
});
const named = (apps: readonly Node[]) => apps.map(({ name }) => name);

/** web → bff → {cart, search}, cart → {db, stock}, search → stock, batch → stock */
const SHOP = [
  node('web', ['bff'], { propagationRole: 'originator' }),
  node('bff', ['cart', 'search']),
  node('cart', ['db', 'stock']),
  node('search', ['stock']),
  node('stock', [], { propagationRole: 'terminal' }),
  node('db', [], { propagationRole: 'terminal', protocol: 'tcp' }),
  node('batch', ['stock'], { protocol: 'grpc' }),
];

/** Any graph without cycles, its apps in any order. */
const stacks = fc.gen().map((draw): readonly Node[] => {
  const apps: Node[] = [];
  for (let i = draw(fc.integer, { min: 1, max: 12 }); i > 0; i--) {
    const downstream = draw(() => fc.shuffledSubarray(named(apps)));
    apps.push(node(`app-${i}`, downstream, { protocol: draw(() => fc.constantFrom('http', 'grpc', 'tcp')) }));
  }
  return draw(() => fc.shuffledSubarray(apps, { minLength: apps.length }));
});
/** By walking every path: slow, and obviously right. */
function walk(apps: readonly Node[], from: string, carries: (name: string) => boolean = () => true): string[][] {
  const app = apps.find(({ name }) => name === from)!;
  return [
    [from],
    ...app.downstream.filter(carries).flatMap((next) => walk(apps, next, carries).map((path) => [from, ...path])),
  ];
}

describe('a shop', () => {
  it('is built from what calls nobody to what nobody calls', () => {
    expect(named(callOrder(SHOP))).toEqual(['db', 'stock', 'cart', 'search', 'bff', 'web', 'batch']);
    expect(levels(SHOP).map(named)).toEqual([['stock', 'db'], ['cart', 'search', 'batch'], ['bff'], ['web']]);
  });

  it('knows what each app reaches, and what reaches it', () => {
    expect(reaches(SHOP).get('cart')).toEqual(['stock', 'db']);
    expect(reachedBy(SHOP).get('stock')).toEqual(['web', 'bff', 'cart', 'search', 'batch']);
  });

  it('is entered at originators and at what nobody calls', () => {
    expect(named(entryApps(SHOP))).toEqual(['web', 'batch']);
    expect(named(entryApps([node('a', ['b']), node('b', [], { propagationRole: 'originator' })]))).toEqual(['a', 'b']);
  });

  it('leads a session from each entry to an app by the shortest way, the first named of equal ones', () => {
    expect(pathsTo(SHOP, 'stock')).toEqual([
      ['web', 'bff', 'cart', 'stock'],
      ['batch', 'stock'],
    ]);
    expect(pathsTo(SHOP, 'web')).toEqual([['web']]);
    const detour = [node('a', ['x', 'b']), node('x', ['y']), node('y', ['d']), node('b', ['d']), node('d')];
    expect(pathsTo(detour, 'd')).toEqual([['a', 'b', 'd']]);
  });

  it('leads none over tcp, which carries no header', () => {
    expect(pathsTo(SHOP, 'db')).toEqual([]);
    expect(pathsTo([node('a', ['b']), node('b', ['c'], { protocol: 'tcp' }), node('c')], 'c')).toEqual([]);
    expect(pathsTo([node('a', ['b'], { protocol: 'tcp' }), node('b')], 'b')).toEqual([]);
  });
});

describe('a cycle', () => {
  const cycle = [node('a', ['b']), node('b', ['c', 'd']), node('c', []), node('d', ['b'])];

  it('is found as it is walked', () => {
    expect(findCycle(cycle)).toEqual(['b', 'd', 'b']);
    expect(findCycle([node('a', ['a'])])).toEqual(['a', 'a']);
    expect(findCycle(SHOP)).toBeUndefined();
  });

  it('has no order, and is printed', () => {
    expect(() => callOrder(cycle)).toThrow('b -> d -> b');
  });
});

describe('any stack', () => {
  it('has each app once, after those that it calls, on the level above the highest of them', () => {
    fc.assert(
      fc.property(stacks, (apps) => {
        const order = named(callOrder(apps));
        const level = new Map(levels(apps).flatMap((some, i) => some.map(({ name }) => [name, i] as const)));
        expect([...order].sort()).toEqual(named(apps).sort());
        for (const { name, downstream } of apps) {
          expect(downstream.filter((callee) => order.indexOf(callee) > order.indexOf(name))).toEqual([]);
          expect(level.get(name)).toBe(Math.max(-1, ...downstream.map((callee) => level.get(callee)!)) + 1);
        }
      }),
    );
  });

  it('reaches exactly what a walk over all paths reaches, and backwards', () => {
    fc.assert(
      fc.property(stacks, (apps) => {
        const back = reachedBy(apps);
        for (const { name } of apps) {
          const walked = new Set(walk(apps, name).flat());
          walked.delete(name);
          expect(new Set(reaches(apps).get(name))).toEqual(walked);
          for (const { name: other } of apps) expect(back.get(other)?.includes(name)).toBe(walked.has(other));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('has paths that are as short as any, from every entry that has one', () => {
    fc.assert(
      fc.property(stacks, fc.nat(), (apps, i) => {
        const to = apps[i % apps.length]!.name;
        const carries = (name: string) => apps.find((app) => app.name === name)?.protocol !== 'tcp';
        const lengths = named(entryApps(apps))
          .filter(carries)
          .flatMap((entry) => {
            const ways = walk(apps, entry, carries).filter((path) => path.at(-1) === to);
            return ways.length > 0 ? [[entry, Math.min(...ways.map((path) => path.length))]] : [];
          });
        const paths = pathsTo(apps, to);
        expect(paths.map((path) => [path[0], path.length])).toEqual(lengths);
        for (const path of paths)
          path
            .slice(1)
            .forEach((name, at) => expect(apps.find((app) => app.name === path[at])?.downstream).toContain(name));
      }),
      { numRuns: 50 },
    );
  });
});

it('takes 300 apps where each calls the next twenty: more paths than could be walked', () => {
  const apps = Array.from({ length: 300 }, (_, i) =>
    node(
      `app-${i}`,
      Array.from({ length: Math.min(20, 299 - i) }, (_, j) => `app-${i + j + 1}`),
    ),
  );
  const began = performance.now();
  expect(callOrder(apps)[0]?.name).toBe('app-299');
  expect(levels(apps)).toHaveLength(300);
  expect(reaches(apps).get('app-0')).toHaveLength(299);
  expect(pathsTo(apps, 'app-299')).toHaveLength(1);
  expect(performance.now() - began).toBeLessThan(2000);
});
