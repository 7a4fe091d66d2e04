import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { FleetSources, SourceFile, TeamSource } from '../fleet/resolve-fleet';
import { listedStacks, resolveFleet } from '../fleet/resolve-fleet';
import type { Fleet } from '../fleet/model';
import { InputError } from '../words/problem';
import type { Problem } from '../words/problem';
import type { Customize } from '../team';
import { Team } from '../team';
import { UsageError } from './terminal';

/** Reads what a fleet is made of; what it means is lib/fleet/resolve-fleet.ts. */

/** The options that say which files a command reads. */
export interface Where {
  readonly root?: string;
  readonly teamFile?: string;
}

/** The folder that holds teams/ and stacks/: --root, else the folder above the team file's teams/, else the current one. */
export function rootOf({ root, teamFile }: Where): string {
  if (root !== undefined) return resolve(root);
  if (teamFile === undefined) return resolve('.');
  const parts = resolve(teamFile).split(sep);
  const teams = parts.lastIndexOf('teams', -2);
  if (teams === -1)
    throw new UsageError(`${teamFile} is not below a folder teams/: say with --root what its stacks are relative to`);
  return parts.slice(0, teams).join(sep) || sep;
}

/** As a person who sees only the root would write it: relative, with `/`. */
export const pathFromRoot = (root: string, path: string): string => relative(root, path).split(sep).join('/');

/** The definition files of all teams: one of team.ts and team.yaml in each folder of teams/. */
export function teamFiles(root: string): string[] {
  const teams = join(root, 'teams');
  if (!existsSync(teams)) return [];
  const folders = readdirSync(teams, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const problems: Problem[] = [];
  const files = folders.flatMap((folder) => {
    const found = ['team.ts', 'team.yaml'].map((name) => join(teams, folder, name)).filter((file) => existsSync(file));
    if (found.length > 1)
      problems.push({
        file: `teams/${folder}`,
        message: 'holds both team.ts and team.yaml; remove one of them',
        severity: 'error',
      });
    return found.slice(0, 1);
  });
  if (problems.length > 0) throw new InputError(problems);
  return files;
}

/** What is particular to clusters: clusters/*.yaml. */
function clusterFiles(root: string): string[] {
  const folder = join(root, 'clusters');
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.yaml'))
        .sort()
        .map((name) => join(folder, name))
    : [];
}

/** What stacks/ holds, relative to the root. */
function stackFiles(root: string): string[] {
  const folder = join(root, 'stacks');
  const others = ['registry.yaml', 'versions.yaml'];
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.yaml') && !others.includes(name))
        .sort()
        .map((name) => `stacks/${name}`)
    : [];
}

/** versions.yaml, and what was promoted to further clusters. */
const versionsFiles = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => /^versions(\..+)?\.yaml$/.test(name))
    .sort()
    .map((name) => join(folder, name));

/** A fleet as its files say, and what is to be changed in its objects. */
export interface LoadedFleet {
  readonly fleet: Fleet;
  readonly warnings: readonly Problem[];
  readonly customize: ReadonlyMap<string, Customize>;
}

/**
 * Reads every file of a fleet, or of the one team of --team-file.
 * @throws InputError with every problem of every file
 */
export function loadFleet(where: Where): LoadedFleet {
  const root = rootOf(where);
  const read = (path: string): SourceFile => ({ file: pathFromRoot(root, path), text: readFileSync(path, 'utf8') });
  const optional = (path: string): SourceFile[] => (existsSync(path) ? [read(path)] : []);
  const files = where.teamFile === undefined ? teamFiles(root) : [resolve(where.teamFile)];
  const loaded = files.map((file) =>
    file.endsWith('.ts') ? readTeam(root, file) : { source: read(file) as TeamSource, customize: undefined },
  );
  const teams = loaded.map(({ source }) => source);
  const [registry] = where.teamFile === undefined ? optional(join(root, 'stacks/registry.yaml')) : [];
  const sources: FleetSources = {
    teams,
    registry,
    clusters: clusterFiles(root).map(read),
    // of a whole fleet also those that nobody lists, which are told of
    stacks: [
      ...new Set([...listedStacks({ teams, registry }), ...(where.teamFile === undefined ? stackFiles(root) : [])]),
    ].flatMap((file) => optional(join(root, file))),
    versions: [
      ...optional(join(root, 'stacks/versions.yaml')),
      ...files.flatMap((file) => versionsFiles(dirname(file)).map(read)),
    ],
  };
  const { fleet, problems } = resolveFleet(sources);
  const customize = new Map(
    loaded.flatMap(({ source, customize }) =>
      customize && 'props' in source ? [[(source.props as { name: string }).name, customize] as const] : [],
    ),
  );
  return { fleet, warnings: problems, customize };
}

/** What a team.ts exports by default. */
export function readTeam(root: string, file: string): { readonly source: TeamSource; readonly customize?: Customize } {
  const name = pathFromRoot(root, file);
  let exported: unknown;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- tsx compiles it on the fly; a team is read once
    exported = (require(file) as { default?: unknown }).default;
  } catch (error) {
    throw new InputError([{ file: name, ...whyUnloadable((error as Error).message), severity: 'error' }]);
  }
  // a team of another copy of this repository is a team, too
  const team = exported as Partial<Team> | undefined;
  if (typeof team?.props !== 'object')
    throw new InputError([
      { file: name, message: `exports no team: export default new ${Team.name}({ … })`, severity: 'error' },
    ]);
  return { source: { file: name, props: team.props }, customize: team.customize };
}

/** The compiler tells the place, columns from 0, in the second line of its message; others say all in the first. */
function whyUnloadable(message: string): Pick<Problem, 'message' | 'line' | 'column'> {
  const [, line, column, text] = /:(\d+):(\d+): ERROR: (.*)/.exec(message) ?? [];
  const why = `cannot be loaded: ${text ?? message.split('\n')[0]}`;
  return text === undefined ? { message: why } : { message: why, line: Number(line), column: Number(column) + 1 };
}
