import type { Document, Path } from '../document';
import { hiddenIn } from '../../words/hidden';
import { isObject } from '../../words/mapping';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';

/** No text and no key of a file holds what nobody sees: it would go to terminals, pages and shells with what is made of the file. */
export function hiddenCharacters(document: Document): readonly Problem[] {
  return textsIn(document.value, []).flatMap(({ path, text, isKey }) => {
    const character = hiddenIn(text);
    if (character === undefined) return [];
    const tell = isKey ? document.keyError : document.error;
    return [
      tell(path, `${isKey ? 'the key' : 'the text'} holds ${character}, which is not shown but has an effect`, {
        found: show(text),
        expected: 'text without control characters, and none that changes the direction of writing',
      }),
    ];
  });
}

interface Text {
  readonly path: Path;
  readonly text: string;
  readonly isKey: boolean;
}

function textsIn(value: unknown, path: Path): readonly Text[] {
  if (typeof value === 'string') return [{ path, text: value, isKey: false }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    { path: [...path, key], text: key, isKey: true },
    ...textsIn(item, [...path, key]),
  ]);
}
