import type { Manifest } from './manifest';
import { isMapping } from '../words/mapping';

/** Identity first, then keys in the order of the alphabet and nothing that is undefined, as all objects of the output are. */
export const inOrder = ({ apiVersion, kind, metadata, ...rest }: Manifest): Manifest => ({
  apiVersion,
  kind,
  metadata: sorted(metadata) as Manifest['metadata'],
  ...(sorted(rest) as object),
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** The same value with the keys of another in the order that they have there, and what is new behind them. */
export function orderedAs(model: unknown, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item, i) => orderedAs(Array.isArray(model) ? model[i] : undefined, item));
  if (!isMapping(value)) return value;
  const before = isMapping(model) ? model : {};
  const keys = [...new Set([...Object.keys(before), ...Object.keys(value)])].filter((key) => Object.hasOwn(value, key));
  return Object.fromEntries(keys.map((key) => [key, orderedAs(before[key], value[key])]));
}
