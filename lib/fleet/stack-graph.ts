import type { App } from './model';
import { SynthError } from '../words/problem';
import * as order from '../words/order';

/** Who calls whom in a stack. All lists are deterministic: ties go by the order of the file. */

/** What the graph needs to know of an app. */
export type Node = Pick<App, 'name' | 'downstream' | 'propagationRole' | 'protocol'>;

const names = (apps: readonly Node[]): readonly string[] => apps.map((app) => app.name);

function byName<N extends Node>(apps: readonly N[]): (name: string) => N | undefined {
  const all = new Map(apps.map((app) => [app.name, app]));
  return (name) => all.get(name);
}

function callees(apps: readonly Node[]): order.Before {
  const find = byName(apps);
  return (name) => find(name)?.downstream ?? [];
}

/** The first cycle of calls, first app repeated at the end: `['cart', 'stock', 'cart']`. */
export const findCycle = (apps: readonly Node[]): readonly string[] | undefined =>
  order.findCycle(names(apps), callees(apps));

/**
 * Every app after those that it calls.
 * @throws SynthError[cycle]
 */
export function callOrder<N extends Node>(apps: readonly N[]): readonly N[] {
  const cycle = findCycle(apps);
  if (cycle !== undefined)
    throw new SynthError(
      'cycle',
      `apps call each other in a cycle: ${cycle.join(' -> ')}; remove one of these from its caller's downstream`,
    );
  const find = byName(apps);
  return order.inOrder(names(apps), callees(apps)).flatMap((name) => find(name) ?? []);
}

/** Level 0 calls nobody; every other app is one above the highest that it calls. */
export function levels<N extends Node>(apps: readonly N[]): readonly (readonly N[])[] {
  const level = new Map<string, number>();
  for (const app of callOrder(apps))
    level.set(app.name, 1 + Math.max(-1, ...app.downstream.map((name) => level.get(name) ?? -1)));
  const all: N[][] = [];
  for (const app of apps) (all[level.get(app.name) ?? 0] ??= []).push(app);
  return all;
}

/** Per app all that it calls, at any distance, in the order of the file. */
export const reaches = (apps: readonly Node[]): ReadonlyMap<string, readonly string[]> => closure(apps, callees(apps));

/** Per app all that call it, at any distance, in the order of the file. */
export function reachedBy(apps: readonly Node[]): ReadonlyMap<string, readonly string[]> {
  const callers = new Map<string, string[]>(apps.map((app) => [app.name, []]));
  for (const app of apps) for (const callee of app.downstream) callers.get(callee)?.push(app.name);
  return closure(apps, (name) => callers.get(name) ?? []);
}

function closure(apps: readonly Node[], next: order.Before): ReadonlyMap<string, readonly string[]> {
  const all = order.allBefore(names(apps), next);
  return new Map(apps.map(({ name }) => [name, names(apps).filter((other) => all.get(name)?.has(other))]));
}

/** Each call: caller, callee, and whether it carries no header. What is not an app of the stack is left out. */
export function calls(apps: readonly Node[]): readonly (readonly [string, string, boolean])[] {
  const protocols = new Map(apps.map((app) => [app.name, app.protocol]));
  return apps.flatMap((app) =>
    app.downstream.filter((to) => protocols.has(to)).map((to) => [app.name, to, protocols.get(to) === 'tcp'] as const),
  );
}

/** Where requests enter: apps that nobody calls, and originators. */
export function entryApps<N extends Node>(apps: readonly N[]): readonly N[] {
  const called = new Set(apps.flatMap((app) => app.downstream));
  return apps.filter((app) => !called.has(app.name) || app.propagationRole === 'originator');
}

/** `entry>…>app` for each way on which a session's header gets from an entry app to one of these apps. */
export const propagationPaths = (apps: readonly Node[], to: readonly string[]): readonly string[] =>
  to.flatMap((app) => pathsTo(apps, app)).map((path) => path.join('>'));

/**
 * How a session's header gets from each entry app to an app: the shortest way, over apps that speak HTTP or gRPC (tcp
 * carries no header). An entry app from which none leads there is left out; for an entry app itself the way is `[app]`.
 */
export function pathsTo(apps: readonly Node[], to: string): readonly (readonly string[])[] {
  const find = byName(apps);
  const carries = (name: string) => (find(name)?.protocol ?? 'tcp') !== 'tcp';
  return entryApps(apps).flatMap((entry) => {
    if (!carries(entry.name)) return [];
    const cameFrom = new Map<string, string | undefined>([[entry.name, undefined]]);
    for (const name of cameFrom.keys()) {
      if (name === to) break;
      for (const callee of find(name)?.downstream ?? [])
        if (carries(callee) && !cameFrom.has(callee)) cameFrom.set(callee, name);
    }
    return cameFrom.has(to) ? [backwards(cameFrom, to)] : [];
  });
}

function backwards(cameFrom: ReadonlyMap<string, string | undefined>, to: string): readonly string[] {
  const path: string[] = [];
  for (let at: string | undefined = to; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
  return path;
}
