import { shownPlainly } from './hidden';

/** Parts of sentences that tell a person what is wrong. */

/** Words as a sentence lists them: `a, b or c`. */
export const list = (words: readonly string[], last = 'or'): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;

/** Words that may be many: all of forty help nobody. */
export const listSome = (words: readonly string[], last = 'or'): string =>
  words.length > LISTED_MAX
    ? `${words.slice(0, LISTED_MAX).join(', ')} ${last === 'or' ? 'or one of ' : `${last} `}${words.length - LISTED_MAX} more`
    : list(words, last);

const LISTED_MAX = 12;
const SHOWN_MAX = 60;

/** A value as a sentence shows it: on one line, cut short. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  const text = shownPlainly(JSON.stringify(value));
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…"` : text;
}
