import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';
import type { DefaultTheme } from 'vitepress';

/** The sidebar: each heading of docs/README.md, with the pages that the table below it links to. */
export function groupsOf(index: string): DefaultTheme.SidebarItem[] {
  const groups: { text: string; items: DefaultTheme.SidebarItem[] }[] = [];
  const tokens = new MarkdownIt().parse(index, {});
  tokens.forEach((token, at) => {
    const before = tokens[at - 1];
    if (token.type !== 'inline') return;
    if (before?.type === 'heading_open' && before.tag === 'h2') groups.push({ text: token.content, items: [] });
    groups.at(-1)?.items.push(...linksOf(token.children ?? []));
  });
  return groups;
}

const linksOf = (tokens: readonly Token[]): DefaultTheme.SidebarItem[] =>
  tokens.flatMap((token, at) =>
    token.type === 'link_open'
      ? [{ text: capital(tokens[at + 1]?.content ?? ''), link: `/docs/${token.attrGet('href')}` }]
      : [],
  );

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
