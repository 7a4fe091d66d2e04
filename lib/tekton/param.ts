import type { PipelineSpecParams } from '../../imports/tekton.dev';
import type { ArrayValue, ObjectValue, ParamType, StringValue } from './value';
import { Expression, ObjectExpression } from './value';

/** Declared params of Tasks and Pipelines. https://tekton.dev/docs/pipelines/tasks/#specifying-parameters */

interface Declared {
  readonly description?: string;
}
export interface StringParam<Optional extends boolean = boolean> extends Declared {
  readonly type: 'string';
  readonly optional: Optional;
  readonly default?: string;
}
export interface ArrayParam<Optional extends boolean = boolean> extends Declared {
  readonly type: 'array';
  readonly optional: Optional;
  readonly default?: readonly string[];
}
export interface ObjectParam<Optional extends boolean = boolean, K extends string = string> extends Declared {
  readonly type: 'object';
  readonly optional: Optional;
  readonly keys: readonly K[];
  readonly default?: Readonly<Record<K, string>>;
}
/** A declared param; see `Param`. */
export type ParamDeclaration = StringParam | ArrayParam | ObjectParam;
/** Declared params, by name. */
export type ParamDeclarations = Readonly<Record<string, ParamDeclaration>>;

function string(options: { default: string; description?: string }): StringParam<true>;
function string(options?: { description?: string }): StringParam<false>;
function string(options: { default?: string; description?: string } = {}): StringParam {
  return { type: 'string', optional: options.default !== undefined, ...options };
}
function array(options: { default: readonly string[]; description?: string }): ArrayParam<true>;
function array(options?: { description?: string }): ArrayParam<false>;
function array(options: { default?: readonly string[]; description?: string } = {}): ArrayParam {
  return { type: 'array', optional: options.default !== undefined, ...options };
}
// The keys are inferred as a tuple, or the expected type of the declaration would widen them to string.
function object<const K extends readonly string[]>(
  keys: K,
  options: { default: Readonly<Record<K[number], string>>; description?: string },
): ObjectParam<true, K[number]>;
function object<const K extends readonly string[]>(
  keys: K,
  options?: { description?: string },
): ObjectParam<false, K[number]>;
function object(
  keys: readonly string[],
  options: { default?: Readonly<Record<string, string>>; description?: string } = {},
): ObjectParam {
  return { type: 'object', keys, optional: options.default !== undefined, ...options };
}

/**
 * Declares a param of a Task or a Pipeline: `Param.string()`, `Param.array({ default: [] })`,
 * `Param.object(['node', 'npm'])`. One with a default may be left out where the Task is used; one without must be given,
 * or it does not compile. It renders `{name, type, description, default}`, for an object with `properties`.
 * https://tekton.dev/docs/pipelines/tasks/#specifying-parameters
 */
export const Param = { string, array, object };

/** The values that must, and those that may, be given for declared params. `Also`: what a `finally` task may read besides. */
export type ParamValues<P extends ParamDeclarations, Also = never> = {
  readonly [N in keyof P as P[N]['optional'] extends true ? never : N]: ParamValue<P[N], Also>;
} & {
  readonly [N in keyof P as P[N]['optional'] extends true ? N : never]?: ParamValue<P[N], Also>;
};
type ParamValue<D extends ParamDeclaration, Also> =
  D extends ObjectParam<boolean, infer K>
    ? ObjectValue<K, Also>
    : D extends ArrayParam
      ? ArrayValue<Also>
      : StringValue<Also>;

/** References to declared params, for use inside the Task or Pipeline that declares them. */
export type ParamRefs<P extends ParamDeclarations> = {
  readonly [N in keyof P]: P[N] extends ObjectParam<boolean, infer K>
    ? ObjectExpression<K>
    : Expression<P[N]['type'] & ParamType>;
};

/** `owner` is the construct that declares the params: only there may they be used. */
export function paramRefs<P extends ParamDeclarations>(owner: object, params: P): ParamRefs<P> {
  const ref = (name: string, declared: ParamDeclaration) => {
    const origin = { kind: 'param', owner, name } as const;
    switch (declared.type) {
      case 'string':
        return new Expression<'string'>(`$(params.${name})`, [origin]);
      case 'array':
        return new Expression<'array'>(`$(params.${name}[*])`, [origin]);
      case 'object':
        return new ObjectExpression(name, declared.keys, origin);
    }
  };
  return Object.fromEntries(
    Object.entries(params).map(([name, declared]) => [name, ref(name, declared)]),
  ) as ParamRefs<P>;
}

/** On the wire, with what Tekton's webhook would default written out. */
export function renderParams(params: ParamDeclarations): PipelineSpecParams[] {
  return Object.entries(params).map(([name, declared]) => ({
    name,
    type: declared.type,
    ...(declared.description !== undefined && { description: declared.description }),
    ...(declared.default !== undefined && { default: declared.default }),
    ...(declared.type === 'object' && {
      properties: Object.fromEntries(declared.keys.map((key) => [key, { type: 'string' }])),
    }),
  }));
}
