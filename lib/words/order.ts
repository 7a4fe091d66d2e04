/** Order in any directed graph; stacks and Pipelines are both one. Linear in nodes and edges. */

/** The nodes that come before a node: what it calls, or what it waits for. Names outside the graph are ignored. */
export type Before = (name: string) => Iterable<string>;

type Walk = { readonly order: readonly string[]; readonly cycle?: undefined } | { readonly cycle: readonly string[] };

/** Depth first, without recursion: a chain may be longer than the call stack. */
function walk(names: readonly string[], before: Before): Walk {
  const known = new Set(names);
  const state = new Map<string, 'open' | 'done'>();
  const order: string[] = [];
  for (const root of names) {
    if (state.has(root)) continue;
    const path = [{ name: root, rest: before(root)[Symbol.iterator]() }];
    state.set(root, 'open');
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.next();
      if (next.done === true) {
        state.set(top.name, 'done');
        order.push(top.name);
        path.pop();
      } else if (known.has(next.value) && state.get(next.value) !== 'done') {
        const name = next.value;
        if (state.get(name) === 'open') {
          return {
            cycle: [...path.slice(path.findIndex((step) => step.name === name)).map((step) => step.name), name],
          };
        }
        state.set(name, 'open');
        path.push({ name, rest: before(name)[Symbol.iterator]() });
      }
    }
  }
  return { order };
}

/** A cycle as it is walked, first name repeated at the end (`['a', 'b', 'a']`); undefined if there is none. */
export const findCycle = (names: readonly string[], before: Before): readonly string[] | undefined =>
  walk(names, before).cycle;

/**
 * Every name after those before it; where the given order is such an order already, it is kept.
 * @throws Error if there is a cycle: whoever calls has checked, by `findCycle` or because Tekton would refuse it
 */
export function inOrder(names: readonly string[], before: Before): readonly string[] {
  const found = walk(names, before);
  if (found.cycle !== undefined) throw new Error(`cycle: ${found.cycle.join(' -> ')}`);
  return found.order;
}

/** For each name all that come before it, at any distance. */
export function allBefore(names: readonly string[], before: Before): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const name of inOrder(names, before)) {
    const set = new Set<string>();
    for (const near of before(name)) {
      const far = all.get(near);
      if (far === undefined) continue;
      set.add(near);
      for (const farther of far) set.add(farther);
    }
    all.set(name, set);
  }
  return all;
}
