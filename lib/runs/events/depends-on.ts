import type { Token } from 'markdown-it';
import MarkdownIt from 'markdown-it';
import { pullNumber } from '../../words/scalars';

/** A pull request that the description of another one names: `Depends-On: owner/repo#12`, or its address. */
export interface Dependency {
  readonly fullName: string;
  readonly number: number;
}

/** What a description says of other pull requests. */
export interface DependsOn {
  /** Each once, in the order of the text. */
  readonly dependencies: readonly Dependency[];
  /** What was meant to name one, and names none. */
  readonly unread: readonly string[];
}

const NAME = /^([A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100})$/;
/** The end of an address, whatever host and path are before it. */
const PATH = /(?:^|\/)([A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100})\/pulls?\/([0-9]{1,10})(?:\/[\w/]*)?$/;
const NUMBER = /^[1-9][0-9]{0,9}$/;
/** `Depends-On:` as people write it. */
const WORD = /depends?([-\u2010-\u2015_ ]?)on(?![a-z])[ \t]*([:\uff1a=]?)/i;
/** What may be before the word: the box of a task. */
const BOXES = ['', '[ ]', '[x]', '[X]'];
const AROUND = new Set('.,;:!?()[]{}<>"\'\u201c\u201d*`');
const MOST = 20;
const UNREAD_MOST = 5;
const SHOWN_MAX = 120;
/** A longer paragraph takes too long to parse. */
const PARAGRAPH_MAX = 16_384;

const blocks = new MarkdownIt('commonmark', { html: true }).disable('lheading');
blocks.core.ruler.disable('inline');
const inline = new MarkdownIt('commonmark', { html: true }).enable('strikethrough');

/**
 * What a description depends on: at most 20 pull requests. A line that begins with `Depends-On:` names them, or the lines below it
 * do. Nothing is read in code, HTML comments, quotes, or what is struck out.
 */
export function dependsOn(body: string): DependsOn {
  if (!WORD.test(body)) return { dependencies: [], unread: [] };
  const found = new Map<string, Dependency>();
  const unread = new Set<string>();
  let isBelow = false;
  for (const line of linesOf(body)) {
    const { kind, text } = partOf(line, isBelow);
    isBelow = kind === 'heading' || (isBelow && (kind === 'list' || line.trim() === ''));
    if (kind === 'misplaced') unread.add(shown(line));
    if (kind !== 'line' && kind !== 'list') continue;
    const { dependencies, others } = referencesIn(text);
    for (const one of dependencies) found.set(dependencyKey(one), found.get(dependencyKey(one)) ?? one);
    if (others.length > 0) unread.add(shown(line));
  }
  const all = [...found.values()];
  for (const left of all.slice(MOST)) unread.add(`${dependencyKey(left)} (more than ${MOST})`);
  return { dependencies: all.slice(0, MOST), unread: [...unread].slice(0, UNREAD_MOST) };
}

interface Part {
  /** `heading`: its references are below it; `list`: a line of these; `misplaced`: meant, and not at the beginning. */
  readonly kind: 'line' | 'heading' | 'list' | 'misplaced' | 'prose';
  /** What names the pull requests. */
  readonly text: string;
}

/** What a line is. @param isBelow whether it is right below a heading of references */
function partOf(line: string, isBelow: boolean): Part {
  const word = WORD.exec(line);
  if (word === null) return { kind: isBelow && isList(line) ? 'list' : 'prose', text: line };
  const [{ length }, joint, colon] = word;
  const text = line.slice(word.index + length);
  const said = bare(text.trim()).toLowerCase();
  const names = referencesIn(text).dependencies.length > 0;
  // "depends on the weather" is prose
  const isOurs = joint !== ' ';
  if (!BOXES.includes(line.slice(0, word.index).trim())) return { kind: isOurs && names ? 'misplaced' : 'prose', text };
  if (said === '') return { kind: 'heading', text };
  if (NOTHING.includes(said)) return { kind: 'prose', text };
  const isMeant = names || (isOurs && colon !== '') || ((isOurs || colon !== '') && wordsOf(text).some(looksMeant));
  return { kind: isMeant ? 'line' : 'prose', text };
}

/** What is written where nothing is to be said. */
const NOTHING = ['-', 'none', 'nothing', 'no', 'n/a', 'na', 'nil', 'tbd'];

const looksMeant = (word: string): boolean => word.includes('#') || word.includes('/');
const isList = (line: string): boolean => {
  const words = wordsOf(line);
  return words.length > 0 && words.every((word) => word.includes('#') || dependencyOf(word) !== undefined);
};

const JOINTS = ['', '-', '+', '&', 'and', 'x'];
const wordsOf = (text: string): readonly string[] =>
  text
    .split(/[\s,;|]+/)
    .map(bare)
    .filter((word) => !JOINTS.includes(word.toLowerCase()));

/** A word without what stands around it. */
function bare(word: string): string {
  let [from, to] = [0, word.length];
  while (from < to && AROUND.has(word.charAt(from))) from++;
  while (from < to && AROUND.has(word.charAt(to - 1))) to--;
  return word.slice(from, to);
}

/** The pull requests that a text names; and what looks like one and is none, or all of it where it names none. */
function referencesIn(text: string): {
  readonly dependencies: readonly Dependency[];
  readonly others: readonly string[];
} {
  const words = wordsOf(text);
  const read = words.map((word) => ({ word, dependency: dependencyOf(word) }));
  const dependencies = read.map(({ dependency }) => dependency).filter((one) => one !== undefined);
  const rest = read.filter(({ dependency }) => dependency === undefined).map(({ word }) => word);
  return { dependencies, others: dependencies.length === 0 ? rest : rest.filter(looksMeant) };
}

function dependencyOf(word: string): Dependency | undefined {
  const address = /^https?:\/\//i.test(word) && URL.canParse(word) ? new URL(word).pathname : word;
  const [, path, digits] = PATH.exec(address) ?? [];
  const [name = '', number = ''] = path === undefined ? word.split('#') : [path, digits];
  const fullName = NAME.exec(name)?.[1];
  if (fullName === undefined || !NUMBER.test(number) || !pullNumber.safeParse(Number(number)).success) return undefined;
  return { fullName, number: Number(number) };
}

/** The lines of a text as people see them. */
function linesOf(body: string): readonly string[] {
  let quotes = 0;
  return blocks.parse(body, {}).flatMap(({ type, content }) => {
    if (type === 'blockquote_open') quotes++;
    if (type === 'blockquote_close') quotes--;
    const text = quotes > 0 ? '' : type === 'inline' ? content : type === 'html_block' ? visibleHtml(content) : '';
    if (text === '') return [];
    if (text.length > PARAGRAPH_MAX)
      return WORD.test(text) ? [`Depends-On: in a paragraph of more than ${PARAGRAPH_MAX} characters`] : [];
    return seen(inline.parseInline(text, {})[0]?.children ?? []);
  });
}

const RAW = ['<pre', '<script', '<style', '<textarea'];
/** A block of HTML, up to a comment in it that does not end; nothing of one that shows its text as it is written. */
function visibleHtml(block: string): string {
  if (RAW.some((tag) => block.trimStart().toLowerCase().startsWith(tag))) return '';
  const endless = block.indexOf('<!--', block.lastIndexOf('-->') + 1);
  return endless === -1 ? block : block.slice(0, endless);
}

/** The lines of a paragraph. A link to a pull request is its address; code that holds the word itself is an example. */
function seen(tokens: readonly Token[]): readonly string[] {
  const lines = [''];
  let [isLinked, struck] = [false, 0];
  for (const token of tokens) {
    if (token.type === 'softbreak' || token.type === 'hardbreak') lines.push('');
    if (token.type === 's_open') struck++;
    if (token.type === 's_close') struck--;
    if (token.type === 'link_close') isLinked = false;
    if (struck === 0 && !isLinked) lines[lines.length - 1] += textOf(token);
    if (token.type === 'link_open') isLinked = textOf(token) !== '';
  }
  return lines;
}

function textOf(token: Token): string {
  switch (token.type) {
    case 'link_open': {
      const href = String(token.attrGet('href'));
      return dependencyOf(href) === undefined ? '' : ` ${href} `;
    }
    case 'html_inline':
      return ' ';
    case 'code_inline':
      return WORD.test(token.content) ? '\0' : token.content;
    default:
      return token.type === 'text' ? token.content : '';
  }
}

const shown = (line: string): string => {
  const text = line.replaceAll('\0', '').trim();
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX - 1)}…` : text;
};

/** Names a dependency the same way whoever writes it. */
export const dependencyKey = ({ fullName, number }: Dependency): string => `${fullName.toLowerCase()}#${number}`;
