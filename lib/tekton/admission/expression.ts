/** A `$(…)` of Tekton: `$(tasks.build.results.IMAGES[*])` has the names tasks, build, results, IMAGES and the index `*`. */
export interface Expression {
  /** What stands between `$(` and `)`. */
  readonly text: string;
  readonly names: readonly string[];
  readonly index?: '*' | number;
}

const REFERENCE = /\$\(([^()$]+)\)/g;
const PART = /\["([^"\]]+)"\]|\['([^'\]]+)'\]|\[(\*|[0-9]+)\]|([^.[\]]+)/g;

const NONE: readonly Expression[] = [];
/** Forty teams write the same few expressions. */
const known = new Map<string, readonly Expression[]>();

/** Every `$(…)` of a text. https://tekton.dev/docs/pipelines/variables/ */
export function expressionsOf(text: string): readonly Expression[] {
  if (!text.includes('$(')) return NONE;
  let found = known.get(text);
  if (found === undefined) {
    found = Array.from(text.matchAll(REFERENCE), ([, inner = '']) => parse(inner));
    known.set(text, found);
  }
  return found;
}

function parse(text: string): Expression {
  const names: string[] = [];
  let index: Expression['index'];
  for (const [, double, single, position, plain] of text.matchAll(PART)) {
    if (position !== undefined) index = position === '*' ? '*' : Number(position);
    else names.push(double ?? single ?? plain ?? '');
  }
  return { text, names, ...(index !== undefined && { index }) };
}

/** The expression is the whole text, as Tekton wants where it puts in an array or an object. */
export const isIsolated = (text: string, expression: Expression): boolean => text === `$(${expression.text})`;

export interface ResultRef {
  readonly task: string;
  readonly result: string;
  readonly key?: string;
}

/** What `tasks.<task>.results.<result>` refers to; undefined for any other expression. */
export function resultRef(expression: Expression, root: 'tasks' | 'finally' = 'tasks'): ResultRef | undefined {
  const [first, task, results, result, key] = expression.names;
  if (first !== root || results !== 'results' || task === undefined || result === undefined) return undefined;
  return { task, result, ...(key !== undefined && { key }) };
}
