import { loadAll } from 'js-yaml';
import { LABELS } from '../words/labels';
import type { Manifest } from '../kube/manifest';
import { keyOf } from '../kube/manifest';
import type { Change, Comparison, Owned, TeamFate } from './change';
import { withMoves } from './moves';
import { whose } from './change';
import type { ManifestText } from './manifest-text';
import { manifestsIn } from './manifest-text';
import type { FieldChange } from './fields';
import { compareValues } from './fields';
import type { Files, FolderPair } from './folder-pairs';
import { folderPairs, foldersOn } from './folder-pairs';
import { holdsObjects, locate, locateFolder } from '../output/layout';

/**
 * The objects that differ between two outputs. One is the same as another if it is applied to the same cluster under the same
 * kind, namespace and name; a document that stands word for word in both is not even read.
 * @param teams only what belongs to these; all if empty
 */
export function compareFiles(from: Files, to: Files, teams: ReadonlySet<string> = new Set()): Comparison {
  const isChosen = (team: string | undefined): boolean => teams.size === 0 || teams.has(team ?? '');
  // a folder of several teams holds objects of each
  const pairs = folderPairs(from, to).filter(({ team }) => team === undefined || isChosen(team));
  const [before, after] = [byFolder(from), byFolder(to)];
  const changes = pairs.flatMap((pair) =>
    compareFolders(pair, before.get(pair.from ?? '') ?? new Map(), after.get(pair.to ?? '') ?? new Map())
      .filter(({ team }) => isChosen(team))
      .map((change) => ({ change, on: pair.on })),
  );
  const fates = new Map<string, TeamFate>(
    pairs.flatMap((pair) =>
      pair.team !== undefined && (pair.from === undefined) !== (pair.to === undefined)
        ? [[whose(pair), pair.to === undefined ? 'removed' : 'added'] as const]
        : [],
    ),
  );
  const homes = pairs.filter(
    ({ team, cluster, from }) => team !== undefined && cluster === undefined && from !== undefined,
  );
  return {
    changes: withMoves(changes, fates),
    teams: fates,
    ...(teams.size === 0 && homes.length > 0 && { teamsBefore: new Set(homes.map(({ team }) => team)).size }),
  };
}

/** Every object that an output holds for the teams on a cluster, read as a whole. */
export function objectsOf(files: Files, teams: ReadonlySet<string>, cluster?: string): readonly Owned[] {
  const folders = byFolder(files);
  return [...foldersOn(files, cluster)].flatMap((folder) => {
    const { team } = locateFolder(folder);
    if (teams.size > 0 && !teams.has(team ?? '')) return [];
    return [...(folders.get(folder)?.values() ?? [])]
      .flatMap((text) => loadAll(text) as Manifest[])
      .filter(isObject)
      .map((object) => ({ team, object }));
  });
}

const isObject = (value: Partial<Manifest> | null): boolean =>
  typeof value?.kind === 'string' && value.metadata !== undefined;

/** Texts by name, by folder. */
function byFolder(files: Files): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const folders = new Map<string, Map<string, string>>();
  for (const [path, text] of files) {
    if (!holdsObjects(path)) continue;
    const { folder, file } = locate(path);
    folders.set(folder, (folders.get(folder) ?? new Map<string, string>()).set(file, text));
  }
  return folders;
}

/** The documents of the files that are not the same in both. */
const documentsOf = (
  files: ReadonlyMap<string, string>,
  others: ReadonlyMap<string, string>,
): readonly ManifestText[] =>
  [...files].filter(([name, text]) => others.get(name) !== text).flatMap(([, text]) => manifestsIn(text));

function compareFolders(
  { team, cluster }: FolderPair,
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
): readonly Change[] {
  const [left, right] = [documentsOf(from, to), documentsOf(to, from)];
  const [before, after] = [differing(left, right), differing(right, left)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): Change[] => {
    const [old, now] = [before.get(key), after.get(key)];
    const { object, document } = (now ?? old)!;
    const owned = { team: team ?? object.metadata.labels?.[LABELS.team], cluster, object };
    if (old !== undefined && now !== undefined) {
      const fields = [...compareValues(old.object, object), ...compareBodies(old.document, now.document)];
      return fields.length > 0 ? [{ action: 'changed', ...owned, fields, content: '' }] : [];
    }
    const action = now === undefined ? 'removed' : 'added';
    return [{ action, ...owned, fields: [], content: JSON.stringify(document.readBody()) }];
  });
}

/** An object as far as it is read: its head, and the document that holds the rest. */
interface HalfRead {
  readonly object: Manifest;
  readonly document: ManifestText;
}

/** The documents that do not stand word for word in the other output, by the key of their objects. */
function differing(documents: readonly ManifestText[], others: readonly ManifestText[]): ReadonlyMap<string, HalfRead> {
  const same = new Set(others.map(({ text }) => text));
  return new Map(
    documents
      .filter(({ text }) => !same.has(text))
      .map((document): [string, HalfRead] => {
        const object = document.readHead();
        return [keyOf(object), { object, document }];
      }),
  );
}

const compared = new Map<string, readonly FieldChange[]>();

/** Teams share most of their Tasks, so a change of one is met again and again: read once. */
function compareBodies(from: ManifestText, to: ManifestText): readonly FieldChange[] {
  if (from.bodyText === to.bodyText) return [];
  const key = `${from.bodyText}\0${to.bodyText}`;
  const known = compared.get(key);
  if (known !== undefined) return known;
  const fields = compareValues(from.readBody(), to.readBody());
  compared.set(key, fields);
  return fields;
}
