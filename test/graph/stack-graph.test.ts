import * as fc from 'fast-check';
import type { Node } from '../../lib/graph/stack-graph';
import { callOrder, entryApps, findCycle, levels, propagationPaths, reachedBy, reaches } from '../../lib/graph/stack-graph';

const node = (name: string, downstream: readonly string[] = [], over: Partial<Node> = {}): Node => ({ name, downstream, propagationRole: 'forwarder', protocol: 'http', ...over });
const names = (apps: readonly Node[]) => apps.map(({ name }) => name);

/** Apps that call only later ones, in an order of their own. */
const stacks = fc.array(fc.array(fc.nat(14), { maxLength: 4 }), { minLength: 1, maxLength: 15 }).chain((calls) => {
  const apps = calls.map((callees, i) => node(`app${i}`, [...new Set(callees.filter((to) => to > i && to < calls.length))].map((to) => `app${to}`)));
  return fc.shuffledSubarray(apps, { minLength: apps.length });
});

const shop = [node('web', ['cart', 'search'], { propagationRole: 'originator' }), node('search', ['index']), node('cart', ['stock', 'queue']), node('index'), node('stock'), node('queue', [], { protocol: 'tcp' })];

describe('a stack', () => {
  it('is ordered callee first, and a level is one above the highest that it calls', () => {
    fc.assert(
      fc.property(stacks, (apps) => {
        const order = names(callOrder(apps));
        expect([...order].sort()).toEqual(names(apps).sort());
        const level = new Map(levels(apps).flatMap((there, i) => there.map(({ name }) => [name, i] as const)));
        for (const app of apps) {
          for (const callee of app.downstream) expect(order.indexOf(callee)).toBeLessThan(order.indexOf(app.name));
          expect(level.get(app.name)).toBe(1 + Math.max(-1, ...app.downstream.map((callee) => level.get(callee)!)));
        }
      }),
    );
  });

  it('reaches what a walk along the calls finds, and is reached the other way round', () => {
    const walk = (apps: readonly Node[], from: string, seen = new Set<string>()): Set<string> => {
      for (const next of apps.find(({ name }) => name === from)!.downstream) if (!seen.has(next)) walk(apps, next, seen.add(next));
      return seen;
    };
    fc.assert(
      fc.property(stacks, (apps) => {
        const [down, up] = [reaches(apps), reachedBy(apps)];
        for (const { name } of apps) {
          expect([...down.get(name)!].sort()).toEqual([...walk(apps, name)].sort());
          expect([...up.get(name)!].sort()).toEqual(names(apps.filter((other) => walk(apps, other.name).has(name))).sort());
        }
      }),
    );
  });

  it('is entered where nobody calls, and at originators', () => {
    expect(names(entryApps(shop))).toEqual(['web']);
    expect(names(entryApps([node('a', ['b']), node('b', [], { propagationRole: 'originator' })]))).toEqual(['a', 'b']);
  });

  it('leads a session by the shortest way, and not over what has no header', () => {
    expect(propagationPaths(shop, 'index')).toEqual([['web', 'search', 'index']]);
    expect(propagationPaths(shop, 'web')).toEqual([['web']]);
    expect(propagationPaths(shop, 'queue')).toEqual([]);
    const diamond = [node('a', ['b', 'c']), node('b', ['d']), node('c', ['x']), node('x', ['d']), node('d')];
    expect(propagationPaths(diamond, 'd')).toEqual([['a', 'b', 'd']]);
  });

  it('shows a circle, its first app at both ends', () => {
    expect(findCycle([node('web', ['a']), node('a', ['b']), node('b', ['c']), node('c', ['a'])])).toEqual(['a', 'b', 'c', 'a']);
    expect(findCycle([node('a', ['a'])])).toEqual(['a', 'a']);
    expect(findCycle(shop)).toBeUndefined();
    expect(() => callOrder([node('a', ['b']), node('b', ['a'])])).toThrow('apps call each other in a circle: a -> b -> a');
  });

  it('may have many layers of calls, each to all of the next', () => {
    const layers = Array.from({ length: 15 }, (_, level) => Array.from({ length: 10 }, (_, i) => `a${level}-${i}`));
    const apps = layers.flatMap((layer, level) => layer.map((name) => node(name, layers[level + 1] ?? [])));
    expect(levels(apps)).toHaveLength(15);
    expect(reaches(apps).get('a0-0')).toHaveLength(140);
    expect(propagationPaths(apps, 'a14-0')).toHaveLength(10);
  });
});
