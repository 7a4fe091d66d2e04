import { isMapping } from '../words/mapping';
import type { Document, Path } from './document';
import { pathText } from './document';

/** A key that its schema does not know, and the one that was probably meant. */
export interface UnknownKey {
  /** Of the mapping around it. */
  readonly path: Path;
  readonly key: string;
  readonly meant?: string;
}

/**
 * The document as it was meant: a misspelt key under its right name, unless that is there, too, and others left out. What else
 * is wrong is found in it, so that a person is told all at once.
 */
export function asMeant(document: Document, unknown: readonly UnknownKey[]): Document {
  const value = byMapping(unknown).reduce(
    (around, keys) => editAt(around, keys[0]!.path, (mapping) => renameKeys(mapping, keys)),
    document.value,
  );
  const written = new Map(
    unknown.flatMap(({ path, key, meant }) =>
      meant === undefined ? [] : [[pathText([...path, meant]), key] as const],
    ),
  );
  return document.readAs(value, (path) =>
    path.map((step, depth) => written.get(pathText(path.slice(0, depth + 1))) ?? step),
  );
}

function byMapping(unknown: readonly UnknownKey[]): readonly (readonly UnknownKey[])[] {
  const groups = new Map<string, UnknownKey[]>();
  for (const key of unknown) {
    const around = pathText(key.path);
    const group = groups.get(around);
    if (group === undefined) groups.set(around, [key]);
    else group.push(key);
  }
  return [...groups.values()];
}

function renameKeys(mapping: unknown, unknown: readonly UnknownKey[]): unknown {
  if (!isMapping(mapping)) return mapping;
  const meant = new Map(unknown.map((one) => [one.key, one.meant]));
  const taken = new Set(Object.keys(mapping));
  return Object.fromEntries(
    Object.entries(mapping).flatMap(([name, value]) => {
      if (!meant.has(name)) return [[name, value] as const];
      const right = meant.get(name);
      if (right === undefined || taken.has(right)) return [];
      taken.add(right);
      return [[right, value] as const];
    }),
  );
}

/** A copy in which the value at a path is another one. */
function editAt(value: unknown, [step, ...rest]: Path, edit: (value: unknown) => unknown): unknown {
  if (step === undefined) return edit(value);
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? editAt(item, rest, edit) : item));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === step ? editAt(item, rest, edit) : item]),
  );
}
