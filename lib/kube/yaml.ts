import { dump } from 'js-yaml';
import { HEADER } from '../words/generated';
import { once } from '../words/once';
import type { Manifest } from './manifest';

/**
 * YAML of manifests, the same bytes for the same objects: keys in their order, no folding, no anchors, literal blocks
 * for several lines, quotes wherever a YAML 1.1 parser (kubectl, Argo CD, Tekton: all Go) would read something else.
 *
 * js-yaml decides how a string is written that is not plainly plain. The rest is done here, because 50 MB of manifests
 * hold few different strings: asking once for each is seven times as fast as js-yaml on the whole tree. Texts are put together with
 * `+`, which copies nothing before the whole is written; `join` would copy each line once for each level that it is in.
 */

/** One document. Plain JSON data only. */
export const toDocument = (object: object): string => `${mapping(object, '')}\n`;

/** One file: the header, then a document a manifest, with `---` between them. */
export const toYaml = (manifests: readonly Manifest[]): string =>
  manifests.reduce((text, manifest, index) => `${text}${index === 0 ? '' : '---\n'}${toDocument(manifest)}`, HEADER);

/** `key: value` lines; all but the first are indented by `pad`. */
function mapping(entries: object, pad: string): string {
  let out = '';
  for (const key in entries) {
    const value = (entries as Readonly<Record<string, unknown>>)[key];
    if (value === undefined) continue;
    if (out !== '') out += `\n${pad}`;
    if (isFilled(value)) {
      out += `${inline(key)}:\n${pad}${Array.isArray(value) ? sequence(value, pad) : `  ${mapping(value, `${pad}  `)}`}`;
    } else {
      out += `${inline(key)}: ${leaf(value, pad)}`;
    }
  }
  return out;
}

/** `- item` lines, at the indentation of the key that holds them. */
function sequence(items: readonly unknown[], pad: string): string {
  const inner = `${pad}  `;
  let out = '';
  for (const item of items) {
    if (out !== '') out += `\n${pad}`;
    if (isFilled(item)) out += `- ${Array.isArray(item) ? sequence(item, inner) : mapping(item, inner)}`;
    else out += `- ${leaf(item, pad)}`;
  }
  return out;
}

function isFilled(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  for (const _ in value) return true;
  return false;
}

/** @param pad indentation of the line that the value is on */
function leaf(value: unknown, pad: string): string {
  if (typeof value === 'string') return value.includes('\n') ? block(value, `${pad}  `) : inline(value);
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

/** A string of several lines: a literal block with its lines indented by `pad`, or quoted where no block can hold it. */
function block(text: string, pad: string): string {
  let blockAt = blocks.get(pad);
  if (blockAt === undefined) blocks.set(pad, (blockAt = once((lines) => written(lines, pad))));
  return blockAt(text);
}

const blocks = new Map<string, (text: string) => string>();

function written(text: string, pad: string): string {
  if (!LITERAL.test(text) || BLANK_END.test(text)) return dump(text, { forceQuotes: true }).trimEnd();
  const indentation = /^\n* /.test(text) ? '2' : '';
  const chomping = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  return `|${indentation}${chomping}${`\n${body}`.replace(/\n(?=[^\n])/g, `\n${pad}`)}`;
}
