import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Resolved, Source, SourceFile } from '../fleet/resolve-fleet';
import { listedReleases, listedStacks } from '../fleet/listed-files';
import { resolveSound } from '../fleet/resolve-fleet';
import type { Fleet } from '../fleet/model';
import { UNKNOWN_BACKEND } from '../fleet/own-backends';
import { UNKNOWN_TOOL } from '../fleet/own-toolchains';
import { listedManifests } from '../fleet/read-own-deployment';
import { InputError, collected } from '../words/problem';
import type { Problem } from '../words/problem';
import { OUTPUT } from '../output/layout';
import { platformSecrets } from '../output/secrets/secrets-of';
import { wrongFieldsOf } from '../output/team/own-deployment';
import type { Extensions } from '../output/team/extension';
import {
  INPUT_FOLDERS,
  clusterFiles,
  fleetFiles,
  isPromoted,
  misnamedFolders,
  stackFiles,
  teamFiles,
} from './fleet-files';
import { checkFolder, readGiven } from './given';
import { readInside } from './inside';
import { pathFromRoot } from './path-from-root';
import { keptStacks } from './kept';
import type { ContentCache } from './content-cache';
import type { LoadedTeam } from './read-code';
import { readCluster, readTeam } from './read-code';
import { readFleet } from './read-fleet';
import { readText } from './read-text';
import { cachePath, cachedRelease } from './release-cache';
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
  if (teamFile === undefined) return outsideOfParts(resolve('.'));
  const parts = resolve(teamFile).split(sep);
  const teams = parts.lastIndexOf('teams', -2);
  if (teams === -1)
    throw new UsageError(`${teamFile} is not below a folder teams/: say with --root what its stacks are relative to`);
  return parts.slice(0, teams).join(sep) || sep;
}

const PARTS = [...INPUT_FOLDERS, OUTPUT];

/** In a folder of a repository a command would find nothing, or begin another repository. @throws UsageError */
function outsideOfParts(folder: string): string {
  const names = folder.split(sep);
  const above = (part: number): string => names.slice(0, part).join(sep) || sep;
  // a folder may be called teams for another reason
  const isRepository = (root: string): boolean => ['teams', 'stacks'].every((part) => existsSync(join(root, part)));
  const part = names.findIndex((name, index) => PARTS.includes(name) && isRepository(above(index)));
  if (part === -1 || existsSync(join(folder, 'teams'))) return folder;
  const root = above(part);
  throw new UsageError(
    `this folder is a part of ${root}: run the command there, or say --root ${relative(folder, root)}`,
  );
}

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
  readonly isWrong: Resolved['isWrong'];
  readonly extensions: Extensions;
  /** Paths of the files that teams, stacks and clusters name, wherever these are, also of those that are not there. */
  readonly named: readonly string[];
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
 * @param cache of what other runs have read @default - every file is read
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
  more: readonly Source[] = [],
  cache?: ContentCache,
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
  const clusters = clusterSources(root, texts);
  const listed = listedStacks({ teams, registry });
  // of a whole fleet also those that nobody lists, which are told of
  const stacks = isWhole ? stackFiles(root, listed) : { files: [], problems: [] };
  // a team that cannot be read may list a stack of whatever name
  const others = loaded.length === files.length ? stacks.problems : [];
  const ofFleet = fleetFiles(root);
  const [fleet] = ofFleet.files.flatMap((file) => attempt(() => readFleet(root, join(root, file))));
  problems.push(
    ...(isWhole ? misnamedFolders(root) : []),
    ...found.problems,
    ...ofFleet.problems,
    ...clusters.problems,
    ...others,
  );
  const stackSources = [...new Set([...listed, ...stacks.files])].flatMap((file) => optional(join(root, file)));
  const releases = listedReleases(clusters.sources);
  const manifests = listedManifests(stackSources);
  const resolved = resolveSound({
    ...(cache && { loadStack: keptStacks(cache) }),
    tables: fleet?.tables,
    platformSecrets,
    wrongFields: wrongFieldsOf,
    teams,
    registry,
    clusters: clusters.sources,
    releases: releases.flatMap((release) =>
      'address' in release ? cachedRelease(release) : optional(join(root, release.file)),
    ),
    stacks: stackSources,
    manifests: manifests.flatMap((file) =>
      lstatSync(join(root, file), { throwIfNoEntry: false }) ? attempt(() => readInside(root, file)) : [],
    ),
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
  const isUnread = fleet === undefined && ofFleet.files.length > 0;
  return {
    ...resolved,
    problems: resolved.problems.filter(
      ({ message }) => !(isUnread && [UNKNOWN_TOOL, UNKNOWN_BACKEND].includes(message)),
    ),
    extensions: { teams: customize, fleet },
    named: [
      ...[...listed, ...manifests].map((file) => join(root, file)),
      ...releases.map((release) => ('address' in release ? cachePath(release) : join(root, release.file))),
    ],
  };
}

/** The clusters of a fleet, and what is wrong with what lies in their folder. */
export function clusterSources(
  root: string,
  texts: ReadonlyMap<string, string> = new Map(),
): { readonly sources: readonly Source[]; readonly problems: readonly Problem[] } {
  const { files, problems } = clusterFiles(root);
  const { all, attempt } = collected();
  const sources = files.flatMap((file): readonly Source[] => {
    const path = join(root, file);
    return attempt(() =>
      file.endsWith('.ts') ? readCluster(root, path) : { file, text: texts.get(file) ?? readText(path, file) },
    );
  });
  return { sources, problems: [...problems, ...all] };
}
