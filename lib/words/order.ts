/** Order in any directed graph; stacks and Pipelines are both one. Linear in nodes and edges. */

/** The nodes that come before a node: what it calls, or what it waits for. Names outside the graph are ignored. */
export type Before = (name: string) => Iterable<string>;

/** A cycle as it is walked, first name repeated at the end: `['a', 'b', 'a']`. */
export type Cycle = readonly string[];

type Visit = { readonly done: string } | { readonly cycle: Cycle };

/** Depth first, without recursion: a chain may be longer than the call stack. */
function* walk(names: readonly string[], before: Before): Generator<Visit, void> {
  const known = new Set(names);
  const state = new Map<string, 'open' | 'done'>();
  for (const root of names) {
    if (state.has(root)) continue;
    const path = [{ name: root, rest: before(root)[Symbol.iterator]() }];
    state.set(root, 'open');
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.next();
      if (next.done === true) {
        state.set(top.name, 'done');
        path.pop();
        yield { done: top.name };
        continue;
      }
      const name = next.value;
      if (!known.has(name) || state.get(name) === 'done') continue;
      if (state.get(name) === 'open') {
        const from = path.findIndex((step) => step.name === name);
        yield { cycle: [...path.slice(from).map((step) => step.name), name] };
      } else {
        state.set(name, 'open');
        path.push({ name, rest: before(name)[Symbol.iterator]() });
      }
    }
  }
}

/** Every cycle that a walk along the edges closes, each once: its last two names are the edge that closes it. */
export function* cycles(names: readonly string[], before: Before): Generator<Cycle, void> {
  for (const visit of walk(names, before)) if ('cycle' in visit) yield visit.cycle;
}

/** The first of the cycles; undefined if there is none. */
export const findCycle = (names: readonly string[], before: Before): Cycle | undefined =>
  cycles(names, before).next().value ?? undefined;

/**
 * Every name after those before it; where the given order is such an order already, it is kept.
 * @throws Error if there is a cycle: whoever calls has checked, by `findCycle` or because Tekton would refuse it
 */
export function inOrder(names: readonly string[], before: Before): readonly string[] {
  const order: string[] = [];
  for (const visit of walk(names, before)) {
    if ('cycle' in visit) throw new Error(`cycle: ${visit.cycle.join(' -> ')}`);
    order.push(visit.done);
  }
  return order;
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
