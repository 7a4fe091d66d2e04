import { load, loadAll } from 'js-yaml';
import { LABELS } from '../words/labels';
import type { Manifest } from '../kube/manifest';
import { keyOf } from '../kube/manifest';
import type { Change, Comparison, Owned } from './change';
import { whose } from './change';
import type { FieldChange } from './fields';
import { compareValues } from './fields';
import type { Files, Place } from './places';
import { folderOf, foldersOn, placesOf, teamOf } from './places';
import { fieldsOf, reduce } from './reduce';

/** An object as far as it is read. */
interface Document {
  readonly team?: string;
  readonly object: Manifest;
  readonly body: string;
}

/** Holds objects of other files again, for `kubectl apply`. */
const COPY = 'kind.yaml';

/**
 * The objects that differ between two outputs. One is the same as another if it is applied to the same cluster under the same
 * kind, namespace and name; a document that stands word for word in both is not even read.
 * @param teams only what belongs to these; all if empty
 */
export function compareFiles(from: Files, to: Files, teams: ReadonlySet<string> = new Set()): Comparison {
  const places = placesOf(from, to).filter(({ team }) => teams.size === 0 || teams.has(team ?? ''));
  const [before, after] = [byFolder(from), byFolder(to)];
  return {
    changes: places.flatMap((place) =>
      comparePlace(place, before.get(place.from ?? '') ?? new Map(), after.get(place.to ?? '') ?? new Map()),
    ),
    teams: new Map(
      places.flatMap((place) =>
        place.team !== undefined && (place.from === undefined) !== (place.to === undefined)
          ? [[whose(place), place.to === undefined ? 'removed' : 'added'] as const]
          : [],
      ),
    ),
  };
}

/** Every object that an output holds for the teams on a cluster, read as a whole. */
export const objectsOf = (files: Files, teams: ReadonlySet<string>, cluster?: string): readonly Owned[] =>
  [...foldersOn(files, cluster)]
    .filter((folder) => teams.size === 0 || teams.has(teamOf(folder) ?? ''))
    .flatMap((folder) =>
      [...(byFolder(files).get(folder) ?? [])].flatMap(([, text]) =>
        (loadAll(text) as Manifest[]).filter(isObject).map((object) => ({ team: teamOf(folder), object })),
      ),
    );

const isObject = (value: Partial<Manifest> | null): boolean =>
  typeof value?.kind === 'string' && value.metadata !== undefined;

/** Texts by name, by folder. */
function byFolder(files: Files): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const folders = new Map<string, Map<string, string>>();
  for (const [path, text] of files) {
    if (!path.endsWith('.yaml') || path === COPY) continue;
    const folder = folderOf(path);
    folders.set(folder, (folders.get(folder) ?? new Map<string, string>()).set(path.slice(folder.length), text));
  }
  return folders;
}

const documentsIn = (files: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): readonly string[] =>
  [...files]
    .filter(([name, text]) => others.get(name) !== text)
    .flatMap(([, text]) => text.split(/^---\n/m))
    .map(withoutComments);
const withoutComments = (document: string): string => document.replace(/^(?:#.*\n)+/, '');

function comparePlace(
  { team, cluster }: Place,
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
): readonly Change[] {
  const [left, right] = [documentsIn(from, to), documentsIn(to, from)];
  const [before, after] = [documents(team, left, new Set(right)), documents(team, right, new Set(left))];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): Change[] => {
    const [old, now] = [before.get(key), after.get(key)];
    const { team, object } = (now ?? old)!;
    if (now === undefined || old === undefined)
      return [
        {
          action: now === undefined ? 'removed' : 'added',
          team,
          cluster,
          object,
          fields: [],
          content: (now ?? old)!.body,
        },
      ];
    const fields = [...compareValues(old.object, object), ...compareBodies(old.body, now.body)];
    return fields.length > 0 ? [{ action: 'changed', team, cluster, object, fields, content: '' }] : [];
  });
}

const HEAD = ['apiVersion', 'kind', 'metadata'];

/** Heads are read all at once, for each call of the parser costs as much as reading one. */
function documents(
  team: string | undefined,
  texts: readonly string[],
  others: ReadonlySet<string>,
): ReadonlyMap<string, Document> {
  const parts = texts
    .filter((text) => !others.has(text))
    .map((text) => fieldsOf(text))
    .filter((fields) => HEAD.every((field) => fields.has(field)));
  const objects =
    parts.length === 0
      ? []
      : (loadAll(parts.map((fields) => HEAD.map((field) => fields.get(field)).join('')).join('---\n')) as Manifest[]);
  return new Map(
    objects.map((object, i): [string, Document] => {
      const body = [...parts[i]!]
        .filter(([field]) => !HEAD.includes(field))
        .map(([, part]) => part)
        .join('');
      return [keyOf(object), { team: team ?? object.metadata.labels?.[LABELS.team], object, body }];
    }),
  );
}

const compared = new Map<string, readonly FieldChange[]>();

/** Teams share most of their Tasks, so a change of one is met again and again: read once. */
function compareBodies(from: string, to: string): readonly FieldChange[] {
  if (from === to) return [];
  const [before, after] = reduce(from, to);
  const key = `${before}\0${after}`;
  const known = compared.get(key);
  if (known !== undefined) return known;
  const fields = compareValues(load(before), load(after));
  compared.set(key, fields);
  return fields;
}
