import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'shell-quote';

/** Commands that pages tell people to type. */

const ROOT = join(__dirname, '../..');
export const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

export const readPage = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** Lines of the boxes of shell commands, each with what it continues. */
export const boxLines = (page: string): readonly string[] =>
  [...page.matchAll(/^ *```(?:sh|bash)\n([^]*?)^ *```/gm)].flatMap(([, box = '']) =>
    box.replaceAll('\\\n', ' ').split('\n'),
  );

/** Words of each program that a line calls, without comments and redirections. */
export function callsOf(line: string): readonly (readonly string[])[] {
  const calls: string[][] = [[]];
  let isTarget = false;
  // a variable stays as it is written
  for (const part of parse(line, (name) => `$${name}`)) {
    if (typeof part === 'string') {
      if (!isTarget) calls.at(-1)!.push(part);
      isTarget = false;
    } else if ('pattern' in part) calls.at(-1)!.push(part.pattern);
    else if ('op' in part) {
      if (['>', '>>', '<'].includes(part.op)) isTarget = true;
      else calls.push([]);
    }
  }
  return calls.filter((words) => words.length > 0);
}

/** Each call of a program in the boxes of all pages, with its page. */
export const callsIn = (program: string): readonly (readonly [string, readonly string[]])[] =>
  PAGES.flatMap((page) =>
    boxLines(readPage(page))
      .flatMap(callsOf)
      .filter(([first]) => first === program)
      .map((words) => [page, words.slice(1)] as const),
  );
