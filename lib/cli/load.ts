import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { SourceFile, TeamSource } from '../fleet/resolve-fleet';
import { listedReleases, listedStacks, resolveSound } from '../fleet/resolve-fleet';
import type { Fleet } from '../fleet/model';
import { isObject } from '../words/mapping';
import { InputError, collected } from '../words/problem';
import type { Problem } from '../words/problem';
import type { Customize } from '../team';
import { Team } from '../team';
import { clusterFiles, isPromoted, misnamedFolders, stackFiles, teamFiles } from './fleet-files';
import { checkFolder, readGiven } from './given';
import { readText } from './read-text';
import { placesIn } from './team-places';
import { runTeamCode } from './team-code';
import { UsageError, together } from './usage-error';

/** Reads what a fleet is made of; what it means is lib/fleet/resolve-fleet.ts. */

/** The options that say which files a command reads. */
export interface Where {
  readonly root?: string;
  readonly teamFile?: string;
}

/** The folder that holds teams/ and stacks/: --root, else the folder above the team file's teams/, else the current one. */
export function rootOf({ root, teamFile }: Where): string {
  together(
    () => root !== undefined && checkFolder('--root', root),
    () => teamFile !== undefined && readGiven(teamFile),
  );
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
  /** Warnings alone, unless it is said otherwise. */
  readonly problems: readonly Problem[];
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
 * @param more teams beside those that have files
 * @throws InputError with every problem of every file
 */
export function loadFleet(...from: Parameters<typeof loadSound>): LoadedFleet {
  const loaded = loadSound(...from);
  if (loaded.problems.some(({ severity }) => severity === 'error')) throw new InputError(loaded.problems);
  return loaded;
}

/** The same of the teams that have no errors in their files, with every problem. */
export function loadSound(
  where: Where,
  texts: ReadonlyMap<string, string> = new Map(),
  more: readonly TeamSource[] = [],
): LoadedFleet {
  const root = rootOf(where);
  const { all: problems, attempt } = collected();
  const read = (path: string): readonly SourceFile[] => {
    const file = pathFromRoot(root, path);
    return attempt(() => ({ file, text: texts.get(file) ?? readText(path, file) }));
  };
  const optional = (path: string): readonly SourceFile[] =>
    // a link that leads nowhere is there, too
    lstatSync(path, { throwIfNoEntry: false }) || texts.has(pathFromRoot(root, path)) ? read(path) : [];
  const isWhole = where.teamFile === undefined;
  const found = where.teamFile === undefined ? teamFiles(root) : { files: [where.teamFile], problems: [] };
  const files = found.files.map((file) => (isWhole ? join(root, file) : resolve(file)));
  const loaded = files.flatMap((file): readonly LoadedTeam[] =>
    file.endsWith('.ts') ? attempt(() => readTeam(root, file)) : read(file).map((source) => ({ source })),
  );
  const teams = [...loaded.map(({ source }) => source), ...more];
  const [registry] = isWhole ? optional(join(root, 'stacks/registry.yaml')) : [];
  const clusters = clusterFiles(root);
  const listed = listedStacks({ teams, registry });
  // of a whole fleet also those that nobody lists, which are told of
  const stacks = isWhole ? stackFiles(root, listed) : { files: [], problems: [] };
  // a team that cannot be read may list a stack of whatever name
  const others = loaded.length === files.length ? stacks.problems : [];
  problems.push(...(isWhole ? misnamedFolders(root) : []), ...found.problems, ...clusters.problems, ...others);
  const ofClusters = clusters.files.flatMap((file) => read(join(root, file)));
  const resolved = resolveSound({
    teams,
    registry,
    clusters: ofClusters,
    releases: listedReleases(ofClusters).flatMap((file) => optional(join(root, file))),
    stacks: [...new Set([...listed, ...stacks.files])].flatMap((file) => optional(join(root, file))),
    versions: [
      ...optional(join(root, 'stacks/versions.yaml')),
      ...files.flatMap((file) => versionsFiles(dirname(file)).flatMap(read)),
    ],
    problems,
  });
  const customize = new Map(
    loaded.flatMap(({ source, customize }) =>
      customize && 'props' in source ? [[(source.props as { name: string }).name, customize] as const] : [],
    ),
  );
  return { ...resolved, customize };
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
    source: { file: name, props, placeOf: placesIn(() => readText(file, name)) },
    customize:
      customize && ((objects) => runTeamCode(file, name, 'customize fails', () => changed(customize, objects))),
  };
}

/** @throws Error where a team leaves objects out or adds some in a way that changes nothing */
function changed(customize: Customize, objects: Parameters<Customize>[0]): unknown {
  const result: unknown = customize(Object.freeze([...objects]));
  if (Array.isArray(result) && result.some(isObject))
    throw new Error('it returns a list of objects, which nothing reads: change the objects themselves');
  return result;
}
