import type { KindOfTests } from '../words/names';
import { shardName } from '../words/names';
import type { TestsFile } from './tests';
import { SHARDED_KINDS } from './tests';
import { VERSION_KEYS } from './toolchains';

/**
 * Combinations in which tests of an app run: of the lists in `tests.matrix` each value with each other, and each of these in so
 * many shards. Worked out whole at synth, so that each has a name, and Pipelines say what runs.
 */

/** One way in which tests run. */
export interface Combination {
  /** Of its values, such as `node-20-database-postgres-shard-1-of-4`; one part of a path. */
  readonly name: string;
  /** What its tests find in their environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** Of the language, if it differs from that of the build. */
  readonly version?: string;
  /** Of the nodes, such as `linux/arm64`. */
  readonly platform?: string;
}

/** All ways in which tests of one kind run. */
export interface Matrix {
  readonly combinations: readonly Combination[];
  /** How many of them run at once. */
  readonly maxParallel: number;
}

/** What a file says of a matrix: lists by key, and single combinations to add or to leave out. */
export interface MatrixEntry {
  readonly lists: readonly (readonly [key: string, values: readonly string[]])[];
  readonly include: readonly Values[];
  readonly exclude: readonly Values[];
}
/** Values by the key of their list. */
export type Values = Readonly<Record<string, string>>;

/** Keys that mean something of their own, beside names of variables. */
export const PLATFORM = 'platform';
export const isVersionKey = (key: string): boolean => VERSION_KEYS.some((one) => one === key);
/** All keys of a matrix that are no names of variables. */
export const OWN_KEYS: readonly string[] = [...VERSION_KEYS, PLATFORM, 'include', 'exclude'];

/** Variables by which tests are told which combination they run in. */
export const COMBINATION_VARIABLES = { name: 'COMBINATION', shard: 'SHARD_INDEX', shards: 'SHARD_TOTAL' } as const;

/** In how many parts tests of a kind are run; undefined: they are not divided. */
export const shardsOf = ({ shards }: Pick<TestsFile, 'shards'>, kind: KindOfTests): number | undefined =>
  SHARDED_KINDS.some((one) => one === kind) ? shards?.[kind as (typeof SHARDED_KINDS)[number]] : undefined;

/** A matrix as a file has it. Of what is malformed nothing is taken: the rules have said so. */
export function matrixEntry(given: object): MatrixEntry {
  const { include, exclude, ...lists } = given as Readonly<Record<string, unknown>>;
  return {
    lists: Object.entries(lists).map(([key, values]) => [key, asList(values).flatMap(asText)]),
    include: asList(include).map(asValues),
    exclude: asList(exclude).map(asValues),
  };
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const asText = (value: unknown): readonly string[] =>
  ['string', 'number', 'boolean'].includes(typeof value) ? [String(value)] : [];
const asValues = (value: unknown): Values =>
  Object.fromEntries(
    Object.entries((value ?? {}) as object).flatMap(([key, of]) => asText(of).map((text) => [key, text])),
  );

/** How many combinations lists make before any is left out: what is too much is not worked out. */
export const crossedCount = ({ lists }: MatrixEntry): number =>
  lists.reduce((count, [, values]) => count * values.length, 1);

/** Whether an entry of `exclude` means these values: it may name some of the keys alone. */
export const matches = (pattern: Values, values: Values): boolean =>
  Object.entries(pattern).every(([key, value]) => values[key] === value);

/** Each value of each list with each other, in the order of the lists. */
export const crossed = ({ lists }: MatrixEntry): readonly Values[] =>
  lists.length === 0
    ? []
    : lists.reduce<readonly Values[]>(
        (all, [key, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
        [{}],
      );

/** The combinations of a matrix without its shards. */
export const combined = (entry: MatrixEntry): readonly Values[] => [
  ...crossed(entry).filter((values) => !entry.exclude.some((pattern) => matches(pattern, values))),
  ...entry.include,
];

/** @param shards how many parts each is run in, 1 where its tests are not divided */
export function combinationsOf(entry: MatrixEntry, shards: number): readonly Combination[] {
  const all = entry.lists.length === 0 ? [{}] : combined(entry);
  return all.flatMap((values) =>
    Array.from({ length: shards }, (_, index) => combination(values, shards > 1 ? [index + 1, shards] : undefined)),
  );
}

function combination(values: Values, shard: readonly [index: number, total: number] | undefined): Combination {
  const parts = [
    ...Object.entries(values).map(([key, value]) => namePart(key, value)),
    ...(shard ? [shardName(...shard)] : []),
  ];
  const name = parts.join('-');
  const version = Object.entries(values).find(([key]) => isVersionKey(key))?.[1];
  const platform = values[PLATFORM];
  const own = Object.entries(values).filter(([key]) => !isVersionKey(key) && key !== PLATFORM);
  return {
    name,
    variables: {
      [COMBINATION_VARIABLES.name]: name,
      ...Object.fromEntries(own),
      ...(shard && {
        [COMBINATION_VARIABLES.shard]: String(shard[0]),
        [COMBINATION_VARIABLES.shards]: String(shard[1]),
      }),
    },
    ...(version !== undefined && { version }),
    ...(platform !== undefined && { platform }),
  };
}

/** `node-version`, `20` → `node-20`; `platform`, `linux/arm64` → `linux-arm64`; `DATABASE`, `postgres:16` → `database-postgres-16` */
function namePart(key: string, value: string): string {
  const label = key === PLATFORM ? [] : [isVersionKey(key) ? key.replace(/-version$/, '') : key];
  return [...label, value === '' ? 'empty' : value].map(pathPart).join('-');
}

const pathPart = (text: string): string =>
  text
    .toLowerCase()
    .split('.')
    .map((part) =>
      part
        .split(/[^a-z0-9]/)
        .filter((word) => word !== '')
        .join('-'),
    )
    .filter((part) => part !== '')
    .join('.') || 'other';

/** Combinations that one task of a Pipeline runs: at once, and on nodes of one platform. */
export interface MatrixPart {
  readonly combinations: readonly Combination[];
  readonly platform?: string;
  /** Parts of one wave run at once, after those of the wave before. */
  readonly wave: number;
}

/** Tekton runs all combinations of a task at once, and has one pod template for all of them: so a matrix becomes several tasks. */
export function partsOf({ combinations, maxParallel }: Matrix): readonly MatrixPart[] {
  const platforms = [...new Set(combinations.map(({ platform }) => platform))];
  const parts: MatrixPart[] = [];
  let wave = 0;
  let room = maxParallel;
  for (const platform of platforms) {
    let left = combinations.filter((one) => one.platform === platform);
    while (left.length > 0) {
      if (room === 0) {
        wave++;
        room = maxParallel;
      }
      const taken = left.slice(0, room);
      parts.push({ combinations: taken, ...(platform !== undefined && { platform }), wave });
      left = left.slice(taken.length);
      room -= taken.length;
    }
  }
  return parts;
}
