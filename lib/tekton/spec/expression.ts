/**
 * The expressions of Tekton, `$(…)`, read in this file alone. What an expression means depends on where it stands and on
 * what is declared there: see `param-values.ts` for a run, and `../admission` for the rules.
 * https://tekton.dev/docs/pipelines/variables/
 */

/** `$(tasks.build.results.IMAGES[*])` has the names tasks, build, results, IMAGES and the index `*`. */
export interface Expression {
  /** What stands between `$(` and `)`. */
  readonly text: string;
  /** Its parts: `a.b`, `a["b"]` and `a['b']` have the same. */
  readonly names: readonly string[];
  readonly index?: '*' | number;
}

interface Found {
  readonly expression: Expression;
  readonly start: number;
  readonly end: number;
}

const NONE: readonly Found[] = [];
/** Every `$(…)` of a text, in one pass; one that holds another, or a `$`, is text to Tekton. */
function find(text: string): readonly Found[] {
  let start = text.indexOf('$(');
  if (start === -1) return NONE;
  const found: Found[] = [];
  while (start !== -1) {
    const close = next(text, start + 2, /[$()]/g);
    if (text[close] === ')' && close > start + 2)
      found.push({ expression: parse(text.slice(start + 2, close)), start, end: close + 1 });
    start = text.indexOf('$(', close);
  }
  return found;
}

/** Where the first of some characters stands; the end of the text if there is none. */
function next(text: string, from: number, characters: RegExp): number {
  characters.lastIndex = from;
  return characters.exec(text)?.index ?? text.length;
}

function parse(text: string): Expression {
  const names: string[] = [];
  let index: Expression['index'];
  for (let at = 0; at < text.length;) {
    const bracket = text[at] === '[' ? inBrackets(text, at + 1) : undefined;
    if (bracket !== undefined) {
      if ('name' in bracket) names.push(bracket.name);
      else index = bracket.index;
      at = bracket.end;
    } else {
      const end = next(text, at, /[.[\]]/g);
      if (end > at) names.push(text.slice(at, end));
      at = end === at ? at + 1 : end;
    }
  }
  return { text, names, ...(index !== undefined && { index }) };
}

type Bracket = { readonly end: number } & ({ readonly name: string } | { readonly index: '*' | number });

/** `"name"]`, `'name']`, `*]` or `0]`; undefined for anything else. */
function inBrackets(text: string, from: number): Bracket | undefined {
  const first = text.charAt(from);
  if (first === '"' || first === "'") {
    const close = next(text, from + 1, first === '"' ? /["\]]/g : /['\]]/g);
    return close > from + 1 && text.startsWith(`${first}]`, close)
      ? { name: text.slice(from + 1, close), end: close + 2 }
      : undefined;
  }
  if (text.startsWith('*]', from)) return { index: '*', end: from + 2 };
  let end = from;
  while (text.charAt(end) >= '0' && text.charAt(end) <= '9') end += 1;
  return end > from && text[end] === ']' ? { index: Number(text.slice(from, end)), end: end + 1 } : undefined;
}

/** Every expression of a text. */
export const expressionsOf = (text: string): readonly Expression[] => find(text).map(({ expression }) => expression);

/** Every expression in the strings of plain data. */
export function expressionsIn(data: unknown): readonly Expression[] {
  if (typeof data === 'string') return expressionsOf(data);
  return data !== null && typeof data === 'object' ? Object.values(data).flatMap(expressionsIn) : [];
}

/** The text with what is known put in; the rest stays as it is. A value that is put in is not looked into. */
export function substitute(text: string, replace: (expression: Expression) => string | undefined): string {
  let done = '';
  let from = 0;
  for (const { expression, start, end } of find(text)) {
    done += text.slice(from, start) + (replace(expression) ?? text.slice(start, end));
    from = end;
  }
  return done + text.slice(from);
}

/** Whether Tekton, or only a cluster, has more to put in. */
export const isOpen = (text: string): boolean => text.includes('$(');

/** An expression as it stands in a text: `$(params.app)`. */
export const written = ({ text }: Pick<Expression, 'text'>): string => `$(${text})`;

/** The expression is the whole text, as Tekton wants where it puts in an array or an object. */
export const isIsolated = (text: string, expression: Expression): boolean =>
  text.length === expression.text.length + '$()'.length && text === written(expression);

/** The one expression that the text is as a whole. */
export function wholeExpression(text: string): Expression | undefined {
  const [first] = expressionsOf(text);
  return first !== undefined && isIsolated(text, first) ? first : undefined;
}

/** The text is a whole array or object, which Tekton spreads: `$(params.apps[*])`. */
export const isWholeArray = (text: string): boolean => wholeExpression(text)?.text.endsWith('[*]') ?? false;

/** The text of an expression without the index at its end. */
export const withoutIndex = ({ text, index }: Expression): string =>
  index !== undefined && text.endsWith(`[${index}]`) ? text.slice(0, text.lastIndexOf('[')) : text;

export interface ResultRef {
  readonly task: string;
  readonly result: string;
  readonly key?: string;
}

/** What `tasks.<task>.results.<result>` refers to; undefined for any other expression. */
export function resultRef({ names }: Expression, root: 'tasks' | 'finally' = 'tasks'): ResultRef | undefined {
  const [first, task, results, result, key] = names;
  if (first !== root || results !== 'results' || task === undefined || result === undefined) return undefined;
  return { task, result, ...(key !== undefined && { key }) };
}

/** `tasks.<task>.<what>…`: a result, the status, the reason or the matrix of a task. */
export function taskOf({ names }: Expression): { readonly task: string; readonly what: string } | undefined {
  const [root, task, what] = names;
  return root === 'tasks' && task !== undefined && what !== undefined ? { task, what } : undefined;
}
