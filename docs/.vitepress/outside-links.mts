import type { MarkdownRenderer } from 'vitepress';
import type { Token } from 'markdown-it';

/** A link to a file of the repository that is no page leads nowhere on the site: its text stays, without the link. */
export function withoutOutsideLinks(renderer: MarkdownRenderer): void {
  renderer.core.ruler.push('outside-links', ({ tokens }) => {
    for (const { children } of tokens) if (children !== null) unlink(children as Token[]);
  });
}

function unlink(tokens: Token[]): void {
  const open: boolean[] = [];
  for (const token of tokens) {
    if (token.type === 'link_open') open.push(isOutside(token.attrGet('href') ?? ''));
    const isUnlinked = token.type === 'link_close' ? open.pop() : token.type === 'link_open' && open.at(-1);
    if (isUnlinked === true) Object.assign(token, { type: 'text', tag: '', nesting: 0, content: '' });
  }
}

const isOutside = (href: string): boolean => {
  const [path = ''] = href.split('#');
  return path !== '' && !URL.canParse(href) && !path.endsWith('.md');
};
