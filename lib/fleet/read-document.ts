import { LineCounter, isMap, isScalar, isSeq } from 'yaml';
import type { Pair, ParsedNode } from 'yaml';
import type { Problem } from '../words/problem';
import type { Path, Place, PlainScalar, Position, SourceFile } from './document';
import { Document, pathText } from './document';
import type { ParsedDocument } from './parse-yaml';
import { perText } from './per-text';
import { MERGE_KEY, NotYaml, nameOf, parseYaml } from './parse-yaml';

/**
 * The one reader of YAML that people write. It reads with `yaml`, which knows the range of every value. js-yaml stays the
 * writer for its speed, and reads back what we wrote ourselves: with 50 stacks of 40 apps it reads ten times as fast.
 */

/** What could be read of a file that holds one document, and what is wrong with its YAML. */
export interface ReadDocument {
  /** Missing where the file cannot be read at all. */
  readonly document?: Document;
  readonly problems: readonly Problem[];
}

/** What could be read of a file that may hold several documents. */
export interface ReadDocuments {
  /** Empty where one of them cannot be read. */
  readonly documents: readonly Document[];
  readonly problems: readonly Problem[];
}

/** Reads a file that holds one YAML document. A key without a value (`env:` with nothing below) counts as absent. */
export const readDocument = perText((source): ReadDocument => {
  const { documents, problems } = readDocuments(source);
  const [document, second] = documents;
  if (second) return { problems: [moreThanOne(second)] };
  if (document && document.value !== null) return { document, problems };
  if (problems.length > 0) return { problems };
  return { problems: [{ file: source.file, message: 'the file is empty', severity: 'error' }] };
});

/** What is said of a file with a second document that should hold one. */
export const moreThanOne = (second: Document): Problem =>
  second.error([], 'holds more than one YAML document; keep one to a file');

/** Reads a file that may hold several YAML documents, as manifests do. */
export function readDocuments({ file, text }: SourceFile): ReadDocuments {
  const lines = new LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const error = (offset: number, message: string): Problem => ({
    file,
    ...position(offset),
    message,
    severity: 'error',
  });
  try {
    const parsed = parseYaml(text, lines);
    return {
      documents: parsed.map(
        ({ root, value }) =>
          new Document(
            file,
            value,
            (path) => placeOf(root, path, position),
            () => plainScalars(root, []),
          ),
      ),
      problems: parsed.flatMap(duplicateKeys).map(({ path, first, again }) => ({
        ...error(again, `the key is given twice; the other is in line ${position(first).line}`),
        path: pathText(path),
      })),
    };
  } catch (refusal) {
    if (!(refusal instanceof NotYaml)) throw refusal;
    return { documents: [], problems: [error(refusal.offset, `not YAML: ${refusal.message}`)] };
  }
}

/** The place of exactly this path. Below an alias, and for what is merged in, there is none. */
function placeOf(root: ParsedNode | null, path: Path, position: (offset: number) => Position): Place | undefined {
  let key: ParsedNode | undefined;
  let value: ParsedNode | null = root;
  for (const step of path) {
    if (isSeq(value) && typeof step === 'number') [key, value] = [undefined, value.items[step] ?? null];
    else if (isMap(value)) {
      const pair: Pair<ParsedNode, ParsedNode | null> | undefined = value.items.findLast(
        (item) => nameOf(item.key) === String(step),
      );
      if (pair === undefined) return undefined;
      [key, value] = [pair.key, pair.value];
    } else return undefined;
  }
  // a value that is left out stands where its key does
  const shown = value && value.range[1] > value.range[0] ? value : (key ?? value);
  if (!shown) return undefined;
  return {
    ...(key && { key: position(key.range[0]) }),
    value: position(shown.range[0]),
    ...(isScalar(value) && value.type === 'PLAIN' && { written: value.source }),
  };
}

/** What an alias stands for is found once, where it is written; what is merged in counts as part of the mapping around it. */
function plainScalars(node: ParsedNode | null, path: Path): readonly PlainScalar[] {
  if (isSeq(node)) return node.items.flatMap((item, index) => plainScalars(item, [...path, index]));
  if (isMap(node))
    return node.items.flatMap(({ key, value }) => {
      const name = nameOf(key);
      return plainScalars(value, name === MERGE_KEY ? path : [...path, name]);
    });
  return isScalar(node) && node.type === 'PLAIN' ? [{ path, written: node.source, value: node.value }] : [];
}

interface DuplicateKey {
  readonly path: Path;
  /** Offsets of the two. */
  readonly first: number;
  readonly again: number;
}

const duplicateKeys = ({ root }: ParsedDocument): readonly DuplicateKey[] => duplicatesBelow(root, []);

function duplicatesBelow(node: ParsedNode | null, path: Path): readonly DuplicateKey[] {
  if (isSeq(node)) return node.items.flatMap((item, index) => duplicatesBelow(item, [...path, index]));
  if (!isMap(node)) return [];
  const firsts = new Map<string, number>();
  return node.items.flatMap(({ key, value }) => {
    const name = nameOf(key);
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, key.range[0]);
    const here = [...path, name];
    const own = first === undefined || name === MERGE_KEY ? [] : [{ path: here, first, again: key.range[0] }];
    return [...own, ...duplicatesBelow(value, here)];
  });
}
