import { isMapping } from '../words/mapping';
import type { Comparison } from './change';
import type { FieldChange } from './fields';
import { compareValues, formatPath } from './fields';
import { describe } from './values';

/**
 * What was edited in the files that an output is made of. One edit changes many objects: those that would be as they were
 * without it have it for their cause.
 */

/** What input files hold, by the files' names. */
export type Inputs = ReadonlyMap<string, unknown>;

/** One key that was edited, in one file or alike in several. */
export interface Edit {
  /** `clusters/inside.yaml: proxy added` */
  readonly title: string;
  /** What the files would hold without the edit. */
  readonly undone: Inputs;
}

/** An edit, and the output without it compared with the output as it is. */
export interface Effect {
  readonly title: string;
  readonly comparison: Comparison;
}

/** The edits of files that are in both. A key of the top is one, and so is a key of a named element there: `apps[web].build`. */
export function editsOf(before: Inputs, after: Inputs): readonly Edit[] {
  const edits = new Map<string, { readonly what: string; readonly undone: Map<string, unknown> }>();
  for (const [file, now] of after) {
    const old = before.get(file);
    if (old === undefined) continue;
    for (const [key, fields] of byKey(compareValues(old, now))) {
      const path = JSON.parse(key) as Path;
      const [from, to] = [valueAt(old, path), valueAt(now, path)];
      const known = JSON.stringify([path, from, to]);
      const edit = edits.get(known) ?? { what: describeEdit(path, from, to, fields), undone: new Map() };
      edits.set(known, edit);
      edit.undone.set(file, withValue(now, path, from));
    }
  }
  return [...edits.values()].map(({ what, undone }) => ({
    title: `${[...undone.keys()].join(', ')}: ${what}`,
    undone,
  }));
}

type Path = readonly string[];

function byKey(fields: readonly FieldChange[]): ReadonlyMap<string, readonly FieldChange[]> {
  const keys = new Map<string, FieldChange[]>();
  for (const field of fields) {
    const key = JSON.stringify(field.path.slice(0, isName(field.path[1]) ? 3 : 1));
    keys.set(key, [...(keys.get(key) ?? []), field]);
  }
  return keys;
}

/** Where one value differs, that; else the key. */
function describeEdit(path: Path, from: unknown, to: unknown, [field, ...others]: readonly FieldChange[]): string {
  if (field !== undefined && others.length === 0) return describe({ ...field, place: formatPath(field.path) });
  if (from === undefined || to === undefined) return describe({ place: formatPath(path), from, to });
  return `${formatPath(path)} changed`;
}

/** `[web]`, and neither `[0]` nor `[]`. */
const isName = (part = ''): boolean => part.startsWith('[') && Number.isNaN(Number(part.slice(1, -1)));

const isSelected = (part: string | undefined) => (item: unknown) =>
  isMapping(item) && `[${String(item.name)}]` === part;

function valueAt(value: unknown, [part, ...rest]: Path): unknown {
  if (part === undefined) return value;
  if (Array.isArray(value)) return valueAt(value.find(isSelected(part)), rest);
  return isMapping(value) ? valueAt(value[part], rest) : undefined;
}

/** The same with another value at a path; undefined: none. */
function withValue(value: unknown, [part, ...rest]: Path, given: unknown): unknown {
  if (part === undefined) return given;
  if (Array.isArray(value)) {
    const at = value.findIndex(isSelected(part));
    const changed = withValue(value[at], rest, given);
    const others = at === -1 ? [value, []] : [value.slice(0, at), value.slice(at + 1)];
    return [...others[0]!, ...(changed === undefined ? [] : [changed]), ...others[1]!];
  }
  const { [part]: own, ...others } = isMapping(value) ? value : {};
  const changed = withValue(own, rest, given);
  return changed === undefined ? others : { ...others, [part]: changed };
}
