import { tidyPath } from '../words/path';
import type { Document } from './document';

/** The stacks that a team lists, as far as that can be read. */
export function listedBy(document: Document): readonly { readonly file: string; readonly index: number }[] {
  const stacks = document.get(['stacks']);
  return Array.isArray(stacks)
    ? stacks.flatMap((file: unknown, index) =>
        typeof file === 'string' && file !== '' ? [{ file: tidyPath(file), index }] : [],
      )
    : [];
}
