import { Composer, Lexer, Parser, isAlias, isMap, isScalar, isSeq, visit } from 'yaml';
import type { CST, Document as YamlDocument, LineCounter, ParsedNode, YAMLError } from 'yaml';
import { isObject } from '../words/mapping';

/** Text to values and the nodes that they come from, with the package `yaml`. */

/** One YAML document of a text. */
export interface ParsedDocument {
  /** Null where the document is empty. */
  readonly root: ParsedNode | null;
  /** Of keys that are given twice, it has the last one. */
  readonly value: unknown;
}

/** The text is not YAML as we take it. */
export class NotYaml extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

/** YAML 1.2 with `<<`, as the original's readers take it. */
const OPTIONS = {
  schema: 'core',
  merge: true,
  resolveKnownTags: false,
  stringKeys: true,
  prettyErrors: false,
  logLevel: 'silent',
  // the parser would compare each key with each other one
  uniqueKeys: false,
} as const;

/** The key whose value, a mapping, is merged into the mapping around it. https://yaml.org/type/merge.html */
export const MERGE_KEY = '<<';
/** More than any stack has need of. */
const MAX_ALIASES = 200;
const MAX_DEPTH = 100;

/** A key as text. What is no scalar is none: the parser has refused it. */
export const nameOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '');

/**
 * The documents of a text. A key without a value counts as absent; a list keeps its empty items, which are mistakes.
 * @param lines counts the lines of the text
 * @throws NotYaml with the first thing that is wrong
 */
export function parseYaml(text: string, lines: LineCounter): readonly ParsedDocument[] {
  // a line may end with CR alone, which the lexer would take for a part of the text
  const documents = compose(text.replace(/\r(?!\n)/g, '\n'), lines);
  const unprintable = UNPRINTABLE.exec(text);
  if (unprintable) throw new NotYaml('the text holds a character that cannot be printed', unprintable.index);
  return documents;
}

/** https://yaml.org/spec/1.2.2/#51-character-set */
const UNPRINTABLE = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function compose(text: string, lines: LineCounter): readonly ParsedDocument[] {
  const composer = new Composer(OPTIONS);
  const documents = [...composer.compose(tokens(text, lines))] as YamlDocument.Parsed[];
  const { errors, warnings } = composer.streamInfo();
  const faults = [errors, warnings, ...documents.flatMap((document) => [document.errors, document.warnings])].flat();
  const [fault] = faults.filter(isFatal);
  if (fault) throw new NotYaml(`${lowerFirst(fault.message)}${hint(fault, text.slice(fault.pos[0]))}`, fault.pos[0]);
  return documents.map((document) => ({
    root: document.contents,
    value: valueOf(document),
  }));
}

/** What the parser finds, as long as it is not nested so deeply that composing it would exceed the call stack. */
function* tokens(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_DEPTH) throw new NotYaml('it is nested too deeply', parser.offset);
  }
  yield* parser.end();
}

/** An unknown tag is but a warning of the library's. */
const isFatal = ({ name, code }: YAMLError): boolean => code === 'TAG_RESOLVE_FAILED' || name === 'YAMLParseError';

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

/** What to do about what the parser finds, by its code and by what its message holds; the first that fits. */
const HINTS: readonly (readonly [code: string, holds: string, hint: string])[] = [
  ['BAD_INDENT', 'Flow', 'close the bracket or brace above, and indent what is in it further than the key, with spaces'],
  ['BAD_INDENT', '', 'give the line the spaces that those beside it start with'],
  ['TAB_AS_INDENT', '', 'indent with spaces'],
  ['BAD_ALIAS', '', 'a text that starts with & or * needs quotes'],
  ['TAG_RESOLVE_FAILED', '', 'a text that starts with ! needs quotes'],
  ['BAD_SCALAR_START', '', 'a text that starts with a special character needs quotes'],
  ['NON_STRING_KEY', '', 'a text that starts with { or [ needs quotes'],
  ['BLOCK_AS_IMPLICIT_KEY', 'sequence', 'give the line the spaces that those beside it start with'],
  ['BLOCK_AS_IMPLICIT_KEY', '', 'the next line has too many spaces before it, or a text that holds ": " needs quotes'],
  ['MULTILINE_IMPLICIT_KEY', '', 'a key needs ": " behind it, and an item of a list "- " before it'],
  ['MISSING_CHAR', 'Implicit map keys', 'a ":" is missing after the key, or the line has too few spaces before it'],
  ['MISSING_CHAR', 'Sequence item', 'start the line with "- ", or in the column of the keys of the item above'],
  ['MISSING_CHAR', 'closing', 'the text may have begun further up'],
  ['BLOCK_IN_FLOW', '', 'a comma is missing, or a text that holds ": " needs quotes'],
  ['UNEXPECTED_TOKEN', 'on same line with key', 'put the "- " on a line of its own'],
  ['UNEXPECTED_TOKEN', 'header', 'a text that starts with | or > needs quotes'],
  ['UNEXPECTED_TOKEN', 'Not a YAML token', 'a text that starts with | or > needs quotes'],
  ['UNEXPECTED_TOKEN', 'in YAML stream', 'a bracket or brace is closed that nothing has opened'],
  [
    'UNEXPECTED_TOKEN',
    'at node end',
    'give the line the spaces that those above start with; where more stands behind a closing quote or brace, put all of it in quotes',
  ],
];

/** @param text from where the parser finds it */
function hint({ code, message }: YAMLError, text: string): string {
  if (CONFLICT.some((mark) => text.startsWith(mark))) return '; Git has left a conflict here: resolve it';
  const found = HINTS.find(([of, holds]) => of === code && message.includes(holds));
  return found === undefined ? '' : `; ${found[2]}`;
}
const CONFLICT = ['<<<<<<<', '=======', '>>>>>>>'];

function valueOf(document: YamlDocument.Parsed): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    dropEmptyKeys(value, new Set());
    return value;
  } catch (error) {
    throw refusal(document, error as Error);
  }
}

/**
 * @param seen holds what aliases lead to again: without it, few aliases in each other would make a walk without end
 * @param around holds the values that this one is part of
 */
function dropEmptyKeys(value: unknown, seen: Set<unknown>, around = new Set<unknown>()): void {
  if (!isObject(value)) return;
  if (around.has(value)) throw new Error('an alias stands for a value that holds the alias');
  if (seen.has(value)) return;
  seen.add(value);
  around.add(value);
  for (const [key, child] of Object.entries(value)) {
    if (child === null && !Array.isArray(value)) delete (value as Record<string, unknown>)[key];
    else dropEmptyKeys(child, seen, around);
  }
  around.delete(value);
}

/** Aliases and merges are followed only when values are made of nodes, and the library then throws without a place. */
function refusal(document: YamlDocument.Parsed, { message }: Error): NotYaml {
  let found: NotYaml | undefined;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return undefined;
      found = new NotYaml(
        `unidentified alias "${alias.source}"; a text that starts with * needs quotes`,
        alias.range?.[0] ?? 0,
      );
      return visit.BREAK;
    },
    Pair(_, { key, value }) {
      if (nameOf(key) !== MERGE_KEY || canMerge(document, value)) return undefined;
      found = new NotYaml(
        `${MERGE_KEY} takes a mapping, an alias of one, or a list of these`,
        isScalar(key) ? (key.range?.[0] ?? 0) : 0,
      );
      return visit.BREAK;
    },
  });
  return found ?? new NotYaml(lowerFirst(message), document.contents?.range[0] ?? 0);
}

function canMerge(document: YamlDocument.Parsed, value: unknown): boolean {
  const source = isAlias(value) ? value.resolve(document) : value;
  return (
    isMap(source) ||
    (isSeq(source) && source.items.every((item) => isMap(isAlias(item) ? item.resolve(document) : item)))
  );
}
