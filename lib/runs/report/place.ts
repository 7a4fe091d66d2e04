/** Places in files, as failures name them: `src/cart.test.ts:12:5`, `(CartTest.java:42)`, `/w/tests/CartTest.php:7`. */

export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** The path in the repository of a file that a report names; undefined if the checkout has none of that name. */
export type Locate = (path: string) => string | undefined;

const LINES_MAX = 200;
const LINE_MAX = 1_000;
const ENDS = new Set(' \t()[]<>{}"\'`,;');

/**
 * The first of the places in a text that the checkout has.
 * @param className of the case: what Java writes names the file alone, which lies where the package of the class says
 */
export function placeIn(text: string, className: string, locate: Locate): Place | undefined {
  for (const line of text.split('\n', LINES_MAX))
    for (const word of wordsOf(line.slice(0, LINE_MAX))) {
      const place = placeOf(word);
      if (place === undefined) continue;
      const file =
        locate(place.file) ?? (place.file.includes('/') ? undefined : locate(inPackage(place.file, className)));
      if (file !== undefined) return { file, line: place.line };
    }
  return undefined;
}

function* wordsOf(line: string): Iterable<string> {
  let word = '';
  for (const character of line) {
    if (!ENDS.has(character)) word += character;
    else if (word !== '') {
      yield word;
      word = '';
    }
  }
  if (word !== '') yield word;
}

/** `a/b.ts:12:5` and `a/b.py:12:` → file and line 12 */
function placeOf(word: string): Place | undefined {
  const parts = word.replace(/^file:\/\//, '').split(':');
  const first = parts.findIndex((part, index) => index > 0 && lineOf(part) !== undefined);
  const line = lineOf(parts[first]);
  return first > 0 && line !== undefined ? { file: parts.slice(0, first).join(':'), line } : undefined;
}

/** The number of a line, from 1; undefined if it is none. */
export const lineOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^[0-9]{1,7}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;

/** `CartTest.java`, `com.example.CartTest` → `com/example/CartTest.java` */
const inPackage = (file: string, className: string): string => [...className.split('.').slice(0, -1), file].join('/');
