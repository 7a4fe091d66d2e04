/** What a comment on a pull request asks for, on a line of its own. */
export type Command =
  { readonly word: 'test' | 'retest' | 'cancel' } | { readonly word: 'ok-to-test'; readonly sha?: string };

const LINE = /^\/(test|retest|cancel|ok-to-test)(?:[ \t]+(\S+))?[ \t]*\r?$/m;
const SHA = /^[0-9a-f]{7,64}$/i;

/** The first command of a comment. An approval that names no commit comes without `sha`. */
export function commandOf(body: string): Command | undefined {
  const [, word, argument] = LINE.exec(body) ?? [];
  if (word === undefined) return undefined;
  if (word !== 'ok-to-test') return argument === undefined ? { word: word as 'test' } : undefined;
  return { word, sha: argument !== undefined && SHA.test(argument) ? argument.toLowerCase() : undefined };
}
