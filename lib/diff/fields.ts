import { isDeepStrictEqual } from 'node:util';
import { isMapping } from '../words/mapping';

/** Two values of the same place, compared field by field. */

export interface FieldChange {
  /** Field names, and of a list's element its selector: `spec`, `steps`, `[build]`, `image`. */
  readonly path: readonly string[];
  /** Undefined: there was none. */
  readonly from?: unknown;
  /** Undefined: there is none any more. */
  readonly to?: unknown;
}

/** `spec.tasks[build-web].when[0].values` */
export const formatPath = (path: readonly string[]): string =>
  path
    .map((part, i) =>
      part.startsWith('[') ? part : /^[\w-]+$/.test(part) ? `${i > 0 ? '.' : ''}${part}` : `["${part}"]`,
    )
    .join('');

/**
 * What differs, in the order of the fields. Elements of a list that all have a name are told apart by it, as Tekton and
 * Kubernetes do; of other lists, what both hold is left out and the rest is set side by side.
 */
export function compareValues(from: unknown, to: unknown, path: readonly string[] = []): readonly FieldChange[] {
  if (isDeepStrictEqual(from, to) || isSameJson(from, to)) return [];
  if (Array.isArray(from) && Array.isArray(to))
    return isNamed(from) && isNamed(to) ? compareNamed(from, to, path) : compareLists(from, to, path);
  if (isMapping(from) && isMapping(to)) {
    return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((key) =>
      compareValues(from[key], to[key], [...path, key]),
    );
  }
  return [{ path, from, to }];
}

/** Whether two texts hold the same mapping or list in JSON, whatever its white space and the order of its keys. */
function isSameJson(from: unknown, to: unknown): boolean {
  if (typeof from !== 'string' || typeof to !== 'string' || !/^\s*[[{]/.test(from) || !/^\s*[[{]/.test(to))
    return false;
  try {
    return isDeepStrictEqual(JSON.parse(from), JSON.parse(to));
  } catch {
    return false;
  }
}

type Mapping = Readonly<Record<string, unknown>>;
type Named = Mapping & { readonly name: string };

/** Whether every element has a name of its own. */
export const isNamed = (items: readonly unknown[]): items is readonly Named[] =>
  items.every((item) => isMapping(item) && typeof item.name === 'string') &&
  new Set((items as readonly Named[]).map(({ name }) => name)).size === items.length;

function compareNamed(from: readonly Named[], to: readonly Named[], path: readonly string[]): readonly FieldChange[] {
  const [before, after] = [
    new Map(from.map((item) => [item.name, item])),
    new Map(to.map((item) => [item.name, item])),
  ];
  const [kept, left] = [from, to].map((items) =>
    items.map(({ name }) => name).filter((name) => before.has(name) && after.has(name)),
  ) as [string[], string[]];
  const order = isDeepStrictEqual(kept, left) ? [] : [{ path, from: kept, to: left }];
  return [
    ...order,
    ...[...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
      compareValues(before.get(name), after.get(name), [...path, `[${name}]`]),
    ),
  ];
}

function compareLists(
  from: readonly unknown[],
  to: readonly unknown[],
  path: readonly string[],
): readonly FieldChange[] {
  const [gone, come] = [without(from, to), without(to, from)];
  if (gone.length === 0 && come.length === 0) return [{ path, from, to }];
  if (gone.length === come.length && gone.every(({ item }) => typeof item === 'object')) {
    return gone.flatMap(({ item, index }, i) => compareValues(item, come[i]!.item, [...path, `[${index}]`]));
  }
  return [
    ...gone.map(({ item }) => ({ path: [...path, '[]'], from: item })),
    ...come.map(({ item }) => ({ path: [...path, '[]'], to: item })),
  ];
}

/** The elements that the other list does not hold, each as often as it holds it less. */
function without(
  items: readonly unknown[],
  others: readonly unknown[],
): readonly { readonly item: unknown; readonly index: number }[] {
  const counts = new Map<string, number>();
  for (const other of others) counts.set(JSON.stringify(other), (counts.get(JSON.stringify(other)) ?? 0) + 1);
  return items.flatMap((item, index) => {
    const text = JSON.stringify(item);
    const count = counts.get(text) ?? 0;
    counts.set(text, count - 1);
    return count > 0 ? [] : [{ item, index }];
  });
}
