import { formatPath } from './fields';
import type { Cause } from './cause';
import { causes } from './cause';
import type { Effect } from './edits';
import type { Change, Comparison } from './change';
import { SHARED, whose } from './change';
import type { Alarm } from './loud';
import { alarms } from './loud';

/** All that is told of a comparison, in the order in which it is read. */
export interface Report {
  /** What is compared, for people: `main` and `dist`. */
  readonly from: string;
  readonly to: string;
  readonly counts: Counts;
  readonly loud: readonly Loud[];
  readonly causes: readonly Cause[];
  /** Sorted by team, what the cluster holds once first. */
  readonly teams: readonly TeamReport[];
}

export interface Counts {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** An alarm, once for all objects of a kind and all teams that it is the same for. */
export interface Loud {
  readonly rule: Alarm['rule'];
  readonly kind: string;
  readonly names: readonly string[];
  readonly text: string;
  readonly teams: readonly string[];
}

export interface TeamReport extends Counts {
  readonly team: string;
  readonly changes: readonly Change[];
  /** Places in `causes`, from 1. */
  readonly causes: readonly number[];
}

/** @param effects of the edits that are known */
export function reportOf(
  comparison: Comparison,
  { from, to }: { readonly from: string; readonly to: string },
  effects: readonly Effect[] = [],
): Report {
  const found = causes(comparison, effects);
  return {
    from,
    to,
    counts: count(comparison.changes),
    loud: [...vanishing(comparison), ...together(alarms(comparison.changes, comparison.teams))],
    causes: found,
    teams: byTeam(comparison.changes, found),
  };
}

/** Half of the teams, or all: what a merge that went wrong does, and Argo CD would carry out. */
function vanishing({ teams, teamsBefore }: Comparison): readonly Loud[] {
  const gone = [...teams].flatMap(([team, fate]) => (fate === 'removed' && !team.includes('@') ? [team] : [])).sort();
  if (teamsBefore === undefined || gone.length === 0 || gone.length * 2 < teamsBefore) return [];
  const text = `${gone.length} of ${teamsBefore} teams go, with what they have on their clusters`;
  return [{ rule: 'fleet', kind: 'Team', names: gone, text, teams: gone }];
}

const count = (changes: readonly Change[]): Counts => {
  const of = (action: Change['action']): number => changes.filter((change) => change.action === action).length;
  return { added: of('added'), changed: of('changed'), removed: of('removed') };
};

function together(all: readonly Alarm[]): readonly Loud[] {
  const objects = group(all, ({ rule, change, text }) => [rule, change.object.kind, change.object.metadata.name, text]);
  const alike = group(objects, (alarms) => [
    alarms[0]!.rule,
    alarms[0]!.change.object.kind,
    alarms[0]!.text,
    ...teamsOf(alarms),
  ]);
  return alike.map((objects) => {
    const [first] = objects[0]!;
    const names = objects.map((alarms) => alarms[0]!.change.object.metadata.name);
    return {
      rule: first!.rule,
      kind: first!.change.object.kind,
      names,
      text: first!.text,
      teams: teamsOf(objects[0]!),
    };
  });
}

const teamsOf = (all: readonly Alarm[]): readonly string[] =>
  [...new Set(all.map(({ change }) => whose(change)))].sort();

function group<T>(items: readonly T[], key: (item: T) => readonly string[]): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const text = JSON.stringify(key(item));
    groups.set(text, [...(groups.get(text) ?? []), item]);
  }
  return [...groups.values()];
}

function byTeam(changes: readonly Change[], found: readonly Cause[]): readonly TeamReport[] {
  const teams = new Map<string, Change[]>();
  for (const change of changes) teams.set(whose(change), [...(teams.get(whose(change)) ?? []), change]);
  return [...teams]
    .sort(([a], [b]) => Number(b === SHARED) - Number(a === SHARED) || (a < b ? -1 : 1))
    .map(([team, own]) => ({
      team,
      ...count(own),
      changes: own,
      causes: found.flatMap((cause, i) => (cause.teams.includes(team) ? [i + 1] : [])),
    }));
}

/** For programs: nothing shortened, each object under its team. */
export const toJson = ({ causes, teams, ...rest }: Report): string =>
  JSON.stringify(
    {
      ...rest,
      causes: causes.map(({ title, teams, kinds, tasks, graphs, lines }) => ({
        title,
        teams,
        kinds,
        tasks,
        graphs,
        lines,
      })),
      teams: teams.map(({ changes, ...team }) => ({ ...team, changes: changes.map(plain) })),
    },
    null,
    2,
  );

const plain = ({ action, object: { apiVersion, kind, metadata }, fields }: Change) => ({
  action,
  object: { apiVersion, kind, namespace: metadata.namespace, name: metadata.name },
  ...(fields.length > 0 && { fields: fields.map(({ path, from, to }) => ({ path: formatPath(path), from, to })) }),
});
