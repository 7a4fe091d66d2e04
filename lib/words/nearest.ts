import { listSome } from './phrase';

/** Insertions, deletions, replacements and swaps of neighbours that make `b` of `a`. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const best = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (same ? 0 : 1),
        swapped ? at(i - 2, j - 2) + 1 : Infinity,
      );
      (rows[i] as number[])[j] = best;
    }
  }
  return at(a.length, b.length);
}

/** How much of two paths is the folder that both are in, and the extension that both have: that makes no two files alike. */
function sharedPath(a: string, b: string): { readonly start: number; readonly end: number } {
  const start = a.lastIndexOf('/') + 1;
  if (start === 0 || b.lastIndexOf('/') + 1 !== start || a.slice(0, start) !== b.slice(0, start))
    return { start: 0, end: 0 };
  const extension = a.includes('.', start) ? a.slice(a.lastIndexOf('.')) : '';
  return { start, end: b.endsWith(extension) ? extension.length : 0 };
}

/** The known word that was probably meant; undefined if none is near (more than a third of it would have to change). */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    const shared = sharedPath(word.toLowerCase(), candidate.toLowerCase());
    const [own, other] = [word, candidate].map((path) =>
      path.toLowerCase().slice(shared.start, path.length - shared.end),
    );
    const found = distance(own!, other!);
    // one letter for another is no misspelling of a one-letter word
    const limit = Math.min(Math.max(1, Math.floor(other!.length / 3)), other!.length - 1);
    if (found <= limit && found < (best?.distance ?? Infinity)) best = { word: candidate, distance: found };
  }
  return best?.word;
}

/** Known words, the one first that least would have to be changed of. */
export const byNearness = (word: string, known: readonly string[]): readonly string[] =>
  known
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
    .map(({ candidate }) => candidate);

/** What to say of a word that is not among the known ones: the one that was probably meant, else which there are. */
export function knownHint(
  word: string,
  known: readonly string[],
  none = 'nothing: there is none',
): { readonly suggestion: string } | { readonly expected: string } {
  const meant = nearest(word, known);
  return meant === undefined ? { expected: listSome(known) || none } : { suggestion: meant };
}
