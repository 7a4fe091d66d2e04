import { SynthError } from '../words/problem';
import type { ParamType } from './spec/wire';

/** What a param, a result or a workspace gives to whoever uses it: typed, and put on the wire as `$(…)`. */

export type { ParamType } from './spec/wire';

/** Where an expression comes from: decides where it may be used, and which edge it makes. */
export type Origin =
  | {
      readonly kind: 'param' | 'workspace' | 'step-result';
      readonly owner: object;
      readonly name: string;
    }
  | { readonly kind: 'result'; readonly owner: object; readonly task: string; readonly name: string }
  /** Of a `finally` task: for the results of the Pipeline alone. */
  | { readonly kind: 'final-result'; readonly owner: object; readonly task: string; readonly name: string }
  | { readonly kind: 'status'; readonly owner: object; readonly task: string }
  | { readonly kind: 'context'; readonly owner: 'task' | 'pipeline'; readonly name: string };

/**
 * A value that Tekton substitutes when the run starts, such as a param or a result. It is passed as it is, or composed by
 * `text`; `T` is what it stands for: a string, an array or an object.
 */
export class Expression<T extends ParamType> {
  /** Brand: makes Expression<'array'> unassignable to Expression<'string'>. */
  declare protected readonly type: T;

  constructor(
    readonly rendered: string,
    readonly origins: readonly Origin[],
  ) {}

  /**
   * Expressions are passed, never spliced into a JavaScript string.
   * @throws SynthError[expression-in-string]
   */
  toString(): never {
    throw new SynthError(
      'expression-in-string',
      `${this.rendered} was put into a plain string; use text\`…\` to compose it`,
    );
  }
}

/** The status of a task, which only `finally` tasks may read: Succeeded, Failed or None. */
export class Status {
  constructor(
    readonly rendered: string,
    readonly origins: readonly Origin[],
  ) {}
}

/** A reference to a whole object param; single keys by `key`. */
export class ObjectExpression<K extends string> extends Expression<'object'> {
  constructor(
    private readonly param: string,
    private readonly known: readonly K[],
    origin: Origin,
  ) {
    super(`$(params.${param}[*])`, [origin]);
  }

  /** @throws SynthError[unknown-key] if the param does not declare the key */
  key(key: K): Expression<'string'> {
    if (!this.known.includes(key)) {
      throw new SynthError('unknown-key', `param '${this.param}' has no key '${key}' (keys: ${this.known.join(', ')})`);
    }
    return new Expression(`$(params.${this.param}.${key})`, this.origins);
  }
}

/** A string, literal or not. `Also`: what a `finally` task may read besides. */
export type StringValue<Also = never> = string | Expression<'string'> | Also;
/** An array element may be a whole array, which Tekton spreads. */
export type ArrayValue<Also = never> = Expression<'array'> | readonly (StringValue<Also> | Expression<'array'>)[];
export type ObjectValue<K extends string, Also = never> = Expression<'object'> | Readonly<Record<K, StringValue<Also>>>;
/** Anything that renders. */
export type Value = StringValue<Status> | ArrayValue<Status> | ObjectValue<string, Status>;

/**
 * Composes a string of literals and values: text`${registry}/${app}` renders `$(params.registry)/$(params.app)`, and
 * makes the edges of both.
 * @throws SynthError[literal-expression] for a literal that holds `$(`
 */
export function text(parts: TemplateStringsArray, ...values: readonly StringValue[]): Expression<'string'> {
  const origins: Origin[] = [];
  const rendered = parts.raw.reduce((all, part, i) => {
    const value = values[i - 1] as StringValue;
    if (value instanceof Expression) origins.push(...value.origins);
    return all + render(value) + literal(part);
  });
  return new Expression(rendered, origins);
}

/** On the wire; a whole array or object is the one string that Tekton replaces by it. */
export function render(value: StringValue<Status>): string;
export function render(value: Value): string | string[] | Record<string, string>;
export function render(value: Value): string | string[] | Record<string, string> {
  if (typeof value === 'string') return literal(value);
  if (value instanceof Expression || value instanceof Status) return value.rendered;
  if (Array.isArray(value)) return value.map((element: StringValue<Status>) => render(element));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, render(member as StringValue<Status>)]));
}

/** A list of strings on the wire, where a whole array stands as an element that Tekton spreads. */
export const renderList = (values: ArrayValue): string[] =>
  values instanceof Expression ? [values.rendered] : (render(values) as string[]);

/** Where the expressions inside a value come from. */
export function originsOf(value: Value): readonly Origin[] {
  if (typeof value === 'string') return [];
  if (value instanceof Expression || value instanceof Status) return value.origins;
  return (Array.isArray(value) ? value : Object.values(value)).flatMap((member: StringValue) => originsOf(member));
}

/** A literal is a literal: Tekton would substitute `$(…)` in it, or refuse it. */
function literal(value: string): string {
  if (value.includes('$(')) {
    throw new SynthError(
      'literal-expression',
      `'${value}' holds '$(', which Tekton would substitute; pass a param, result or context instead`,
    );
  }
  return value;
}

/** An origin in the words of an error. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'result':
    case 'final-result':
      return `result '${origin.name}' of task '${origin.task}'`;
    case 'status':
      return `the status of task '${origin.task}'`;
    default:
      return `${origin.kind} '${origin.name}'`;
  }
}

/** A list on the wire, where one that is empty is left out. */
export const present = <T>(list: readonly T[]): T[] | undefined => (list.length > 0 ? [...list] : undefined);

const context = (owner: 'task' | 'pipeline', name: string) =>
  new Expression<'string'>(`$(context.${name})`, [{ kind: 'context', owner, name }]);

/** Names and UIDs that the tasks of a Pipeline may read from the run. https://tekton.dev/docs/pipelines/variables/#variables-available-in-a-pipeline */
export const pipelineContext = {
  runName: context('pipeline', 'pipelineRun.name'),
  runUid: context('pipeline', 'pipelineRun.uid'),
  namespace: context('pipeline', 'pipelineRun.namespace'),
  pipelineName: context('pipeline', 'pipeline.name'),
} as const;

/** Names and UIDs that the steps of a Task may read from the run. https://tekton.dev/docs/pipelines/variables/#variables-available-in-a-task */
export const taskContext = {
  runName: context('task', 'taskRun.name'),
  runUid: context('task', 'taskRun.uid'),
  namespace: context('task', 'taskRun.namespace'),
  taskName: context('task', 'task.name'),
} as const;
