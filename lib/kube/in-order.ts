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
