import type { Document, Path } from '../document';
import { tidyPath } from '../../words/path';
import type { Problem } from '../../words/problem';

/** An error for each text of a list that is there before, `./a` and `a/` being one path. */
export function listedTwice(document: Document, path: Path): Problem[] {
  const items = document.get(path);
  if (!Array.isArray(items)) return [];
  const tidy = items.map((item: unknown) => (typeof item === 'string' ? tidyPath(item) : undefined));
  return tidy.flatMap((item, index) =>
    item !== undefined && tidy.indexOf(item) < index
      ? [document.error([...path, index], `${item} is listed twice`)]
      : [],
  );
}
