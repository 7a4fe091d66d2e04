import { dump } from 'js-yaml';
import { HEADER } from '../words/generated';
import { once } from '../words/once';
import type { Manifest } from './manifest';

/**
 * YAML of manifests, the same bytes for the same objects: keys in their order, no folding, no anchors, literal blocks
 * for several lines, quotes wherever a YAML 1.1 parser (kubectl, Argo CD, Tekton: all Go) would read something else.
 *
 * js-yaml decides how a string is written that is not plainly plain. The rest is done here, because 50 MB of manifests
 * hold few different strings: asking once for each is seven times as fast as js-yaml on the whole tree.
 */

/** One document. Plain JSON data only. */
export const toDocument = (object: object): string => {
  const out = new Text();
  mapping(out, object, 0);
  return `${out.whole()}\n`;
};

/** One file: the header, then a document a manifest, with `---` between them. */
export const toYaml = (manifests: readonly Manifest[]): string => {
  const out = new Text(HEADER);
  manifests.forEach((manifest, index) => {
    if (index > 0) out.push('---\n');
    mapping(out, manifest, 0);
    out.push('\n');
  });
  return out.whole();
};

/** Grows by pieces. V8 keeps what was added to a text as a tree, so nothing is copied until it is whole. */
class Text {
  constructor(private text = '') {}

  push(...pieces: readonly string[]): void {
    for (const piece of pieces) this.text += piece;
  }

  /** To ask for a character makes V8 copy the tree into one text: the tree takes several times as much memory. */
  whole(): string {
    this.text.charCodeAt(0);
    return this.text;
  }
}

/** What `toYaml` writes of the manifests of several texts of it. */
export const joinYaml = (texts: readonly string[]): string =>
  HEADER +
  texts
    .map((text) => text.slice(HEADER.length))
    .filter((documents) => documents !== '')
    .join('---\n');

const BETWEEN = '\n---\n';

/** A text that `toYaml` wrote without those of its documents that another one holds, too. */
export function withoutDocumentsOf(text: string, other: string): string {
  const others = new Set(other.split(BETWEEN));
  return text
    .split(BETWEEN)
    .filter((document) => !others.has(document))
    .join(BETWEEN);
}

/** `key: value` lines; all but the first begin at `depth`. */
function mapping(out: Text, entries: object, depth: number): void {
  let isFirst = true;
  for (const key in entries) {
    const value = (entries as Readonly<Record<string, unknown>>)[key];
    if (value === undefined) continue;
    if (!isFirst) out.push(lineAt(depth));
    isFirst = false;
    out.push(inline(key));
    if (!isFilled(value)) {
      out.push(': ', leaf(value, depth));
    } else if (Array.isArray(value)) {
      out.push(':', lineAt(depth));
      sequence(out, value, depth);
    } else {
      out.push(':', lineAt(depth + 1));
      mapping(out, value, depth + 1);
    }
  }
}

/** `- item` lines, at the indentation of the key that holds them. */
function sequence(out: Text, items: readonly unknown[], depth: number): void {
  items.forEach((item, index) => {
    if (index > 0) out.push(lineAt(depth));
    out.push('- ');
    if (!isFilled(item)) out.push(leaf(item, depth));
    else if (Array.isArray(item)) sequence(out, item, depth + 1);
    else mapping(out, item, depth + 1);
  });
}

const starts: string[] = [];
/** The end of a line, and the indentation of the next: two blanks for each level. */
const lineAt = (depth: number): string => (starts[depth] ??= `\n${'  '.repeat(depth)}`);

function isFilled(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  for (const _ in value) return true;
  return false;
}

/** @param depth of the line that the value is on */
function leaf(value: unknown, depth: number): string {
  if (typeof value === 'string') return value.includes('\n') ? block(value, depth + 1) : inline(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[]' : '{}';
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : dump(value).trimEnd();
}

/** What some YAML 1.1 parser may read as a boolean, a number or a date, although js-yaml would write it plain. */
const AMBIGUOUS =
  /^(?:[yYnN]|[-+]?(?:[._]*[0-9][-+.:_0-9a-fA-FxXoO]*|\.?[._]*[eE][-+]?[0-9]+|\.[._]*)|[0-9]{4}-[0-9].*)$/;

/** Names, images, addresses and expressions without blanks, by far the most: always plain. */
const PLAIN = /^(?:\$\(|[a-zA-Z][a-zA-Z0-9]+[-./_:])[-a-zA-Z0-9./_:@*$()[\]]*(?<!:)$/;

const quoted = once((text) =>
  dump(text, { lineWidth: -1, forceQuotes: text.includes('\n') || AMBIGUOUS.test(text) }).slice(0, -1),
);

/** A string on one line, plain or quoted. */
const inline = (text: string): string => (PLAIN.test(text) ? text : quoted(text));

/** What a literal block can hold: no invisible characters but blanks and tabs. */
const LITERAL = /^[\t\n\x20-\x7e\xa1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]+$/u;
/** Parsers differ on whether last lines of only blanks belong to a block. */
const BLANK_END = /(?:^|\n)[ \t]+\n*$|^\n*$/;

/** A string of several lines: a literal block with its lines at `depth`, or quoted where no block can hold it. */
const block = (text: string, depth: number): string =>
  (blocks[depth] ??= once((lines) => written(lines, lineAt(depth))))(text);

const blocks: ((text: string) => string)[] = [];

function written(text: string, line: string): string {
  if (!LITERAL.test(text) || BLANK_END.test(text)) return dump(text, { forceQuotes: true }).trimEnd();
  const indentation = /^\n* /.test(text) ? '2' : '';
  const chomping = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  return `|${indentation}${chomping}${`\n${body}`.replace(/\n(?=[^\n])/g, line)}`;
}
