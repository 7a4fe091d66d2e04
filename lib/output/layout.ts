import type { Team } from '../fleet/model';
import type { Manifest } from '../kube/manifest';
import { clusterPart, teamProject } from '../words/names';
import type { ExistingObject } from './checks/inventory';

/**
 * How `dist/` is laid out. The output is a list of parts, each of them one file, and a part says whose it is and where it is
 * applied. Paths are made here and taken apart here, so whoever writes, checks, compares or applies an output reads parts.
 */

/** The folder of a repository that holds the output. */
export const OUTPUT = 'dist';
/** A path of the output as the repository has it. */
export const inRepository = (path: string): string => `${OUTPUT}/${path}`;
/** The other way; a path elsewhere in the repository stays as it is. */
export const inOutput = (path: string): string =>
  path.startsWith(`${OUTPUT}/`) ? path.slice(OUTPUT.length + 1) : path;

/** The owner of a part. The platform owns rights and limits, and a team owns its apps and pipelines. */
export type Owner = 'platform' | 'team';

/** One file of the output. */
export type Part = ObjectsPart | TextPart;

interface PartBase {
  /** Relative to the output's root. */
  readonly folder: string;
  readonly file: string;
  readonly owner: Owner;
  /** The team that the part is about, and with which it comes and goes. */
  readonly team?: string;
}

/** Objects that are applied together. */
export interface ObjectsPart extends PartBase {
  /** Names of the clusters that it is applied to. `all` are those of the fleet that run pipelines. `argo-cd` is the one that Argo CD itself is on. */
  readonly clusters: readonly string[] | 'all' | 'argo-cd';
  /** The kcp and the workspace there that it is applied to; then it is of no cluster. */
  readonly workspace?: string;
  readonly objects: readonly Manifest[];
  /** Deployments that runs apply, and that stand here as texts; made only where code of the repository asks. */
  readonly deployed?: readonly Manifest[];
  /** Objects that those of the folder rely on and no part holds. */
  readonly existing: readonly ExistingObject[];
  /** Objects from a release of other authors. They are applied as they are, and synth's promises about its own objects do not cover them. */
  readonly isForeign?: boolean;
}

/** A file that a program or a person reads, and nobody applies. */
export interface TextPart extends PartBase {
  readonly text: string;
}

export const isObjects = (part: Part): part is ObjectsPart => 'objects' in part;

/** Relative to the output's root. */
export const pathOf = ({ folder, file }: Pick<PartBase, 'folder' | 'file'>): string => `${folder}/${file}`;

/** Folders by what they hold; `<cluster>` and `<team>` stand for names. */
const FOLDERS = {
  /** What each cluster holds once on which pipelines run. */
  allClusters: 'cluster',
  /** What one cluster holds beside that. */
  cluster: 'cluster/<cluster>',
  /** The Tasks that the teams of a cluster share. */
  tasks: 'tasks/<cluster>',
  /** What a cluster installs before a team arrives. */
  install: 'install/<cluster>',
  /** Workspaces of the teams of a cluster in its kcp, and the kinds that are served there. Nobody but a person applies them. */
  kcp: 'kcp/<cluster>',
  kcpApis: 'kcp/<cluster>/apis',
  kcpTeam: 'kcp/<cluster>/teams/<team>',
  /** A team's objects on its first cluster, and on others where they are the same. */
  team: 'teams/<team>',
  /** A team's objects on another cluster. */
  teamApart: 'clusters/<cluster>/<team>',
  argoCd: 'argocd',
  projects: 'argocd/projects',
  rbac: 'argocd/rbac',
  index: 'index',
  /** What releases make the Deployments of, where Git owns these: a file for each cluster. Nobody applies it. */
  templates: 'templates/<team>',
} as const;
export type FolderKind = keyof typeof FOLDERS;

type NamesIn<Pattern> = Pattern extends `${string}<${infer Name}>${infer Rest}` ? Name | NamesIn<Rest> : never;

/** The path of a folder. A cluster goes by the part of a name that it makes; `*` stays, for patterns. */
export function folderOf<Kind extends FolderKind>(
  kind: Kind,
  names: Readonly<Record<NamesIn<(typeof FOLDERS)[Kind]>, string>>,
): string {
  const { cluster = '', team = '' } = names as Readonly<Record<string, string>>;
  return FOLDERS[kind].replace('<cluster>', cluster === '*' ? cluster : clusterPart(cluster)).replace('<team>', team);
}

/** The meaning of a folder's path. */
export interface FolderLocation {
  /** Undefined: it is none of ours. */
  readonly kind?: FolderKind;
  readonly folder: string;
  readonly team?: string;
  /** The cluster's name after `clusterPart`. */
  readonly cluster?: string;
}

/** The meaning of a file's path. */
export interface Location extends FolderLocation {
  readonly file: string;
}

const PATTERNS = (Object.entries(FOLDERS) as [FolderKind, string][]).map(
  ([kind, pattern]) => [kind, pattern.split('/')] as const,
);

/** Takes the path of a folder apart. */
export function locateFolder(folder: string): FolderLocation {
  const segments = folder.split('/');
  for (const [kind, pattern] of PATTERNS) {
    const names = match(pattern, segments);
    if (names) return { kind, folder, ...names };
  }
  return { folder };
}

/** Takes the path of a file apart. */
export function locate(path: string): Location {
  const end = path.lastIndexOf('/');
  return { ...locateFolder(path.slice(0, Math.max(end, 0))), file: path.slice(end + 1) };
}

/** What the names of a pattern stand for; undefined where it is another path. */
function match(
  pattern: readonly string[],
  segments: readonly string[],
): Pick<Location, 'team' | 'cluster'> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const isName = (part: string): boolean => part.startsWith('<');
  if (!pattern.every((part, index) => isName(part) || part === segments[index])) return undefined;
  return Object.fromEntries(
    pattern.flatMap((part, index) => (isName(part) ? [[part.slice(1, -1), segments[index]]] : [])),
  );
}

/** The files of a team's folder, in the order in which they are applied, and who owns them. */
export const TEAM_FILES = {
  namespace: { order: '00', owner: 'platform' },
  access: { order: '10', owner: 'platform' },
  secrets: { order: '15', owner: 'platform' },
  storage: { order: '20', owner: 'platform' },
  network: { order: '25', owner: 'platform' },
  /** Where Kueue decides when runs go on. */
  queue: { order: '27', owner: 'platform' },
  repositories: { order: '28', owner: 'platform' },
  tasks: { order: '30', owner: 'team' },
  /** One for each stack, named after it. */
  stack: { order: '40', owner: 'team' },
  triggers: { order: '46', owner: 'team' },
  environment: { order: '50', owner: 'team' },
  /** The Deployments that Git owns: the one file that releases write. */
  apps: { order: '55', owner: 'team' },
  orchestrator: { order: '60', owner: 'team' },
} as const satisfies Readonly<Record<string, { readonly order: string; readonly owner: Owner }>>;
export type TeamFile = keyof typeof TEAM_FILES;

/** A file of a team's folder, without its extension: `30-tasks`, `40-checkout`. */
export const teamFileName = (file: TeamFile, name: string = file): string => `${TEAM_FILES[file].order}-${name}`;

/** The first digits of the files that an owner has, as a glob: the owners' files must not lie among each other. */
export function digitsOf(owner: Owner): string {
  const first = Math.min(
    ...Object.values(TEAM_FILES).flatMap((file) => (file.owner === 'team' ? [Number(file.order[0])] : [])),
  );
  return owner === 'platform' ? `[0-${first - 1}]` : `[${first}-9]`;
}

/** The files of a cluster's installation with what they are sorted by, in the order in which they are applied: each relies on those before it. */
const INSTALL_ORDER = {
  namespaces: '00',
  definitions: '10',
  settings: '20',
  webhook: '30',
  controllers: '40',
  observability: '50',
  queue: '60',
  operator: '60',
  'tekton-config': '70',
  results: '80',
  'results-access': '90',
  chains: '80',
  'chains-access': '90',
  'image-policy': '95',
} as const;
export type InstallFile = keyof typeof INSTALL_ORDER;
export const INSTALL_FILES = Object.keys(INSTALL_ORDER) as readonly InstallFile[];
/** A file of a cluster's installation, without its extension: `00-namespaces`, and `00-namespaces-next` of an instance. */
export const installFileName = (file: InstallFile, instance?: string): string =>
  [INSTALL_ORDER[file], file, ...(instance === undefined ? [] : [instance])].join('-');

export const YAML = '.yaml';
/** The file of the Deployments that Git owns, in a team's folder on a cluster. */
export const APPS_FILE = `${teamFileName('apps')}${YAML}`;
/** Every file of objects in a folder. */
export const ALL_FILES = `*${YAML}`;
/** The files of a team's folder that an owner has. */
export const filesOf = (owner: Owner): string => `${digitsOf(owner)}*${YAML}`;
/** The index entries of all teams. One folder, for the `*` of Argo CD also matches `/`. */
export const INDEX_FILES = `${FOLDERS.index}/*.json`;

/** Holds objects of other parts again, for `kubectl apply` on Kind; not those that releases write. */
export const KIND_FILE = 'kind.yaml';
/** Files of Argo CD's objects that are about no team, without their extension. */
export const ARGO_CD_FILES = { platform: 'platform', root: 'root' } as const;

/** A team on one of its clusters, and the folder that holds its objects there. */
export interface TeamOnCluster {
  readonly team: Team;
  readonly folder: string;
  /** Whether it is the cluster that the team names first: applications there bear no cluster in their names. */
  readonly isHome: boolean;
}

export const indexFile = (team: string, cluster?: string): string =>
  `${team}${cluster === undefined ? '' : `.${clusterPart(cluster)}`}.json`;
export const templateFile = (cluster: string): string => `${clusterPart(cluster)}${YAML}`;
export const projectFile = (team: string): string => `${team}${YAML}`;
export const rbacFile = (team: string): string => `policy.${teamProject(team)}.csv`;

/** Whether a file of an output holds objects that somebody applies, and that no other file holds. */
export const holdsObjects = (path: string): boolean =>
  path.endsWith(YAML) && path !== KIND_FILE && locate(path).kind !== 'templates';

const OF_CLUSTERS: readonly FolderKind[] = ['allClusters', 'cluster', 'tasks', 'install', 'kcp', 'kcpApis', 'kcpTeam'];

/** Whether a file holds what clusters have whichever teams they have, or the copy for Kind. */
export function isOfClusters(path: string): boolean {
  const { kind } = locate(path);
  return path === KIND_FILE || (kind !== undefined && OF_CLUSTERS.includes(kind));
}

/** Paths that the whole output lies below. */
export const ROOTS: readonly string[] = [
  ...new Set([...Object.values(FOLDERS).map((pattern) => pattern.split('/')[0] as string), KIND_FILE]),
];

/** Paths of what belongs to no team. */
export const SHARED_PATHS: readonly string[] = [
  FOLDERS.allClusters,
  FOLDERS.tasks.split('/')[0] as string,
  FOLDERS.install.split('/')[0] as string,
  FOLDERS.kcp.split('/')[0] as string,
  KIND_FILE,
  ...Object.values(ARGO_CD_FILES).map((file) => pathOf({ folder: FOLDERS.argoCd, file: `${file}${YAML}` })),
];

/** Paths of files that belong to one team, including files that it may have had before. */
export const pathsOfTeam = (team: string, clusters: readonly string[]): readonly string[] => [
  folderOf('team', { team }),
  pathOf({ folder: FOLDERS.index, file: indexFile(team) }),
  ...clusters.flatMap((cluster) => [
    folderOf('teamApart', { cluster, team }),
    pathOf({ folder: FOLDERS.index, file: indexFile(team, cluster) }),
  ]),
  pathOf({ folder: FOLDERS.projects, file: projectFile(team) }),
  pathOf({ folder: FOLDERS.rbac, file: rbacFile(team) }),
  folderOf('templates', { team }),
];
