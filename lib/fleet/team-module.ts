import type { TeamProps } from './team';

/** The text of a `teams/<team>/team.ts`, as a person would write it. */
export function teamModule(props: TeamProps): string {
  const fields = Object.entries(props).filter(([, value]) => value !== undefined);
  return `import { Team } from ${quoted('../../lib')};\n\nexport default new Team({\n${fields.map(([key, value]) => `  ${keyOf(key)}: ${literal(value)},\n`).join('')}});\n`;
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
