import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';
import { Codes, asOneWord, type Passage } from './passage';

/** The passages of a page in Markdown. Code blocks and headings are no sentences. */

const reader = new MarkdownIt();

export function passagesOfPage(file: string, text: string): readonly Passage[] {
  const tokens = reader.parse(withoutFrontMatter(text), {});
  return tokens.flatMap((token, index) => {
    if (token.type !== 'inline' || tokens[index - 1]?.type === 'heading_open') return [];
    const codes = new Codes();
    return [{ file, line: lineOf(tokens, index), text: words(token.children ?? [], codes), codes }];
  });
}

/** Lines stay where they are. */
const withoutFrontMatter = (text: string): string =>
  text.startsWith('---\n')
    ? text.slice(0, text.indexOf('\n---\n')).replace(/[^\n]/g, '') + text.slice(text.indexOf('\n---\n') + 4)
    : text;

/** A cell of a table has no place of its own: its row does. */
const lineOf = (tokens: readonly Token[], index: number): number =>
  1 + (tokens.slice(0, index + 1).findLast(({ map }) => map !== null)?.map?.[0] ?? 0);

function words(tokens: readonly Token[], codes: Codes): string {
  let target: string | undefined;
  const said = tokens.map((token) => {
    if (token.type === 'link_open') target = String(token.attrGet('href') ?? '');
    if (token.type === 'link_close') target = undefined;
    const text = wordsOf(token, codes);
    // a link to a test bears the test's name
    if (target?.endsWith('.test.ts') === true && text !== '') return codes.hide(text);
    return target === undefined ? text : asOneWord(text);
  });
  return said.join('');
}

function wordsOf({ type, content }: Token, codes: Codes): string {
  if (type === 'text') return content;
  if (type === 'code_inline') return codes.hide(`\`${content}\``);
  return type === 'softbreak' || type === 'hardbreak' ? ' ' : '';
}
