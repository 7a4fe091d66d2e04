import { isMapping } from '../words/mapping';
import { LABELS, MANAGED_BY, MANAGER } from '../words/labels';
import { amount } from '../words/scalars';
import type { Manifest } from '../kube/manifest';
import { keyOf } from '../kube/manifest';
import type { Change, Comparison, Owned } from './change';
import { compareValues, isNamed } from './fields';

/**
 * What applying an output changes in a cluster. The API server and controllers fill in fields that an output does not
 * state; applying leaves them (https://kubernetes.io/docs/reference/using-api/server-side-apply/), so they do not count. An
 * object goes if it is one of ours, of a team that is looked at, and the output does not hold it.
 * @param teams of which left-overs are looked for; all if empty
 */
export function compareLive(
  live: readonly Manifest[],
  wanted: readonly Owned[],
  teams: ReadonlySet<string>,
): Comparison {
  const present = new Map(live.map((object) => [keyOf(object), object]));
  const keys = new Set(wanted.map(({ object }) => keyOf(object)));
  const left = live.filter(
    (object) => !keys.has(keyOf(object)) && isOurs(object) && (teams.size === 0 || teams.has(teamOf(object) ?? '')),
  );
  const changes = [
    ...wanted.flatMap(({ team, object }): Change[] => {
      const found = present.get(keyOf(object));
      if (found === undefined) return [{ action: 'added', team, object, fields: [], content: contentOf(object) }];
      const fields = compareValues(asFarAsStated(found, object), object);
      return fields.length > 0 ? [{ action: 'changed', team, object, fields, content: '' }] : [];
    }),
    ...left.map((object): Change => ({
      action: 'removed',
      team: teamOf(object),
      object,
      fields: [],
      content: contentOf(object),
    })),
  ];
  const [there, here] = [teamsOf(live.filter(isOurs)), new Set(wanted.flatMap(({ team }) => team ?? []))];
  const only = (teams: ReadonlySet<string>, others: ReadonlySet<string>, action: 'added' | 'removed') =>
    [...teams].filter((team) => !others.has(team)).map((team) => [team, action] as const);
  return { changes, teams: new Map([...only(here, there, 'added'), ...only(there, here, 'removed')]) };
}

const teamOf = ({ metadata }: Manifest): string | undefined => metadata.labels?.[LABELS.team];
const teamsOf = (objects: readonly Manifest[]): ReadonlySet<string> =>
  new Set(objects.flatMap((object) => teamOf(object) ?? []));

/** Apps and previews bear our labels, too, but runs deploy them. */
const isOurs = ({ metadata }: Manifest): boolean =>
  metadata.labels?.[MANAGED_BY] === MANAGER &&
  metadata.labels[LABELS.track] === undefined &&
  metadata.labels[LABELS.session] === undefined;

const contentOf = ({
  apiVersion: _version,
  kind: _kind,
  metadata: _metadata,
  status: _status,
  ...body
}: Manifest): string => JSON.stringify(body);

/** What there is of the fields that are wanted; a value that only reads differently is taken as it is wanted. */
function asFarAsStated(live: unknown, wanted: unknown): unknown {
  if (live === undefined || live === null) return isEmpty(wanted) ? wanted : undefined;
  if (isMapping(live) && isMapping(wanted)) {
    return Object.fromEntries(
      Object.keys(wanted).flatMap((key) => {
        const value = asFarAsStated(live[key], wanted[key]);
        return value === undefined ? [] : [[key, value]];
      }),
    );
  }
  if (Array.isArray(live) && Array.isArray(wanted)) return listAsFarAsStated(live, wanted);
  return isQuantity(live) && isQuantity(wanted) && amount(String(live)) === amount(String(wanted)) ? wanted : live;
}

function listAsFarAsStated(live: readonly unknown[], wanted: readonly unknown[]): unknown {
  if (isNamed(live) && isNamed(wanted)) {
    const byName = new Map(wanted.map((item) => [item.name, item]));
    return live.map((item) => (byName.has(item.name) ? asFarAsStated(item, byName.get(item.name)) : item));
  }
  return live.length === wanted.length ? live.map((item, i) => asFarAsStated(item, wanted[i])) : live;
}

/** The API server leaves out what is empty. */
const isEmpty = (value: unknown): boolean =>
  value === '' ||
  value === false ||
  value === 0 ||
  value === null ||
  (typeof value === 'object' && Object.keys(value).length === 0);
const isQuantity = (value: unknown): boolean => /^[0-9.]+(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.test(String(value));
