import type { ParamSpec, ParamType, ParamValue } from './wire';
import { isList, paramType } from './wire';

/** `$(…)` in a Pipeline: found, resolved as far as the params of a run tell, and traced to what they name. */

const EXPRESSION = /\$\(([^()]+)\)/g;
const WHOLE = /^\$\(([^()]+)\)$/;

/** What Tekton puts for params, by the text between the parentheses. */
export interface Values {
  readonly strings: ReadonlyMap<string, string>;
  /** Without the `[*]`. */
  readonly arrays: ReadonlyMap<string, readonly string[]>;
}

/** Every string in plain data, replaced. */
export function mapStrings<T>(data: T, replace: (text: string) => string): T {
  const map = (value: unknown): unknown => {
    if (typeof value === 'string') return replace(value);
    if (Array.isArray(value)) return value.map(map);
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, map(member)]));
    return value;
  };
  return map(data) as T;
}

/** What stands between `$(` and `)` in every string of plain data. */
export function expressionsIn(data: unknown): readonly string[] {
  if (typeof data === 'string') return Array.from(data.matchAll(EXPRESSION), (match) => match[1] as string);
  return data !== null && typeof data === 'object' ? Object.values(data).flatMap(expressionsIn) : [];
}

/** The text with what is known put in; the rest stays as it is. One pass: a value is not looked into. */
export const substitute = (text: string, replace: (expression: string) => string | undefined): string =>
  text.replaceAll(EXPRESSION, (whole, expression: string) => replace(expression) ?? whole);

/** Whether Tekton, or only a cluster, has more to put in. */
export const isOpen = (text: string): boolean => text.includes('$(');

/** The array that the text is as a whole: `$(params.apps[*])`. */
export function wholeArray(text: string, values: Values): readonly string[] | undefined {
  const expression = WHOLE.exec(text)?.[1];
  return expression === undefined ? undefined : values.arrays.get(expression.replace(/\[\*\]$/, ''));
}

/** The three ways of naming a param. https://tekton.dev/docs/pipelines/variables/ */
const spellings = (name: string): readonly string[] => [`params.${name}`, `params["${name}"]`, `params['${name}']`];

/** Values of the params of a run, by every expression that means them. */
export function valuesOf(params: ReadonlyMap<string, ParamValue>): Values {
  const strings = new Map<string, string>();
  const arrays = new Map<string, readonly string[]>();
  for (const [name, value] of params) {
    for (const spelling of spellings(name)) {
      if (typeof value === 'string') {
        strings.set(spelling, value);
      } else if (isList(value)) {
        arrays.set(spelling, value);
        value.forEach((element, i) => strings.set(`${spelling}[${i}]`, element));
      } else {
        for (const [key, member] of Object.entries(value)) strings.set(`params.${name}.${key}`, member);
      }
    }
  }
  return { strings, arrays };
}

/**
 * What the params of a run are worth: as given, else the default, in which other params may stand. An object is completed
 * key by key from its default. A param that is neither given nor has a default is left out.
 */
export function resolveParams(
  declared: readonly ParamSpec[],
  given: ReadonlyMap<string, ParamValue>,
): ReadonlyMap<string, ParamValue> {
  const resolved = new Map<string, ParamValue>();
  const visiting = new Set<string>();
  const owner = ownerOf(declared);
  const resolve = (spec: ParamSpec): void => {
    if (resolved.has(spec.name) || visiting.has(spec.name)) return;
    visiting.add(spec.name);
    const own = given.get(spec.name);
    if (spec.default !== undefined && (own === undefined || paramType(spec) === 'object')) {
      for (const expression of expressionsIn(spec.default)) {
        const other = declared.find(({ name }) => name === owner(expression)?.param);
        if (other !== undefined) resolve(other);
      }
      const { strings } = valuesOf(resolved);
      const fallback = mapStrings(spec.default, (text) => substitute(text, (expression) => strings.get(expression)));
      resolved.set(spec.name, own === undefined ? fallback : { ...(fallback as object), ...(own as object) });
    } else if (own !== undefined) {
      resolved.set(spec.name, own);
    }
  };
  declared.forEach(resolve);
  return resolved;
}

/** The param that an expression means, and the key if it means one key of an object; undefined for anything else. */
export type Owner = (
  expression: string,
) => { readonly param: string; readonly type: ParamType; readonly key?: string } | undefined;

export function ownerOf(declared: readonly ParamSpec[]): Owner {
  const owners = new Map<string, { param: string; type: ParamType; key?: string }>();
  for (const spec of declared) {
    const type = paramType(spec);
    for (const spelling of spellings(spec.name)) {
      owners.set(spelling, { param: spec.name, type });
      for (const key of objectKeys(spec)) owners.set(`${spelling}.${key}`, { param: spec.name, type, key });
    }
  }
  return (expression) => owners.get(expression.replace(/\[(\*|[0-9]+)\]$/, ''));
}

const objectKeys = (spec: ParamSpec): readonly string[] =>
  paramType(spec) === 'object'
    ? [...new Set([...Object.keys(spec.properties ?? {}), ...Object.keys(spec.default ?? {})])]
    : [];

/** `tasks.<task>.<what>…`: a result, the status, the reason or the matrix of a task. */
export function taskOf(expression: string): { readonly task: string; readonly what: string } | undefined {
  const match = /^tasks\.([^.]+)\.([a-z]+)/.exec(expression);
  return match === null ? undefined : { task: match[1] as string, what: match[2] as string };
}
