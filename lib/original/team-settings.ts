import { isDeepStrictEqual } from 'node:util';
import { isMapping } from '../words/mapping';
import type { TeamProps } from '../fleet/team';
import { teamSchema } from '../fleet/team';
import type { LeftBehind } from './carry';
import { carry } from './carry';
import type { Given } from './settings';
import { readValue } from './read-value';
import { flatten, imageKey, settingOf } from './settings';

/** Where a setting was found. */
interface Found extends Given {
  readonly file: string;
}

/**
 * What `team.yaml`, else `values.yaml`, else the chart's own values say of a team. What the chart says only because it is
 * the chart, such as its images, is not the team's wish and does not count.
 * @param chart path of the chart's `values.yaml`, if there is one
 */
export function readTeamSettings(
  name: string,
  original: ReadonlyMap<string, string>,
  chart?: string,
): { readonly props: TeamProps; readonly left: readonly LeftBehind[] } {
  const own = `teams/${name}/values.yaml`;
  const values = new Map([...found(original, chart), ...found(original, own)].map((given) => [given.path, given]));
  const props: Record<string, unknown> = { name };
  const left: LeftBehind[] = [];
  for (const given of values.values()) {
    const outcome = assignmentOf(given, given.file === own);
    if (typeof outcome === 'string') left.push({ file: given.file, path: given.path, why: outcome });
    else if (outcome && !isDefault(outcome))
      set(props, outcome.path, outcome.path[0] === 'stacks' ? [outcome.value] : outcome.value);
  }
  const file = `teams/${name}/team.yaml`;
  const team = carry(teamSchema, readValue({ file, text: original.get(file) ?? '' }) ?? {}, file);
  left.push(...team.left, ...contradictions(props, team.value, own));
  const merged = { ...props, ...(isMapping(team.value) ? team.value : {}) };
  if (merged.cluster === undefined)
    left.push({ file: own, path: 'cluster', why: 'is not said there: taken for the cluster that Argo CD runs in' });
  const all: Readonly<Record<string, unknown>> = {
    cluster: IN_CLUSTER,
    ...merged,
    stacks: stacksOf(props.stacks, merged.stacks),
  };
  const inOrder = Object.keys(teamSchema.shape).flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]]));
  return { props: Object.fromEntries(inOrder) as TeamProps, left };
}

/** Argo CD's own name of the cluster that it runs in. https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#clusters */
const IN_CLUSTER = 'in-cluster';

const found = (original: ReadonlyMap<string, string>, file: string | undefined): readonly Found[] =>
  file === undefined || !original.has(file)
    ? []
    : flatten(readValue({ file, text: original.get(file)! }) ?? {}).map((given) => ({ ...given, file }));

/** Where a setting goes in a team, and what it is set to. */
interface Assignment {
  readonly path: readonly string[];
  readonly value: unknown;
}

const DEFAULTS = teamSchema.parse({ name: 'x', namespace: 'x', cluster: 'x', imageRegistry: 'x', stacks: ['x'] });

/** What a team has anyway is not written. */
const isDefault = ({ path, value }: Assignment): boolean => value === at(DEFAULTS, ...path);

/** Where a value goes; why it goes nowhere; or undefined if nothing was meant by it. */
function assignmentOf({ path, value }: Given, isOwn: boolean): Assignment | string | undefined {
  const known = settingOf(path);
  if (known === undefined) return isOwn ? 'there is no such setting' : undefined;
  const { setting, rest } = known;
  if (value === '' || value === null) return undefined;
  if (setting.to === undefined) return isOwn ? (setting.why ?? '') : undefined;
  if (setting.to !== 'images.overrides.*') return { path: setting.to.split('.'), value };
  if (!isOwn) return undefined;
  const key = imageKey(rest);
  return key === undefined ? `no tool image is known for ${rest}` : { path: ['images', 'overrides', key], value };
}

function set(props: Record<string, unknown>, [key, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    props[key!] = value;
    return;
  }
  props[key!] = { ...(props[key!] as object | undefined) };
  set(props[key!] as Record<string, unknown>, rest, value);
}

/** The orchestrator went by team.yaml, Helm by values.yaml: somebody should know where they were at odds. */
const contradictions = (props: Readonly<Record<string, unknown>>, team: unknown, file: string): readonly LeftBehind[] =>
  Object.entries(isMapping(team) ? team : {})
    .filter(([key, value]) => key !== 'stacks' && props[key] !== undefined && !isDeepStrictEqual(props[key], value))
    .map(([key, value]) => ({ file, path: key, why: `team.yaml says ${JSON.stringify(value)}, and counts` }));

const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (isMapping(inner) ? inner[key] : undefined), value);

const stacksOf = (...lists: readonly unknown[]): readonly string[] => [
  ...new Set(lists.flatMap((list) => (Array.isArray(list) ? (list as string[]) : []))),
];
