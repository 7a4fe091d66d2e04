import MarkdownIt from 'markdown-it';
import { nearest } from '../../words/nearest';

/** What a line of a comment on a pull request asks for. */
export type Command =
  /** Apps as they were written, in lower case; none: those that the pull request changes. */
  | { readonly word: 'test' | 'retest'; readonly apps: readonly string[]; readonly forceRebuild?: true }
  | { readonly word: 'cancel' }
  /** Without the commit where what was written is none. */
  | { readonly word: 'ok-to-test'; readonly sha?: string }
  /** Somebody meant one of ours, and wrote something else. */
  | { readonly word: 'unknown'; readonly written: string; readonly remedy: string };

/** In place of the names of apps: every app that the repository holds. */
export const ALL_APPS = 'all';

/** Builds anew, though there is an image of the same content; as an option of `tekton-dag run`. */
const FORCE_REBUILD = '--force-rebuild';
const WORDS = ['test', 'retest', 'cancel', 'ok-to-test'] as const;
const USAGE = {
  test: `/test, /test all, or /test and names of apps, each with or without ${FORCE_REBUILD}`,
  retest: `/retest, or /retest and names of apps, each with or without ${FORCE_REBUILD}`,
  cancel: '/cancel alone',
};
/** Whole: an author can make two commits that begin alike, and push one once the other is allowed. */
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const APP = /^[a-z0-9][a-z0-9.-]*$/;
/** Blanks of no width, which a text that is copied from a chat or a page may bring along. */
const HIDDEN = /[\u200b-\u200d\u2060]/g;
/** A line on which a command may stand, before anything is parsed. */
const CANDIDATE = /^[ \t\u00a0\u2000-\u200d\u202f\u2060\u3000\ufeff]*\/[a-z]/im;
/** A longer paragraph is prose; the time to parse one grows faster than its length. */
const PARAGRAPH_MAX = 4_096;
const APPS_MAX = 50;
const COMMANDS_MAX = 20;
const SHOWN_MAX = 60;

// `/test` above a line of dashes is no heading: people sign so
const markdown = new MarkdownIt('commonmark', { html: true }).disable('lheading');
const blocks = new MarkdownIt('commonmark', { html: true }).disable('lheading');
blocks.core.ruler.disable('inline');

/**
 * The commands of a comment, in order. Each stands on a line of its own in the text that its author wrote: not in code, in an
 * HTML comment, in a list, or in what is quoted.
 */
export function commandsOf(comment: string): readonly Command[] {
  if (!CANDIDATE.test(comment)) return [];
  return blocks
    .parse(comment, {})
    .filter(({ type, level, content }) => type === 'inline' && level === 1 && content.length <= PARAGRAPH_MAX)
    .flatMap(({ content }) => (CANDIDATE.test(content) ? linesOf(content) : []))
    .flatMap((line) => commandOf(line) ?? [])
    .slice(0, COMMANDS_MAX);
}

/** The lines of a paragraph as they are shown; one that begins with code or HTML begins with none of its text. */
function linesOf(paragraph: string): readonly string[] {
  const lines = [''];
  for (const { type, content } of markdown.parseInline(paragraph, {})[0]?.children ?? []) {
    const last = lines.length - 1;
    if (type === 'softbreak' || type === 'hardbreak') lines.push('');
    else if (type === 'text' || lines[last] !== '') lines[last] += type === 'html_inline' ? ' ' : content;
    else lines[last] = '\0';
  }
  return lines;
}

function commandOf(line: string): Command | undefined {
  const written = line.replace(HIDDEN, '').trim();
  if (!written.startsWith('/')) return undefined;
  const [first = '', ...words] = written.slice(1).toLowerCase().split(/\s+/);
  const word = WORDS.find((known) => known === first);
  if (word === undefined) {
    const meant =
      words.length === 0 || words.every((one) => APP.test(one)) ? nearest(first.slice(0, 20), WORDS) : undefined;
    return meant && first.length <= 20 ? unknown(written, `did you mean /${meant}?`) : undefined;
  }
  const named = words.flatMap((one) => one.split(',')).filter((one) => one !== '');
  switch (word) {
    case 'cancel':
      return named.length === 0 ? { word } : unknown(written, USAGE.cancel);
    case 'ok-to-test':
      return { word, ...(named.length === 1 && SHA.test(named[0] ?? '') && { sha: named[0] }) };
    default: {
      const apps = named.filter((one) => one !== FORCE_REBUILD);
      return apps.length <= APPS_MAX && apps.every((one) => APP.test(one))
        ? { word, apps, ...(apps.length < named.length && { forceRebuild: true }) }
        : unknown(written, USAGE[word]);
    }
  }
}

const unknown = (written: string, remedy: string): Command => ({
  word: 'unknown',
  written: written.length > SHOWN_MAX ? `${written.slice(0, SHOWN_MAX - 1)}…` : written,
  remedy,
});
