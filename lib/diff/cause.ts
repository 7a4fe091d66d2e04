import { keyOf } from '../kube/manifest';
import { isMapping } from '../words/mapping';
import { LABELS } from '../words/labels';
import type { Change, Comparison } from './change';
import { whose } from './change';
import type { Effect } from './edits';
import type { FieldChange } from './fields';
import { formatPath } from './fields';
import { IMAGE, describe, essence, short } from './values';

/** Changes of a fleet by what caused them: the same change of many objects is one thing to review. */

export interface Cause {
  readonly title: string;
  /** Sorted; `cluster` for what the cluster holds once. */
  readonly teams: readonly string[];
  /** Objects by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Pipeline tasks that differ. */
  readonly tasks: number;
  /** Pipelines in which tasks come, go or wait for others than before. */
  readonly graphs: number;
  readonly lines: readonly Line[];
  readonly changes: readonly Change[];
}

/** What differs, once for all teams in which it is the same. */
export interface Line {
  readonly action: Change['action'];
  /** Kind and name. */
  readonly object: string;
  readonly path?: string;
  readonly from?: unknown;
  readonly to?: unknown;
  readonly teams: number;
}

/** One field of one object, or an object that comes or goes. */
interface Unit {
  readonly change: Change;
  readonly field?: FieldChange;
}

interface Named {
  readonly key: string;
  readonly title: string;
  /** Names what came or went as a whole, so that nothing else is like it. */
  readonly isWhole?: true;
}

const unitsOf = ({ changes }: Pick<Comparison, 'changes'>): readonly Unit[] =>
  changes.flatMap((change): Unit[] =>
    change.action === 'changed' ? change.fields.map((field) => ({ change, field })) : [{ change }],
  );

/** The place of a unit: what another comparison with the same output calls the same. */
const placeInOutput = ({ change, field }: Unit): string =>
  JSON.stringify([
    whose(change),
    keyOf(change.object),
    change.action,
    field?.path,
    // elements without a name all have one path
    ...(field?.path.at(-1) === '[]' ? [field.from, field.to] : []),
  ]);

/**
 * The causes, those that concern most first.
 * @param effects of the edits that are known. Where two meet, the first is the cause.
 */
export function causes({ changes, teams }: Comparison, effects: readonly Effect[] = []): readonly Cause[] {
  const edits = new Map(
    effects
      .toReversed()
      .flatMap(({ title, comparison }) => unitsOf(comparison).map((unit) => [placeInOutput(unit), title])),
  );
  const fleet = new Fleet(changes, teams, edits);
  const units = unitsOf({ changes });
  const exact = group(units.map((unit) => ({ unit, cause: fleet.cause(unit) })));
  // What differs in each team may differ only in the team's own names.
  const single = new Set([...exact.values()].filter((group) => teamsOf(group.units).length === 1));
  const alike = group(
    [...single].flatMap(({ units }) =>
      units.map((unit) => ({ unit, cause: anonymous(fleet.cause(unit), unit.change) })),
    ),
  );
  const shared = [...exact.values()].filter((group) => !single.has(group));
  return [
    ...shared,
    ...[...alike.values()].map((found) =>
      teamsOf(found.units).length > 1 ? found : { ...found, title: fleet.cause(found.units[0]!).title },
    ),
  ]
    .map(summary)
    .sort(
      (a, b) => b.teams.length - a.teams.length || b.changes.length - a.changes.length || (a.title < b.title ? -1 : 1),
    );
}

interface Group {
  readonly title: string;
  readonly units: Unit[];
}

function group(units: readonly { readonly unit: Unit; readonly cause: Named }[]): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const { unit, cause } of units) {
    const known = groups.get(cause.key);
    if (known) known.units.push(unit);
    else groups.set(cause.key, { title: cause.title, units: [unit] });
  }
  return groups;
}

const teamsOf = (units: readonly Unit[]): readonly string[] =>
  [...new Set(units.map(({ change }) => whose(change)))].sort();

/** What came or went as a whole, of which everything about it is a consequence. */
class Fleet {
  /** `<team> <what> <name> <action>` */
  private readonly wholes = new Set<string>();
  private readonly apps = new Map<string, { readonly app: string; readonly word: RegExp; readonly action: string }[]>();

  constructor(
    changes: readonly Change[],
    private readonly teams: Comparison['teams'],
    /** Titles of edits by the places that differ for them. */
    private readonly edits: ReadonlyMap<string, string>,
  ) {
    for (const change of changes) {
      const team = whose(change);
      const { kind, metadata } = change.object;
      if (kind === 'Namespace') this.wholes.add(`${team} namespace ${metadata.name} ${change.action}`);
      if (kind !== 'Pipeline' || metadata.labels?.[LABELS.pipeline] !== 'bootstrap') continue;
      this.wholes.add(`${team} stack ${metadata.labels[LABELS.stack]} ${change.action}`);
      for (const { path, from } of change.fields) {
        const app = path.length === 3 && path[1] === 'tasks' ? /^\[build-(.+)\]$/.exec(path[2]!)?.[1] : undefined;
        if (app === undefined) continue;
        this.apps.set(team, [
          ...(this.apps.get(team) ?? []),
          { app, word: word(app), action: from === undefined ? 'added' : 'removed' },
        ]);
      }
    }
  }

  cause(unit: Unit): Named {
    const { change, field } = unit;
    const team = whose(change);
    const { kind, metadata } = change.object;
    const whole = this.teams.get(team);
    if (whole !== undefined) return entire(`team ${whole}`);
    const part =
      this.part(change, 'namespace', kind === 'Namespace' ? metadata.name : metadata.namespace) ??
      this.part(change, 'stack', metadata.labels?.[LABELS.stack]);
    if (part !== undefined) return entire(part);
    const app = (this.apps.get(team) ?? []).find(
      ({ app, word }) => metadata.labels?.[LABELS.app] === app || (field !== undefined && mentions(field, word)),
    );
    if (app !== undefined) return entire(`app ${app.app} ${app.action}`);
    const edit = this.edits.size === 0 ? undefined : this.edits.get(placeInOutput(unit));
    if (edit !== undefined) return entire(edit);
    if (field === undefined)
      return { key: `${change.action} ${kind} ${metadata.name}`, title: `${kind} ${metadata.name} ${change.action}` };
    return fieldCause(field);
  }

  /** `stack checkout added`, if that explains the change. */
  private part(change: Change, what: string, name: string | undefined): string | undefined {
    const actions = change.action === 'changed' ? ['added', 'removed'] : [change.action];
    return actions.map((one) => `${what} ${name} ${one}`).find((part) => this.wholes.has(`${whose(change)} ${part}`));
  }
}

const entire = (title: string): Named => ({ key: title, title, isWhole: true });

const word = (text: string): RegExp =>
  new RegExp(`(?<![A-Za-z0-9])${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![A-Za-z0-9])`, 'g');
const has = (text: string, regex: RegExp): boolean => text.search(regex) !== -1;
const mentions = ({ path, from, to }: FieldChange, app: RegExp): boolean =>
  path.some((part) => has(part, app)) ||
  [from, to].some((value) =>
    typeof value === 'string'
      ? has(essence(from, to).from + essence(from, to).to, app)
      : isMapping(value) && has(JSON.stringify(value), app),
  );

const causesOfFields = new WeakMap<FieldChange, Named>();

function fieldCause(field: FieldChange): Named {
  const known = causesOfFields.get(field);
  if (known) return known;
  const cause = nameOf(field);
  causesOfFields.set(field, cause);
  return cause;
}

function nameOf({ path, from, to }: FieldChange): Named {
  if (isOrder(path)) return { key: 'order', title: 'order of tasks' };
  const { from: old, to: now, lines } = essence(from, to);
  const [before, after] = [IMAGE.exec(old), IMAGE.exec(now)];
  if (before && after && before[1] === after[1])
    return { key: `${old} → ${now}`, title: `image ${before[1]}: ${before[2]} → ${after[2]}` };
  if (lines)
    return {
      key: `${old} → ${now}`,
      title: `text: ${[old && `- ${firstLine(old)}`, now && `+ ${firstLine(now)}`].filter(Boolean).join(' ')}`,
    };
  const place = placeOf(path);
  return { key: `${place} ${old} → ${now}`, title: describe({ place, from, to }) };
}

const isOrder = (path: readonly string[]): boolean => path.includes('runAfter');
const firstLine = (text: string): string => short(text.split('\n')[0]!.trim());

/** The end of a path that says what it is about; which task of a Pipeline it is of does not matter. */
function placeOf(path: readonly string[]): string {
  const inTask = ['tasks', 'finally'].includes(path[1] ?? '') && path.length > 3;
  return formatPath(path.slice(inTask ? 3 : path[0] === 'metadata' || path[0] === 'spec' ? 1 : 0));
}

/** The same with the names of the team, its namespace, the stack and the app taken out. */
const anonymous = (cause: Named, change: Change): Named =>
  cause.isWhole ? cause : { key: withoutNames(cause.key, change), title: withoutNames(cause.title, change) };

function withoutNames(text: string, { team, object: { metadata } }: Change): string {
  const names = {
    namespace: metadata.namespace,
    app: metadata.labels?.[LABELS.app],
    stack: metadata.labels?.[LABELS.stack],
    team,
  };
  return Object.entries(names).reduce(
    (left, [what, name]) => (name === undefined ? left : left.replace(word(name), `<${what}>`)),
    text,
  );
}

function summary({ title, units }: Group): Cause {
  const changes = [...new Set(units.map(({ change }) => change))];
  const kinds: Record<string, number> = {};
  for (const { object } of changes) kinds[object.kind] = (kinds[object.kind] ?? 0) + 1;
  const tasks = new Map<Change, Set<string>>();
  const graphs = new Set<Change>();
  for (const { change, field } of units) {
    if (change.object.kind !== 'Pipeline') continue;
    if (field === undefined || isGraph(field)) graphs.add(change);
    if (field !== undefined && ['tasks', 'finally'].includes(field.path[1] ?? ''))
      tasks.set(change, (tasks.get(change) ?? new Set()).add(field.path[2] ?? ''));
  }
  return {
    title,
    teams: teamsOf(units),
    kinds,
    tasks: [...tasks.values()].reduce((sum, { size }) => sum + size, 0),
    graphs: graphs.size,
    lines: linesOf(units),
    changes,
  };
}

/** Whether tasks come or go, or are started by, after or with something else. */
const isGraph = ({ path, from, to }: FieldChange): boolean =>
  ['tasks', 'finally'].includes(path[1] ?? '') &&
  (path.length <= 3 ||
    ['runAfter', 'when', 'taskRef'].includes(path[3]!) ||
    [from, to].some((value) => JSON.stringify(value ?? '').includes('$(tasks.')));

function linesOf(units: readonly Unit[]): readonly Line[] {
  const isShared = teamsOf(units).length > 1;
  const lines = new Map<string, { line: Omit<Line, 'teams'>; teams: Set<string> }>();
  for (const { change, field } of units) {
    const { kind, metadata } = change.object;
    const object = `${kind} ${isShared ? withoutNames(metadata.name, change) : metadata.name}`;
    const line = {
      action: change.action,
      object,
      ...(field && { path: formatPath(field.path), from: field.from, to: field.to }),
    };
    const key = `${change.action} ${object} ${line.path} ${JSON.stringify(line.from)} ${JSON.stringify(line.to)}`;
    const known = lines.get(key) ?? { line, teams: new Set() };
    lines.set(key, known);
    known.teams.add(whose(change));
  }
  return [...lines.values()].map(({ line, teams }) => ({ ...line, teams: teams.size }));
}
