import type { z } from 'zod';
import { isMapping } from '../words/mapping';
import { show } from '../words/phrase';

/** What an import leaves behind, and why. */
export interface LeftBehind {
  readonly file: string;
  readonly path?: string;
  readonly why: string;
}

/** A setting that came along, and the name that it has here. */
export interface Carried {
  readonly file: string;
  readonly path: string;
  readonly to: string;
  /** Whether a team has it anyway: then it is not written. */
  readonly isDefault: boolean;
}

/**
 * A value without what its schema does not know. What remains may still be wrong: that is for synth to say, with the line.
 * @param why by key, for those of which more can be said than that there is no such setting
 */
export function carry(
  schema: z.ZodType,
  value: unknown,
  file: string,
  why: Readonly<Record<string, string>> = {},
): { readonly value: unknown; readonly left: readonly LeftBehind[] } {
  const { error } = schema.safeParse(value);
  const unknown = (error?.issues ?? []).flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [],
  );
  return {
    value: unknown.reduce((left, path) => without(left, path), value),
    left: unknown.map((path) => ({
      file,
      path: pathText(path),
      why: why[String(path.at(-1))] ?? `there is no such setting (found ${show(at(value, path))})`,
    })),
  };
}

type Path = readonly PropertyKey[];

const pathText = (path: Path): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`)).join('');
const at = (value: unknown, path: Path): unknown =>
  path.reduce((inner, key) => (inner as Record<PropertyKey, unknown>)[key], value);

/** The same without the value at a path. */
export function without(value: unknown, [key, ...rest]: Path): unknown {
  if (Array.isArray(value)) return value.map((item: unknown, i) => (i === key ? without(item, rest) : item));
  if (!isMapping(value)) return value;
  if (rest.length > 0) return { ...value, [key as string]: without(value[key as string], rest) };
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}
