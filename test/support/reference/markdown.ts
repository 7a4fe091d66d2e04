/** Markdown of the pages in docs/reference. */

/** Signs that a table or the site would read; between backticks only the border of a cell counts. */
export const cell = (text: string): string =>
  text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[<>{}*_[\]]/g, '\\$&')))
    .join('`')
    .replaceAll('|', '\\|')
    .replace(/\s+/g, ' ');

export const code = (text: string): string => `\`${text}\``;

/** Nothing without rows. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0 ? [] : ['', ...[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`)];

export const sentence = (text: string): string =>
  text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;

export const page = (title: string, about: string, ...parts: readonly (readonly string[])[]): string =>
  [`# ${title}`, '', `${about} \`npm run draw\` writes this page.`, ...parts.flat(), ''].join('\n');
