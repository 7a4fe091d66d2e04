/** What is different about two values, small enough to be shown and to be recognised elsewhere. */

export interface Essence {
  readonly from: string;
  readonly to: string;
  /** Whether these are lines of a longer text. */
  readonly lines: boolean;
}

/** An image: what it is called, and its tag or digest. */
export const IMAGE = /^((?:[\w.-]+(?::\d+)?\/)?[\w./-]+)[:@](\w[\w.:@-]*)$/;

/**
 * Of a text of several lines the lines that differ, and if that is the same image everywhere, the image: so its bump is one
 * change, in a step and in a file that a ConfigMap holds. Of everything else the value.
 */
export function essence(from: unknown, to: unknown): Essence {
  if (typeof from !== 'string' || typeof to !== 'string' || !(from.includes('\n') || to.includes('\n')))
    return { from: plain(from), to: plain(to), lines: false };
  const known = essences.get(from)?.get(to);
  if (known) return known;
  const made = ofLines(from.split('\n'), to.split('\n'));
  const others = essences.get(from) ?? new Map<string, Essence>();
  essences.set(from, others.set(to, made));
  return made;
}

/** Each text is asked for many times, once for every team. */
const essences = new Map<string, Map<string, Essence>>();

export const short = (text: string, most = 100): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** `replicas: 1 → 2`; of what is more than a word and comes or goes, `env added`. */
export function describe({
  place,
  from,
  to,
}: {
  readonly place: string;
  readonly from?: unknown;
  readonly to?: unknown;
}): string {
  const verb = from === undefined ? 'added' : to === undefined ? 'removed' : undefined;
  const isWord = [from, to].every(
    (value) => (typeof value !== 'object' || value === null) && !String(value).includes('\n'),
  );
  if (!isWord && verb !== undefined) return `${place} ${verb}`;
  const [old, now] = [plain(from), plain(to)].map((text) => (text === '' ? 'nothing' : short(text)));
  return `${place}: ${old} → ${now}`;
}

const plain = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

function ofLines(from: readonly string[], to: readonly string[]): Essence {
  const [gone, come] = [minus(from, to), minus(to, from)];
  if (gone.length === 0 && come.length === 0) return { from: 'lines in one order', to: 'in another', lines: true };
  const words =
    gone.length === come.length
      ? new Set(gone.map((line, i) => JSON.stringify(wordOf(line, come[i]!))))
      : new Set<string>();
  const [only] = words;
  const pair = words.size === 1 ? (JSON.parse(only!) as [string, string] | null) : null;
  return pair?.every((word) => IMAGE.test(word))
    ? { from: pair[0], to: pair[1], lines: false }
    : { from: gone.join('\n'), to: come.join('\n'), lines: true };
}

/** The lines that the other text does not have, without their indentation. */
const minus = (lines: readonly string[], others: readonly string[]): readonly string[] => {
  const known = new Set(others.map((line) => line.trim()));
  return [...new Set(lines.map((line) => line.trim()))].filter((line) => !known.has(line));
};

/** The one word in which two lines differ; null if that is not all. */
function wordOf(from: string, to: string): readonly [string, string] | null {
  const [left, right] = [from.split(/[\s"',]+/), to.split(/[\s"',]+/)];
  const differing = left.flatMap((word, i) => (word === right[i] ? [] : [[word, right[i] ?? ''] as const]));
  return left.length === right.length && differing.length === 1 ? differing[0]! : null;
}
