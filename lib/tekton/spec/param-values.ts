import type { Expression } from './expression';
import { expressionsIn, substitute, wholeExpression, withoutIndex } from './expression';
import type { ParamSpec, ParamValue } from './wire';
import { isList, paramType } from './wire';

/** What the params of a run are worth, and which param an expression means. */

/** What Tekton puts for params, by the text between the parentheses: it replaces text, and knows no other spelling. */
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

/** The text with what is known of params put in. */
export const withParams = (text: string, { strings }: Values): string =>
  substitute(text, (expression) => strings.get(expression.text));

/** The array that the text is as a whole: `$(params.apps[*])`. */
export function wholeArray(text: string, { arrays }: Values): readonly string[] | undefined {
  const expression = wholeExpression(text);
  return expression === undefined || typeof expression.index === 'number'
    ? undefined
    : arrays.get(withoutIndex(expression));
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
      const values = valuesOf(resolved);
      const fallback = mapStrings(spec.default, (text) => withParams(text, values));
      resolved.set(spec.name, own === undefined ? fallback : { ...(fallback as object), ...(own as object) });
    } else if (own !== undefined) {
      resolved.set(spec.name, own);
    }
  };
  declared.forEach(resolve);
  return resolved;
}

/** The param that an expression means, and the key if it means one key of an object; undefined for anything else. */
export type Owner = (expression: Expression) => { readonly param: string; readonly key?: string } | undefined;

export function ownerOf(declared: readonly ParamSpec[]): Owner {
  const owners = new Map<string, { param: string; key?: string }>();
  for (const spec of declared) {
    for (const spelling of spellings(spec.name)) {
      owners.set(spelling, { param: spec.name });
      for (const key of objectKeys(spec)) owners.set(`${spelling}.${key}`, { param: spec.name, key });
    }
  }
  return (expression) => owners.get(withoutIndex(expression));
}

const objectKeys = (spec: ParamSpec): readonly string[] =>
  paramType(spec) === 'object'
    ? [...new Set([...Object.keys(spec.properties ?? {}), ...Object.keys(spec.default ?? {})])]
    : [];
