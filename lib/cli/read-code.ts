import type { Source } from '../fleet/formats';
import { Cluster } from '../cluster';
import { Team } from '../team';
import type { Customize } from '../team';
import type { CustomizedTeam } from '../output/team/extension';
import { isObject } from '../words/mapping';
import { InputError } from '../words/problem';
import { placesIn } from './code-places';
import { runFleetCode } from './fleet-code';
import { pathFromRoot } from './path-from-root';
import { readText } from './read-text';

/** Teams and clusters that are written in TypeScript: what their files export by default. */

/** A team, and what is to be changed in its objects. */
export interface LoadedTeam {
  readonly source: Source;
  readonly customize?: Customize;
}

/** What code says a team, a cluster or a fleet is. */
export type CodeSource = Extract<Source, { readonly props: unknown }>;

/** What a team.ts exports by default. */
export function readTeam(root: string, path: string): LoadedTeam {
  const { source, exported } = readModule(root, path, Team.name);
  const { customize } = exported as Partial<Team>;
  const run: Customize = (objects, team) =>
    runFleetCode(path, source.file, 'customize fails', () => changed(customize as Customize, objects, team));
  return { source, customize: customize && run };
}

/** What a cluster's file in TypeScript exports by default. */
export const readCluster = (root: string, path: string): Source => readModule(root, path, Cluster.name).source;

/** @param kind what it is to export, in the word that its author writes */
export function readModule(
  root: string,
  path: string,
  kind: string,
): {
  readonly source: CodeSource;
  readonly exported: Readonly<Record<string, unknown>>;
} {
  const file = pathFromRoot(root, path);
  readText(path, file);
  const exported = runFleetCode(path, file, 'cannot be loaded', (): Record<string, unknown> | Promise<unknown> => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- tsx compiles it on the fly; each file is read once
    const { default: value } = require(path) as { default?: unknown };
    if (value instanceof Promise) return value;
    // what another copy of this repository has made is as good
    const made = (value ?? {}) as Record<string, unknown>;
    // getters are code, too
    return { props: plainOf(made.props, 'props'), customize: made.customize };
  }) as Record<string, unknown>;
  const { props } = exported;
  if (typeof props !== 'object' || props === null)
    throw new InputError([
      {
        file,
        message: `exports no ${kind.toLowerCase()}: export default new ${kind}({ … })`,
        severity: 'error',
      },
    ]);
  return { source: { file, props, placeOf: placesIn(() => readText(path, file)) }, exported };
}

const BUILT_IN = [Map, Set, WeakMap, WeakSet, Date, RegExp, Promise, URL];

/**
 * A copy of what code made, which nothing changes later.
 * @throws Error for what would read as an empty mapping, and be lost
 */
function plainOf(value: unknown, path: string, around: readonly unknown[] = []): unknown {
  if (!isObject(value)) return value;
  const builtIn = BUILT_IN.find((kind) => value instanceof kind);
  if (builtIn) throw new Error(`${path} is a ${builtIn.name}: write a plain object, list or text`);
  if (around.includes(value)) throw new Error(`${path} holds itself`);
  const inside = [...around, value];
  if (Array.isArray(value)) return value.map((item, index) => plainOf(item, `${path}[${index}]`, inside));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainOf(item, `${path}.${key}`, inside)]));
}

/** @throws Error where a team leaves objects out or adds some in a way that changes nothing */
export function changed(customize: Customize, objects: Parameters<Customize>[0], team: CustomizedTeam): unknown {
  const result: unknown = customize(Object.freeze([...objects]), team);
  if (Array.isArray(result) && result.some(isObject))
    throw new Error('it returns a list of objects, which nothing reads: change the objects themselves');
  return result;
}
