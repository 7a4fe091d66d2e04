import { dump } from 'js-yaml';
import type { TeamProps } from './team';

/** How a team is written: as a module that imports the library of the repository it is in, or as data. */
export type TeamFile = 'team.ts' | 'team.yaml';

/** The text of a file in `teams/<team>/`, as a person would write it. */
export const teamText = (kind: TeamFile, props: TeamProps): string =>
  kind === 'team.ts' ? moduleOf(props) : dump(props, { lineWidth: -1, skipInvalid: true });

function moduleOf(props: TeamProps): string {
  const fields = Object.entries(props).filter(([, value]) => value !== undefined);
  return `import { Team } from ${quoted('tekton-dag')};\n\nexport default new Team({\n${fields.map(([key, value]) => `  ${keyOf(key)}: ${literal(value)},\n`).join('')}});\n`;
}

const keyOf = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key));
const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${keyOf(key)}: ${literal(inner)}`)
    .join(', ')} }`;
}
