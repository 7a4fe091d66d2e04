import MarkdownIt from 'markdown-it';

/** A pull request that the description of another one names: `Depends-On: owner/repo#12`, or its address. */
export interface Dependency {
  readonly fullName: string;
  readonly number: number;
}

const LINE = /^[ \t]*Depends-On:[ \t]*(\S+)[ \t]*$/i;
const SHORT = /^([A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100})#([1-9][0-9]{0,5})$/;
/** The end of an address, whatever path the host itself has. */
const PATH = /(?:^|\/)([A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100})\/pulls?\/([1-9][0-9]{0,5})\/?$/;
const MOST = 20;

const blocks = new MarkdownIt('commonmark', { html: true }).disable('lheading');
blocks.core.ruler.disable('inline');

/** The dependencies of a description: each once, in the order of the text, at most 20. Code and HTML comments have none. */
export function dependsOn(body: string): readonly Dependency[] {
  // as the parser of Markdown counts lines
  const lines = body.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n');
  if (!lines.some((line) => LINE.test(line))) return [];
  const hidden = hiddenLines(lines.join('\n'));
  const found = lines.flatMap((line, index) => (hidden.has(index) ? [] : (dependencyOf(line) ?? [])));
  const once = new Map(found.map((dependency) => [dependencyKey(dependency), dependency]));
  return [...once.values()].slice(0, MOST);
}

function dependencyOf(line: string): Dependency | undefined {
  const [, written = ''] = LINE.exec(line) ?? [];
  const isAddress = /^https?:/i.test(written) && URL.canParse(written);
  const [, fullName, number] = (isAddress ? PATH.exec(new URL(written).pathname) : SHORT.exec(written)) ?? [];
  return fullName === undefined ? undefined : { fullName, number: Number(number) };
}

/** Lines that nobody sees, or sees as an example: those of templates, mostly. */
function hiddenLines(text: string): ReadonlySet<number> {
  const hidden = new Set<number>();
  for (const { type, map, content } of blocks.parse(text, {})) {
    const isComment = type === 'html_block' && content.trimStart().startsWith('<!--');
    if (map === null || !(isComment || type === 'fence' || type === 'code_block')) continue;
    for (let line = map[0]; line < map[1]; line++) hidden.add(line);
  }
  return hidden;
}

/** Names a dependency the same way whoever writes it. */
export const dependencyKey = ({ fullName, number }: Dependency): string => `${fullName.toLowerCase()}#${number}`;
