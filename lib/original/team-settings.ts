import { isDeepStrictEqual } from 'node:util';
import { isMapping } from '../words/mapping';
import { show } from '../words/phrase';
import type { TeamProps } from '../fleet/team';
import { teamSchema } from '../fleet/team';
import type { Carried, LeftBehind } from './carry';
import { carry } from './carry';
import type { Given } from './settings';
import { readValue } from './read-value';
import { flatten, imageKey, settingOf } from './settings';

/** Where a setting was found. */
interface Found extends Given {
  readonly file: string;
}

/** A team, with what became of every setting that the original has of it. */
export interface TeamSettings {
  readonly props: TeamProps;
  readonly carried: readonly Carried[];
  readonly left: readonly LeftBehind[];
}

/**
 * What `team.yaml`, else `values.yaml`, else the chart's own values say of a team. What the chart says only because it is
 * the chart, such as its images, is not the team's wish and does not come along.
 * @param chart path of the chart's `values.yaml`, if there is one
 */
export function readTeamSettings(name: string, original: ReadonlyMap<string, string>, chart?: string): TeamSettings {
  const own = `teams/${name}/values.yaml`;
  const file = `teams/${name}/team.yaml`;
  const team = carry(teamSchema, mapping(readValue({ file, text: original.get(file) ?? '' })), file);
  const said = mapping(team.value);
  const values = found(original, own);
  const props: Record<string, unknown> = { name };
  const carried: Carried[] = [];
  const left: LeftBehind[] = [...team.left];
  for (const given of [...found(original, chart).map((one) => ({ ...one, isChart: true })), ...values]) {
    const outcome = outcomeOf(given, { own: values, team: file, said });
    if (typeof outcome === 'string') left.push({ file: given.file, path: given.path, why: outcome });
    else {
      const to = outcome.path.join('.');
      carried.push({ file: given.file, path: given.path, to, isDefault: isDefault(outcome) });
      if (!isDefault(outcome)) set(props, outcome.path, outcome.path[0] === 'stacks' ? [outcome.value] : outcome.value);
    }
  }
  const merged = merge(props, said) as Readonly<Record<string, unknown>>;
  if (merged.cluster === undefined)
    left.push({ file: own, path: 'cluster', why: 'is not said there: taken for the cluster that Argo CD runs in' });
  const all: Readonly<Record<string, unknown>> = {
    cluster: IN_CLUSTER,
    ...merged,
    stacks: stacksOf(props.stacks, said.stacks),
  };
  const inOrder = Object.keys(teamSchema.shape).flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]]));
  return { props: Object.fromEntries(inOrder) as TeamProps, carried, left };
}

/** Argo CD's own name of the cluster that it runs in. https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#clusters */
const IN_CLUSTER = 'in-cluster';

const found = (original: ReadonlyMap<string, string>, file: string | undefined): readonly Found[] =>
  file === undefined || !original.has(file)
    ? []
    : flatten(mapping(readValue({ file, text: original.get(file)! }))).map((given) => ({ ...given, file }));

/** Where a setting goes in a team, and what it is set to. */
interface Assignment {
  readonly path: readonly string[];
  readonly value: unknown;
}

const DEFAULTS = teamSchema.parse({
  name: 'x',
  namespace: 'x',
  cluster: 'x',
  imageRegistry: 'x.example.com',
  stacks: ['x'],
});

/** What a team has anyway is not written. */
const isDefault = ({ path, value }: Assignment): boolean => value === at(DEFAULTS, ...path);

/** What the files that count more say of the team. */
interface Stronger {
  readonly own: readonly Found[];
  /** Path of `team.yaml`, and what it says. */
  readonly team: string;
  readonly said: Readonly<Record<string, unknown>>;
}

/** Where a value goes, or why it goes nowhere. */
function outcomeOf(
  { path, value, isChart = false }: Found & { readonly isChart?: boolean },
  { own, team, said }: Stronger,
): Assignment | string {
  const ofTeam = isChart ? own.find((given) => given.path === path) : undefined;
  if (ofTeam !== undefined) return overridden(ofTeam.file, ofTeam.value);
  const known = settingOf(path);
  if (known === undefined) return `there is no such setting (found ${show(value)})`;
  const { setting, rest } = known;
  if (setting.to === undefined) return setting.why ?? '';
  if (isEmpty(value)) return 'is empty: what is the default here holds';
  if (setting.to === 'images.overrides.*') {
    if (isChart) return 'the chart comes with it: tool images here have exact versions, in one table';
    const key = imageKey(rest);
    return key === undefined ? `no tool image is known for ${rest}` : { path: ['images', 'overrides', key], value };
  }
  const to = setting.to.split('.');
  const more = at(said, ...to);
  if (isChart && setting.to === 'name') return `the folder of the team names it`;
  // the stack of its values is one more of those in team.yaml; that of the chart is meant for a team that names none
  if (setting.to === 'stacks') return isChart && more !== undefined ? overridden(team, more) : { path: to, value };
  // the orchestrator went by team.yaml, Helm by values.yaml: somebody should know where they were at odds
  return more === undefined || isDeepStrictEqual(more, value) ? { path: to, value } : overridden(team, more);
}

const overridden = (by: string, value: unknown): string => `overridden by ${by}, which says ${show(value)}`;

const isEmpty = (value: unknown): boolean =>
  value === '' || value === null || (isMapping(value) && Object.keys(value).length === 0);

function set(props: Record<string, unknown>, [key, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    props[key!] = value;
    return;
  }
  props[key!] = { ...(props[key!] as object | undefined) };
  set(props[key!] as Record<string, unknown>, rest, value);
}

/** The second over the first. */
const merge = (weak: unknown, strong: unknown): unknown =>
  isMapping(weak) && isMapping(strong)
    ? {
        ...weak,
        ...Object.fromEntries(Object.entries(strong).map(([key, value]) => [key, merge(weak[key], value)])),
      }
    : strong;

const mapping = (value: unknown): Readonly<Record<string, unknown>> => (isMapping(value) ? value : {});

const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (isMapping(inner) ? inner[key] : undefined), value);

const stacksOf = (...lists: readonly unknown[]): readonly string[] => [
  ...new Set(
    lists.flatMap((list) =>
      Array.isArray(list) ? list.filter((file): file is string => typeof file === 'string') : [],
    ),
  ),
];
