import { cycles, findCycle, inOrder } from '../../lib/words/order';

const graph =
  (edges: Readonly<Record<string, readonly string[]>>) =>
  (name: string): readonly string[] =>
    edges[name] ?? [];

it('tells every cycle once, its last two names being the edge that closes it', () => {
  const before = graph({ a: ['b', 'c'], b: ['a'], c: ['d', 'c'], d: ['c', 'gone'], e: ['a'] });
  const names = ['a', 'b', 'c', 'd', 'e'];
  expect([...cycles(names, before)]).toEqual([
    ['a', 'b', 'a'],
    ['c', 'd', 'c'],
    ['c', 'c'],
  ]);
  expect(findCycle(names, before)).toEqual(['a', 'b', 'a']);
  expect(() => inOrder(names, before)).toThrow('cycle: a -> b -> a');
});

it('has no cycle where an order keeps what comes before', () => {
  const before = graph({ b: ['a'], c: ['b', 'a'] });
  expect([...cycles(['c', 'a', 'b'], before)]).toEqual([]);
  expect(findCycle(['c', 'a', 'b'], before)).toBeUndefined();
  expect(inOrder(['c', 'a', 'b'], before)).toEqual(['a', 'b', 'c']);
});
