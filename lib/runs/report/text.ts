import { TEXT_MAX } from './summary';

/** Texts of reports, made fit to be shown: foreign code has written them. */

const LINES_MAX = 20;

/**
 * What is not seen, or shows what follows it otherwise: control characters but for the tab and the end of a line, and marks
 * that turn the direction of writing. Half a character is no JSON.
 */
const UNSEEN = /(?![\n\t])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const HALF = /\p{Cs}/gu;

/** Cuts a text to so many characters, the last of which tells that it was cut. */
export const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const seen = (text: string): string => text.replace(UNSEEN, '').replace(HALF, '\ufffd');

/** One line. @param most characters */
export const line = (text: string, most: number): string =>
  cut(
    // what is cut away is not looked at
    seen(text.slice(0, 4 * most).replace(/[\n\t]/g, ' ')).trim(),
    most,
  );

/** The first lines that say anything, without colours. */
export const firstLines = (text: string): string => {
  const said = seen(text.slice(0, 4 * TEXT_MAX.message).replace(ESCAPES, '')).trim();
  return cut(said.split('\n', LINES_MAX).join('\n').trimEnd(), TEXT_MAX.message);
};

/** Colours, which test runners write into messages. https://ecma-international.org/publications-and-standards/standards/ecma-48/ */
const ESCAPES = /\u001b\[[0-9;]*m/g;
