/** What kind of value a file or a response holds, before any schema has looked at it. */

/** Whether a value has parts: a mapping or a list. */
export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether a value is keys and values, as a YAML mapping or a JSON object is. */
export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && !Array.isArray(value);

/** The same with nothing that could be changed in it, so that constants fit. */
export type Constant<T> = T extends object ? { readonly [Key in keyof T]: Constant<T[Key]> } : T;
