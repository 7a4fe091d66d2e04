import { existsSync, readdirSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../words/nearest';
import { list } from '../words/phrase';
import type { Problem } from '../words/problem';

/**
 * Which files a fleet is made of. Whatever lies among them and is not read is an error, for nobody would see that a team or a
 * cluster is missing only since its file has another name.
 */

/** Paths relative to the root, with `/`, and what lies beside them that nobody reads. */
export interface Found {
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
}

const stray = (file: string, message: string, details: Partial<Problem> = {}): Problem => ({
  file,
  message,
  severity: 'error',
  ...details,
});

/** Notes for people, such as README, OWNERS and what is in Markdown. */
const NOTE = /\.md$|^(?:readme|license|notice|owners|codeowners)(?:\.txt)?$/i;

/** What a folder holds, sorted, without hidden files and notes for people. */
const entriesOf = (folder: string): readonly Dirent[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || !NOTE.test(entry.name)))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    : [];

const stemOf = (name: string): string => name.slice(0, name.includes('.') ? name.indexOf('.') : undefined);

const LINKED = 'is a symbolic link, which is not followed: put the folder here';

const DEFINITIONS = ['team.ts', 'team.yaml'] as const;

/** The folders that synth reads, beside `FLEET`. */
export const INPUT_FOLDERS: readonly string[] = ['teams', 'stacks', 'clusters'];

/** Folders beside those three that are called almost as one of them. One of other letters may hold what is not ours. */
export function misnamedFolders(root: string): readonly Problem[] {
  return entriesOf(root).flatMap((entry) => {
    const meant = nearest(entry.name, INPUT_FOLDERS);
    if (meant === undefined || meant === entry.name || !entry.isDirectory()) return [];
    const isMeant = entry.name.toLowerCase() === meant;
    const data = meant === 'clusters' ? /\.(?:ya?ml|ts)$/i : /\.ya?ml$|\/team\.ts$/i;
    const holdsData = filesBelow(root, entry.name).some((path) => data.test(path));
    return holdsData
      ? [
          stray(entry.name, 'the folder is not read, because of its name', {
            suggestion: meant,
            ...(!isMeant && { severity: 'warning' }),
          }),
        ]
      : [];
  });
}

export const FLEET = 'fleet.ts';

/** What holds for all teams, if the repository says any. A fleet.yaml is what another program reads. */
export function fleetFiles(root: string): Found {
  const names = entriesOf(root).flatMap((entry) => (entry.isDirectory() ? [] : entry.name));
  const misnamed = names.filter((name) => name !== FLEET && FLEET_LIKE.test(name));
  return {
    files: names.filter((name) => name === FLEET),
    problems: misnamed.map((name) => stray(name, 'is not read, because of its name', { suggestion: FLEET })),
  };
}
const FLEET_LIKE = /^fleets?\.(?:[cm]?[jt]s|tsx)$/i;

/** The definition of each team: one of team.ts and team.yaml in each folder of teams/. */
export function teamFiles(root: string): Found {
  const found = entriesOf(join(root, 'teams')).map((entry): Found => {
    const path = `teams/${entry.name}`;
    if (entry.isSymbolicLink()) return { files: [], problems: [stray(path, LINKED)] };
    if (!entry.isDirectory())
      return {
        files: [],
        problems: [
          stray(path, 'is a file, and each team is a folder', { suggestion: `teams/${stemOf(entry.name)}/team.yaml` }),
        ],
      };
    return teamFile(root, path);
  });
  return { files: found.flatMap(({ files }) => files), problems: found.flatMap(({ problems }) => problems) };
}

function teamFile(root: string, folder: string): Found {
  const entries = entriesOf(join(root, folder));
  const names = entries.map(({ name }) => name);
  const definitions = DEFINITIONS.filter((name) => names.includes(name));
  const misnamed = names.filter((name) => isMisnamed(name));
  const files = definitions.slice(0, 1).map((name) => `${folder}/${name}`);
  if (definitions.length > 1)
    return { files, problems: [stray(folder, 'holds both team.ts and team.yaml; remove one of them')] };
  if (definitions.length === 0 && misnamed.length === 0)
    return {
      files,
      problems: [
        stray(folder, names.length === 0 ? 'the folder is empty: remove it' : 'the folder defines no team', {
          ...(names.length > 0 && { found: list(names, 'and') }),
          expected: `${list(DEFINITIONS)} in it`,
        }),
      ],
    };
  return {
    files,
    problems: [
      ...misnamed.map((name) =>
        stray(`${folder}/${name}`, 'is not read, because of its name', { suggestion: `${folder}/${properName(name)}` }),
      ),
      ...entries.filter((entry) => entry.isDirectory()).flatMap(({ name }) => teamsWithin(root, folder, name)),
    ],
  };
}

/** Teams in the folder of another. */
const teamsWithin = (root: string, folder: string, name: string): readonly Problem[] =>
  DEFINITIONS.filter((file) => existsSync(join(root, folder, name, file))).map((file) =>
    stray(`${folder}/${name}/${file}`, 'is not read: each team is a folder of teams/', {
      suggestion: `teams/${name}/${file}`,
    }),
  );

/** Whether it is called almost as a file that is read. */
const isMisnamed = (name: string): boolean =>
  nearest(stemOf(name), STEMS) !== undefined &&
  DATA.some((extension) => name.toLowerCase().endsWith(extension)) &&
  properName(name) !== name &&
  !isPromoted(name);

/** `versions.<cluster>.yaml`: what was promoted to a further cluster. */
export const isPromoted = (name: string): boolean => name.startsWith('versions.') && name.endsWith('.yaml');

/** What files in the folder of a team are called. */
const STEMS = ['team', 'versions'] as const;
const DATA = ['.yaml', '.yml', '.json', '.ts', '.js', '.mjs', '.cjs', '.mts', '.cts', '.tsx'];

function properName(name: string): string {
  const isProgram = !/\.(ya?ml|json)$/i.test(name);
  const stem = nearest(stemOf(name), STEMS);
  return `${stem}${stem === 'team' && isProgram ? '.ts' : '.yaml'}`;
}

/** What a cluster's file may end in; what comes first is read where there are two. */
const OF_CLUSTER = ['.ts', '.yaml'] as const;

/** What is particular to clusters: one of `<cluster>.ts` and `<cluster>.yaml` in clusters/. */
export function clusterFiles(root: string): Found {
  const paths = entriesOf(join(root, 'clusters')).map(({ name }) => `clusters/${name}`);
  const isCluster = (path: string): boolean =>
    OF_CLUSTER.some((extension) => path.endsWith(extension)) && !statOf(root, path)?.isDirectory();
  const [first, second] = OF_CLUSTER;
  const twice = paths.filter((path) => path.endsWith(second) && paths.includes(asOther(path, second, first)));
  return {
    files: paths.filter((path) => isCluster(path) && !twice.includes(path)),
    problems: [
      ...paths
        .filter((path) => !isCluster(path))
        .map((path) => stray(path, 'is not read: each cluster is a file', { suggestion: clusterFile(path) })),
      ...twice.map((path) => stray(path, `says what ${asOther(path, second, first)} says, too; remove one of them`)),
    ],
  };
}

const asOther = (path: string, from: string, to: string): string => `${path.slice(0, -from.length)}${to}`;

/** The path that the file of a cluster would have. */
function clusterFile(path: string): string {
  const [folder, name = ''] = path.split('/');
  return `${folder}/${stemOf(name)}${/\.[cm]?[jt]sx?$/i.test(name) ? '.ts' : '.yaml'}`;
}

const statOf = (root: string, path: string) => statSync(join(root, path), { throwIfNoEntry: false });

/** @param listed what teams and the registry name, under whatever name */
export function stackFiles(root: string, listed: readonly string[]): Found {
  const paths = filesBelow(root, 'stacks');
  const others = paths.filter((path) => !listed.includes(path) && !path.endsWith('.yaml'));
  return {
    files: paths.filter((path) => path.endsWith('.yaml') && !NO_STACKS.includes(path)),
    problems: others.map((path) =>
      statOf(root, path)?.isDirectory()
        ? stray(path, LINKED)
        : stray(path, 'is not read, because of its name', { suggestion: yamlOf(path) }),
    ),
  };
}

/** The path that a stack would have. */
function yamlOf(path: string): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return `${folder}${stemOf(path.slice(folder.length))}.yaml`;
}

const NO_STACKS = ['stacks/registry.yaml', 'stacks/versions.yaml'];

/** What a link to a folder holds is not looked for: it may lead back to where it lies. */
const filesBelow = (root: string, folder: string): readonly string[] =>
  entriesOf(join(root, folder)).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
