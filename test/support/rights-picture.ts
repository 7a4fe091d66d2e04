import type { Rule } from '../../lib/output/tasks/shared/rule';
import { rightsOf } from '../../lib/output/team/access';
import { escaped } from '../../lib/words/graph-svg';
import { ACCOUNTS } from '../../lib/words/names';
import type { Account } from '../../lib/words/names';
import { team } from '../output/team/model';

/** Who may do what: the rights of each account in the namespaces of a team, from the table that makes the Roles. */

const READING: ReadonlySet<string> = new Set(['get', 'list', 'watch']);
const COLUMN = 96;
const ROW = 24;
const LEFT = 230;

const TEAM = team({ platform: { repoURL: 'https://git.example.com/acme/platform' } });
const PLACES = [
  { name: 'in the namespace of the team', namespace: TEAM.namespace },
  { name: 'in an environment of its apps', namespace: TEAM.environments[0] ?? '' },
];

type Right = 'reads' | 'changes';

export function rightsPicture(): string {
  const rows = PLACES.flatMap(({ name, namespace }) => [{ name, rights: undefined }, ...resourcesIn(namespace)]);
  const width = LEFT + ACCOUNTS.length * COLUMN + 8;
  const height = (rows.length + 1) * ROW + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>Which account may read and change which objects of a team</title>',
    '<style>text { font: 12px ui-monospace, monospace; fill: #1b2127 } .head { font-weight: bold } .reads { fill: #d9e8fb } .changes { fill: #f3b991 } .row { fill: none; stroke: #d3d9df }</style>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...ACCOUNTS.map((account, column) => text(LEFT + column * COLUMN, ROW - 7, account, 'head')),
    ...rows.flatMap(({ name, rights }, index) => {
      const y = (index + 1) * ROW;
      if (rights === undefined) return [text(8, y + 17, name, 'head')];
      return [
        `<path class="row" d="M8 ${y + ROW}H${width - 8}"/>`,
        text(20, y + 17, name),
        ...ACCOUNTS.flatMap((account, column) => cell(LEFT + column * COLUMN, y, rights.get(account))),
      ];
    }),
    '</svg>',
    '',
  ].join('\n');
}

const text = (x: number, y: number, said: string, look?: string): string =>
  `<text${look === undefined ? '' : ` class="${look}"`} x="${x}" y="${y}">${escaped(said)}</text>`;

const cell = (x: number, y: number, right: Right | undefined): readonly string[] =>
  right === undefined
    ? []
    : [
        `<rect class="${right}" x="${x - 8}" y="${y + 2}" width="${COLUMN - 8}" height="${ROW - 4}" rx="4"/>`,
        text(x, y + 17, right),
      ];

/** Each resource that an account has a right to there, with the stronger right of each account. */
function resourcesIn(namespace: string) {
  const found = new Map<string, Map<Account, Right>>();
  for (const account of ACCOUNTS)
    for (const { resources, verbs } of rightsOf(TEAM, account, namespace) as readonly Rule[])
      for (const resource of resources) {
        const rights = found.get(resource) ?? new Map<Account, Right>();
        if (rights.get(account) !== 'changes')
          rights.set(account, verbs.every((verb) => READING.has(verb)) ? 'reads' : 'changes');
        found.set(resource, rights);
      }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, rights]) => ({ name, rights }));
}
