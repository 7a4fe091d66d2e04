import type { IndexedTeam } from '../output/gitops/index-entry';
import { readIndex } from '../output/gitops/index-entry';
import { holdsObjects, locate, locateFolder } from '../output/layout';
import { clusterPart } from '../words/names';

/** An output of synth: text by path relative to its root. */
export type Files = ReadonlyMap<string, string>;

/** Objects that are applied together, on one cluster: in which folder either of two outputs has them. */
export interface FolderPair {
  readonly team?: string;
  /** Of a team that is on several clusters, where it is not the first of them. */
  readonly cluster?: string;
  /** The cluster that it is on, where the index says it. */
  readonly on?: string;
  /** Undefined: it has none. */
  readonly from?: string;
  readonly to?: string;
}

/**
 * The folders of two outputs, each with the one that it is compared with. Several clusters share a folder as long as nothing
 * is particular to one, so it is by index entries that folders belong together; where there are none, by their paths.
 */
export function folderPairs(from: Files, to: Files): readonly FolderPair[] {
  const [before, after] = [indexOf(from), indexOf(to)];
  const indexed = [...new Map([...before, ...after]).keys()].map((key): FolderPair => {
    const [old, now] = [before.get(key), after.get(key)];
    const { team, cluster, isHome } = (now ?? old)!;
    return { team, ...(!isHome && { cluster }), on: cluster, from: old?.folder, to: now?.folder };
  });
  const known = new Set(indexed.flatMap((pair) => [pair.from, pair.to]));
  const [left, right] = [foldersOf(from), foldersOf(to)];
  const others = [...new Set([...left, ...right])].filter((folder) => !known.has(folder));
  return firstOfEach([
    ...indexed.sort((a, b) => Number(a.cluster !== undefined) - Number(b.cluster !== undefined)),
    ...others.map((folder) => ({
      team: locateFolder(folder).team,
      from: left.has(folder) ? folder : undefined,
      to: right.has(folder) ? folder : undefined,
    })),
  ]);
}

/** What happens in one folder happens on every cluster that shares it, and is told of the first. */
function firstOfEach(pairs: readonly FolderPair[]): readonly FolderPair[] {
  const seen = new Set<string>();
  return pairs.filter(({ from, to }) => !seen.has(`${from} ${to}`) && seen.add(`${from} ${to}`));
}

/** Folders whose objects are on a cluster: of the teams that are there, and what it holds once. */
export function foldersOn(files: Files, cluster: string | undefined): ReadonlySet<string> {
  const isThere = (folder: string): boolean => {
    const { kind, cluster: part } = locateFolder(folder);
    return kind === 'allClusters' || (kind === 'cluster' && (cluster === undefined || part === clusterPart(cluster)));
  };
  const index = indexOf(files);
  const folders = [...foldersOf(files)];
  const ofTeams =
    index.size === 0
      ? folders.filter((folder) => locateFolder(folder).team !== undefined)
      : [...index.values()]
          .filter((entry) => (cluster === undefined ? entry.isHome : entry.cluster === cluster))
          .map(({ folder }) => folder);
  return new Set([...folders.filter(isThere), ...ofTeams]);
}

/** The clusters that the index names for the teams; for all, where none is given, and then also those that have folders of their own. */
export function clustersIn(files: Files, teams: ReadonlySet<string>): readonly string[] {
  const indexed = [...indexOf(files).values()].flatMap(({ team, cluster }) =>
    teams.size === 0 || teams.has(team) ? cluster : [],
  );
  const parts = new Set(indexed.map(clusterPart));
  const further = [...foldersOf(files)].flatMap((folder) => locateFolder(folder).cluster ?? []);
  return [...new Set([...indexed, ...(teams.size === 0 ? further.filter((part) => !parts.has(part)) : [])])];
}

const foldersOf = (files: Files): ReadonlySet<string> =>
  new Set([...files.keys()].filter(holdsObjects).map((path) => locate(path).folder));

/** Index entries by team and cluster. */
const indexOf = (files: Files): ReadonlyMap<string, IndexedTeam> =>
  new Map(
    [...files].flatMap(([path, text]) => {
      const entry = readIndex(locate(path), text);
      return entry ? [[`${entry.team} ${entry.cluster}`, entry] as const] : [];
    }),
  );
