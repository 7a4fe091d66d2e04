import type { Cause, Line } from './cause';
import { isShared } from './change';
import type { Loud, Report, TeamReport } from './report';
import { essence, short } from './values';

/** A report for people: in a terminal, and as the comment of a pull request. */

/** As many changes of one cause as a person reads before believing that the rest is like them. */
const LINES = 12;
const NAMES = 12;

export const toText = (report: Report): string => written(headline(report), report, linesOf);

/** The same of what one thing changes. @param what `with fleet.ts` */
export const toTextOf = (what: string, report: Report): string =>
  written(headline(report, what, `changes ${what}`), report, linesOf);

/** The same without the lines of each cause: for whoever has just made the edit. */
export const toBriefOf = (what: string, report: Report): string =>
  written(headline(report, what, `changes ${what}`), report, () => []);

const linesOf = (cause: Cause): readonly string[] => changesOf(cause).map((line) => `   ${line}`);

function written(title: string, report: Report, below: (cause: Cause) => readonly string[]): string {
  return [
    title,
    ...section(
      `LOUD: ${report.loud.length}`,
      report.loud.map((loud) => `  ${loud.rule.padEnd(10)} ${loudText(loud)}`),
    ),
    ...section(
      'CAUSES',
      report.causes.flatMap((cause, i) => [`${i + 1}. ${cause.title}: ${extent(cause)}`, ...below(cause)]),
    ),
    ...section(
      'TEAMS',
      teamLines(report.teams).map(([names, what]) => `  ${names}: ${what}`),
    ),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length > 0 ? ['', title, ...lines] : [];

/** GitHub refuses a comment of more than 65,536 characters. https://docs.github.com/rest/issues/comments */
const COMMENT_MAX = 60_000;

export function toMarkdown(report: Report): string {
  const parts = [
    `### ${headline(report)}`,
    ...(report.loud.length > 0
      ? [
          `**Look at these ${report.loud.length}:**`,
          ['| | object | what | teams |', '|---|---|---|---|', ...report.loud.map(loudRow)].join('\n'),
        ]
      : []),
    ...report.causes.map(
      (cause, i) =>
        `<details><summary>${i + 1}. ${escape(cause.title)}: ${escape(extent(cause))}</summary>\n\n\`\`\`diff\n${changesOf(cause).map(asDiff).join('\n')}\n\`\`\`\n</details>`,
    ),
    ...(report.teams.length > 0
      ? [
          ['| team | |', '|---|---|', ...teamLines(report.teams).map(([names, what]) => `| ${names} | ${what} |`)].join(
            '\n',
          ),
        ]
      : []),
  ];
  return fitting(parts).join('\n\n');
}

function fitting(parts: readonly string[]): readonly string[] {
  let left = COMMENT_MAX;
  const kept = parts.filter((part) => (left -= part.length + 2) > 0);
  return kept.length === parts.length
    ? kept
    : [...kept, `${parts.length - kept.length} parts are left out: \`npx tekton-dag diff --format text\` shows them.`];
}

const loudRow = ({ rule, kind, names, text, teams }: Loud): string =>
  `| ${rule} | ${kind} \`${listed(names)}\` | ${escape(text).replaceAll('|', '\\|')} | ${listed(teams)} |`;
/** `+` and `-` at the start of a line are coloured. */
const asDiff = (line: string): string => line.replace(/^~/, '!').replaceAll('```', "'''");
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const headline = ({ from, to, counts, teams }: Report, what = `from ${from} to ${to}`, title = what): string =>
  teams.length === 0
    ? `nothing changes ${what}`
    : `${title}: ${ownersText(teams.map(({ team }) => team))}, ${counted(counts)}`;

const counted = ({
  added,
  changed,
  removed,
}: {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}): string =>
  Object.entries({ added, changed, removed })
    .filter(([, number]) => number > 0)
    .map(([word, number]) => `${number} ${word}`)
    .join(', ');

const loudText = ({ kind, names, text, teams }: Loud): string => `${kind} ${listed(names)}: ${text} [${listed(teams)}]`;

const plural = (number: number, word: string): string =>
  `${number} ${word}${number === 1 ? '' : word.endsWith('y') ? 'XX' : 's'}`.replace('yXX', 'ies');

/** `3 teams and what clusters share` */
function ownersText(owners: readonly string[]): string {
  // a team is one, on however many clusters
  const teams = new Set(owners.flatMap((owner) => (isShared(owner) ? [] : owner.split('@')[0])));
  return [
    ...(teams.size > 0 ? [plural(teams.size, 'team')] : []),
    ...(owners.some(isShared) ? ['what clusters share'] : []),
  ].join(' and ');
}

/** `37 teams, 37 Tasks, 111 Pipelines with 412 tasks, no graph change` */
function extent({ teams, kinds, tasks, graphs }: Cause): string {
  const objects = Object.entries(kinds).map(
    ([kind, number]) =>
      `${plural(number, kind)}${kind === 'Pipeline' && tasks > 0 ? ` with ${plural(tasks, 'task')}` : ''}`,
  );
  const graph =
    kinds.Pipeline === undefined ? [] : [graphs === 0 ? 'no graph change' : `${plural(graphs, 'graph')} changed`];
  return [teams.length === 1 ? teams[0] : ownersText(teams), ...objects, ...graph].join(', ');
}

const listed = (names: readonly string[]): string =>
  names.length > NAMES ? `${names.slice(0, NAMES).join(', ')} … ${names.length} in all` : names.join(', ');

const SIGN = { added: '+', changed: '~', removed: '-' } as const;

/** What one change does to several fields, which are listed before it. */
interface Block {
  readonly heads: Map<string, number>;
  readonly values: readonly string[];
}

function changesOf({ lines, teams }: Cause): readonly string[] {
  const blocks = new Map<string, Block>();
  for (const line of lines) {
    const values = valuesOf(line);
    const block = blocks.get(values.join('\n')) ?? { heads: new Map<string, number>(), values };
    blocks.set(values.join('\n'), block);
    const head = `${SIGN[line.action]} ${line.object}${pathOf(line)}${line.teams === teams.length ? '' : ` [${plural(line.teams, 'team')}]`}`;
    block.heads.set(head, (block.heads.get(head) ?? 0) + 1);
  }
  return [
    ...cutTo(LINES, [...blocks.values()], 'changes').flatMap(blockLines),
    ...(teams.length > 1 ? [`teams: ${listed(teams)}`] : []),
  ];
}

function blockLines(block: Block | string): readonly string[] {
  if (typeof block === 'string') return [block];
  const heads = [...block.heads].map(([head, times]) => (times > 1 ? `${head} (${times} times)` : head));
  return [...cutTo(LINES, heads, 'places'), ...block.values];
}

const cutTo = <T>(most: number, items: readonly T[], what: string): readonly (T | string)[] =>
  items.length > most
    ? [...items.slice(0, most), `… ${items.length - most} more ${what}; --format json lists all`]
    : items;

/** Which task of a Pipeline it is matters only where the task is all that changes. */
const pathOf = ({ path }: Line): string =>
  path === undefined ? '' : ` ${path.replace(/^spec\.(tasks|finally)\[[^\]]*\]\./, 'spec.$1[*].')}`;

/** Each value on a line of its own; of a long text the lines that differ. */
function valuesOf({ path, from, to }: Line): readonly string[] {
  if (path === undefined) return [];
  const { from: old, to: now } = essence(from, to);
  const lines = (sign: string, value: unknown, text: string): readonly string[] =>
    value === undefined || text === ''
      ? []
      : cutTo(LINES, text.split('\n'), 'lines').map((line) => `${sign}   ${short(line)}`);
  return [...lines('-', from, old), ...lines('+', to, now)];
}

/** Teams to which the same happens share a line. */
function teamLines(teams: readonly TeamReport[]): readonly (readonly [string, string])[] {
  const alike = new Map<string, string[]>();
  for (const team of teams) {
    const what = `${counted(team)} (${team.causes.join(', ')})`;
    alike.set(what, [...(alike.get(what) ?? []), team.team]);
  }
  return [...alike].map(([what, names]) => [listed(names), what]);
}
