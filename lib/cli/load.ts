import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { FleetSources, SourceFile, TeamSource } from '../fleet/resolve-fleet';
import { listedStacks, resolveFleet } from '../fleet/resolve-fleet';
import type { Fleet } from '../fleet/model';
import { isObject } from '../words/mapping';
import { InputError, sortProblems } from '../words/problem';
import type { Problem } from '../words/problem';
import type { Customize } from '../team';
import { Team } from '../team';
import { clusterFiles, isPromoted, misnamedFolders, stackFiles, teamFiles } from './fleet-files';
import { readText } from './read-text';
import { runTeamCode } from './team-code';
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

/** versions.yaml, and what was promoted to further clusters. */
const versionsFiles = (folder: string): string[] =>
  readdirSync(folder)
    .filter(isPromoted)
    .sort()
    .map((name) => join(folder, name));

/** A fleet as its files say, and what is to be changed in its objects. */
export interface LoadedFleet {
  readonly fleet: Fleet;
  readonly warnings: readonly Problem[];
  readonly customize: ReadonlyMap<string, Customize>;
}

/** Texts of the files in YAML that say what teams, stacks and clusters are, by their paths below the root. */
export function inputFiles(root: string): ReadonlyMap<string, string> {
  const found = [clusterFiles(root), stackFiles(root, []), teamFiles(root)].flatMap(({ files }) => files);
  return new Map(
    found.filter((file) => file.endsWith('.yaml')).map((file) => [file, readText(join(root, file), file)]),
  );
}

/**
 * Reads every file of a fleet, or of the one team of --team-file.
 * @param texts in the place of what files of these paths below the root hold
 * @throws InputError with every problem of every file
 */
export function loadFleet(where: Where, texts: ReadonlyMap<string, string> = new Map()): LoadedFleet {
  const root = rootOf(where);
  const read = (path: string): SourceFile => {
    const file = pathFromRoot(root, path);
    return { file, text: texts.get(file) ?? readText(path, file) };
  };
  const optional = (path: string): SourceFile[] => (existsSync(path) ? [read(path)] : []);
  const isWhole = where.teamFile === undefined;
  const found = where.teamFile === undefined ? teamFiles(root) : { files: [where.teamFile], problems: [] };
  const files = found.files.map((file) => (isWhole ? join(root, file) : resolve(file)));
  const loaded = readTeams(files, found.problems, (file) =>
    file.endsWith('.ts') ? readTeam(root, file) : { source: read(file) },
  );
  const teams = loaded.map(({ source }) => source);
  const [registry] = isWhole ? optional(join(root, 'stacks/registry.yaml')) : [];
  const clusters = clusterFiles(root);
  const listed = listedStacks({ teams, registry });
  // of a whole fleet also those that nobody lists, which are told of
  const stacks = isWhole ? stackFiles(root, listed) : { files: [], problems: [] };
  const misnamed = isWhole ? misnamedFolders(root) : [];
  const strays = [...misnamed, ...[found, clusters, stacks].flatMap(({ problems }) => problems)];
  const { fleet, problems } = resolveWith(strays, {
    teams,
    registry,
    clusters: clusters.files.map((file) => read(join(root, file))),
    stacks: [...new Set([...listed, ...stacks.files])].flatMap((file) => optional(join(root, file))),
    versions: [
      ...optional(join(root, 'stacks/versions.yaml')),
      ...files.flatMap((file) => versionsFiles(dirname(file)).map(read)),
    ],
  });
  const customize = new Map(
    loaded.flatMap(({ source, customize }) =>
      customize && 'props' in source ? [[(source.props as { name: string }).name, customize] as const] : [],
    ),
  );
  return { fleet, warnings: problems, customize };
}

/** @throws InputError with the problems that are known, and those of every team that cannot be read */
function readTeams(
  files: readonly string[],
  known: readonly Problem[],
  read: (file: string) => LoadedTeam,
): readonly LoadedTeam[] {
  const problems: Problem[] = [];
  const loaded = files.flatMap((file) => {
    try {
      return [read(file)];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new InputError(sortProblems([...known, ...problems]));
  return loaded;
}

/** @throws InputError with what is wrong inside the files, and what lies beside them that nobody reads */
function resolveWith(strays: readonly Problem[], sources: FleetSources): ReturnType<typeof resolveFleet> {
  try {
    const resolved = resolveFleet(sources);
    if (strays.every(({ severity }) => severity === 'warning'))
      return { ...resolved, problems: [...strays, ...resolved.problems] };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(sortProblems([...strays, ...error.problems]));
  }
  throw new InputError(strays);
}

interface LoadedTeam {
  readonly source: TeamSource;
  readonly customize?: Customize;
}

const BUILT_IN = [Map, Set, WeakMap, WeakSet, Date, RegExp, Promise, URL];

/**
 * A copy of what code made, which nothing changes later.
 * @throws Error for what would read as an empty mapping, and be lost
 */
function plainOf(value: unknown, path: string, around: readonly unknown[] = []): unknown {
  if (!isObject(value)) return value;
  const builtIn = BUILT_IN.find((kind) => value instanceof kind);
  if (builtIn) throw new Error(`${path} is a ${builtIn.name}: write a plain object, list or text`);
  if (around.includes(value)) throw new Error(`${path} holds itself`);
  const inside = [...around, value];
  if (Array.isArray(value)) return value.map((item, index) => plainOf(item, `${path}[${index}]`, inside));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainOf(item, `${path}.${key}`, inside)]));
}

/** What a team.ts exports by default. */
export function readTeam(root: string, file: string): LoadedTeam {
  const name = pathFromRoot(root, file);
  const { props, customize } = runTeamCode(file, name, 'cannot be loaded', (): Partial<Team> | Promise<unknown> => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- tsx compiles it on the fly; a team is read once
    const exported = (require(file) as { default?: unknown }).default;
    if (exported instanceof Promise) return exported;
    // a team of another copy of this repository is a team, too
    const team = (exported ?? {}) as Partial<Team>;
    // its getters are code of the team
    return { props: plainOf(team.props, 'props') as Team['props'] | undefined, customize: team.customize };
  }) as Partial<Team>;
  if (typeof props !== 'object')
    throw new InputError([
      { file: name, message: `exports no team: export default new ${Team.name}({ … })`, severity: 'error' },
    ]);
  return {
    source: { file: name, props },
    customize: customize && ((objects) => runTeamCode(file, name, 'customize fails', () => customize(objects))),
  };
}
