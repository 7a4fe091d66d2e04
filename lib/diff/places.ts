import { isMapping } from '../words/mapping';
import { clusterPart } from '../words/names';

/** An output of synth: text by path relative to its root. */
export type Files = ReadonlyMap<string, string>;

/** Objects that are applied together, on one cluster: in which folder either of two outputs has them. */
export interface Place {
  readonly team?: string;
  /** Of a team that is on several clusters, where it is not the first of them. */
  readonly cluster?: string;
  /** With `/` at the end; undefined: it has none. */
  readonly from?: string;
  readonly to?: string;
}

/** A file of `index/`, by which Argo CD knows what is applied where. */
interface Entry {
  readonly team: string;
  readonly cluster: string;
  readonly folder: string;
  readonly isHome: boolean;
}

/**
 * Every place of two outputs. Several clusters share a folder as long as nothing is particular to one, so it is by their
 * index entries that places are the same; where there are none, by their folders.
 */
export function placesOf(from: Files, to: Files): readonly Place[] {
  const [before, after] = [entriesOf(from), entriesOf(to)];
  const applied = [...new Map([...before, ...after]).keys()].map((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    const { team, cluster, isHome } = (now ?? old)!;
    return { team, ...(!isHome && { cluster }), from: old?.folder, to: now?.folder };
  });
  const indexed = new Set(applied.flatMap((place) => [place.from, place.to]));
  const others = [...new Set([...foldersOf(from), ...foldersOf(to)])].filter((folder) => !indexed.has(folder));
  const all = [
    ...applied.sort((a, b) => Number(a.cluster !== undefined) - Number(b.cluster !== undefined)),
    ...others.map((folder): Place => {
      const has = (files: Files): string | undefined => (foldersOf(files).has(folder) ? folder : undefined);
      return { team: teamOf(folder), from: has(from), to: has(to) };
    }),
  ];
  return firstOfEach(all);
}

/** What happens in one folder happens on every cluster that shares it, and is told of the first. */
function firstOfEach(places: readonly Place[]): readonly Place[] {
  const seen = new Set<string>();
  return places.filter(({ from, to }) => !seen.has(`${from} ${to}`) && seen.add(`${from} ${to}`));
}

/** Folders whose objects are on a cluster: of the teams that are there, and what it holds once. */
export function foldersOn(files: Files, cluster: string | undefined): ReadonlySet<string> {
  const isThere = (folder: string): boolean =>
    folder === 'cluster/' ||
    (cluster === undefined ? folder.startsWith('cluster/') : folder === `cluster/${clusterPart(cluster)}/`);
  const ofTeams = [...entriesOf(files).values()].filter((entry) =>
    cluster === undefined ? entry.isHome : entry.cluster === cluster,
  );
  return new Set([
    ...[...foldersOf(files)].filter(isThere),
    ...ofTeams.map(({ folder }) => folder),
    ...unindexed(files),
  ]);
}

const unindexed = (files: Files): readonly string[] =>
  entriesOf(files).size > 0 ? [] : [...foldersOf(files)].filter((folder) => teamOf(folder) !== undefined);

export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
const foldersOf = (files: Files): ReadonlySet<string> =>
  new Set([...files.keys()].filter((path) => path.endsWith('.yaml')).map(folderOf));

/** `payments` of `teams/payments/30-tasks.yaml` and of `clusters/eu/payments/30-tasks.yaml`. */
export const teamOf = (path: string): string | undefined => /^(?:teams|clusters\/[^/]+)\/([^/]+)\//.exec(path)?.[1];

/** By team and cluster. */
function entriesOf(files: Files): ReadonlyMap<string, Entry> {
  const entries = [...files]
    .filter(([path]) => /^index\/[^/]+\.json$/.test(path))
    .flatMap(([path, text]) => {
      const { team, cluster, folder } = asMapping(JSON.parse(text));
      if (typeof team !== 'string' || typeof cluster !== 'string' || typeof folder !== 'string') return [];
      return [
        [
          `${team} ${cluster}`,
          { team, cluster, folder: `${folder.replace(/^dist\//, '')}/`, isHome: path === `index/${team}.json` },
        ] as const,
      ];
    });
  return new Map(entries);
}

const asMapping = (value: unknown): Readonly<Record<string, unknown>> => (isMapping(value) ? value : {});
