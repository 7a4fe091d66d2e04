import { isObject } from './mapping';

/** Part of a value that JSON and YAML cannot hold as it is: they refuse it, or write something else. */
export interface NotPlain {
  /** Where it is: `spec.routes[0].port`. */
  readonly path: string;
  /** The value in words: `a bigint`. */
  readonly found: string;
}

/** The remedy for all of these. */
export const PLAIN = 'texts, numbers, booleans, lists and plain objects';

/**
 * Every part of a value that code has made and no file can hold. A field that is undefined is left out, as everybody expects.
 * @param around what holds the value, for one that holds itself
 */
export function notPlain(value: unknown, path = '', around: readonly unknown[] = []): readonly NotPlain[] {
  const found = oddity(value, around);
  if (found !== undefined) return [{ path, found }];
  if (!isObject(value)) return [];
  const inside = [...around, value];
  if (Array.isArray(value))
    // a hole is no item of map
    return Array.from(value, (item: unknown, index) =>
      item === undefined
        ? [{ path: `${path}[${index}]`, found: 'undefined' }]
        : notPlain(item, `${path}[${index}]`, inside),
    ).flat();
  return Object.entries(value).flatMap(([key, item]) =>
    item === undefined ? [] : notPlain(item, path === '' ? key : `${path}.${key}`, inside),
  );
}

function oddity(value: unknown, around: readonly unknown[]): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  if (!isObject(value))
    return ['bigint', 'function', 'symbol'].includes(typeof value) ? `a ${typeof value}` : undefined;
  if (around.includes(value)) return 'an object that holds itself';
  if (Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  // that of plain objects has none itself, whichever context they are of
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain ? undefined : `an object of class ${value.constructor.name}`;
}
