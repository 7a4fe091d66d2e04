/**
 * Characters that a person does not see, but a terminal or a page obeys: control characters but for tab and line feed, separators
 * of lines, those that change the direction of what is around them, so that it reads otherwise than it is, and halves of characters,
 * which no file can hold.
 * https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings and https://trojansource.codes
 */
const HIDDEN = /[^\P{Cc}\t\n]|[\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** The first one of a text, as people write it: `U+202E`. */
export function hiddenIn(text: string): string | undefined {
  const found = HIDDEN.exec(text)?.[0];
  return found && `U+${codeOf(found)}`;
}

/** A text with each of them as an escape, such as `\u202e`. */
export const shownPlainly = (text: string): string =>
  text.replace(new RegExp(HIDDEN, 'gu'), (character) => `\\u${codeOf(character).toLowerCase()}`);

const codeOf = (character: string): string => character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
