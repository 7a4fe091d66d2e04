import { load, loadAll } from 'js-yaml';
import { LABELS } from '../contract/labels';
import type { Manifest } from '../kube/manifest';
import { keyOf } from '../kube/manifest';
import type { Change, Comparison, Owned } from './change';
import type { FieldChange } from './fields';
import { compareValues } from './fields';
import { fieldsOf, reduce } from './reduce';

/** An output of synth: text by path relative to its root. */
export type Files = ReadonlyMap<string, string>;

/** An object as far as it is read. */
interface Document {
  readonly team?: string;
  readonly object: Manifest;
  readonly body: string;
}

/** Holds objects of other files again, for `kubectl apply`. */
const COPY = 'kind.yaml';

/**
 * The objects that differ between two outputs. One is the same as another if its folder, kind, namespace and name are;
 * a document that stands word for word in the same folder of both is not even read.
 * @param teams only what belongs to these; all if empty
 */
export function compareFiles(from: Files, to: Files, teams: ReadonlySet<string> = new Set()): Comparison {
  const isMeant = meant(teams);
  const places = new Map<string, string[]>();
  for (const path of new Set([...from.keys(), ...to.keys()])) {
    if (isMeant(path) && from.get(path) !== to.get(path)) places.set(folderOf(path), [...(places.get(folderOf(path)) ?? []), path]);
  }
  const changes = [...places].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([folder, paths]) => comparePlace(teamOf(folder), textOf(from, paths), textOf(to, paths)));
  return { changes, teams: comingAndGoing(teamsIn(from, isMeant), teamsIn(to, isMeant)) };
}

/** Every object that an output holds for the teams, read as a whole. */
export const objectsOf = (files: Files, teams: ReadonlySet<string>): readonly Owned[] =>
  [...files].filter(([path]) => meant(teams)(path)).flatMap(([path, text]) => (loadAll(text) as Manifest[]).filter(isObject).map((object) => ({ team: teamOf(path) ?? object.metadata.labels?.[LABELS.team], object })));

const isObject = (value: Partial<Manifest> | null): boolean => typeof value?.kind === 'string' && value.metadata !== undefined;
const meant = (teams: ReadonlySet<string>) => (path: string): boolean => path.endsWith('.yaml') && path !== COPY && (teams.size === 0 || teams.has(teamOf(path) ?? ''));

const teamsIn = (files: Files, isMeant: (path: string) => boolean): ReadonlySet<string> => new Set([...files.keys()].filter(isMeant).flatMap((path) => teamOf(path) ?? []));

export const comingAndGoing = (from: ReadonlySet<string>, to: ReadonlySet<string>): Comparison['teams'] =>
  new Map([
    ...[...to].filter((team) => !from.has(team)).map((team) => [team, 'added'] as const),
    ...[...from].filter((team) => !to.has(team)).map((team) => [team, 'removed'] as const),
  ]);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
/** `payments` of `teams/payments/30-tasks.yaml`. */
export const teamOf = (path: string): string | undefined => /(?:^|\/)teams\/([^/]+)\//.exec(path)?.[1];
const textOf = (files: Files, paths: readonly string[]): readonly string[] => paths.flatMap((path) => (files.get(path) ?? '').split(/^---\n/m)).map(withoutComments);
const withoutComments = (document: string): string => document.replace(/^(?:#.*\n)+/, '');

function comparePlace(team: string | undefined, from: readonly string[], to: readonly string[]): readonly Change[] {
  const [before, after] = [documents(team, from, new Set(to)), documents(team, to, new Set(from))];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): Change[] => {
    const [old, now] = [before.get(key), after.get(key)];
    if (now === undefined) return [{ action: 'removed', team: old!.team, object: old!.object, fields: [], content: old!.body }];
    if (old === undefined) return [{ action: 'added', team: now.team, object: now.object, fields: [], content: now.body }];
    const fields = [...compareValues(old.object, now.object), ...compareBodies(old.body, now.body)];
    return fields.length > 0 ? [{ action: 'changed', team: now.team, object: now.object, fields, content: '' }] : [];
  });
}

const HEAD = ['apiVersion', 'kind', 'metadata'];

/** Heads are read all at once, for each call of the parser costs as much as reading one. */
function documents(team: string | undefined, texts: readonly string[], others: ReadonlySet<string>): ReadonlyMap<string, Document> {
  const parts = texts
    .filter((text) => !others.has(text))
    .map((text) => fieldsOf(text))
    .filter((fields) => HEAD.every((field) => fields.has(field)));
  const objects = parts.length === 0 ? [] : (loadAll(parts.map((fields) => HEAD.map((field) => fields.get(field)).join('')).join('---\n')) as Manifest[]);
  return new Map(
    objects.map((object, i): [string, Document] => {
      const body = [...parts[i]!].filter(([field]) => !HEAD.includes(field)).map(([, part]) => part).join('');
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
