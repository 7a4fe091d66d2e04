import { isObject } from '../../words/mapping';
import type { KindOfTests } from '../../words/names';
import { COMBINATIONS_MAX, KINDS_OF_TESTS, LABEL_MAX, combinationRuns, testTask } from '../../words/names';
import { nearest } from '../../words/nearest';
import { list, show } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import type { Document, Path } from '../document';
import type { MatrixEntry, Values } from '../matrix';
import {
  OWN_KEYS,
  PLATFORM,
  combinationsOf,
  combined,
  crossed,
  crossedCount,
  isVersionKey,
  matches,
  matrixEntry,
  partsOf,
} from '../matrix';
import { isReserved } from '../matrix-variables';
import { MAX_PARALLEL } from '../tests';
import type { Toolchain } from '../toolchains';

/**
 * A matrix of an app: its keys mean something to its tests, and it makes combinations that can be told apart.
 * @param toolchain of the app, where there is one of this name
 */
export const checkMatrices = (document: Document, app: number, toolchain: Toolchain | undefined): Problem[] =>
  KINDS_OF_TESTS.flatMap((kind) => {
    const of = ofMatrix(document, app, kind);
    if (of === undefined) return [];
    const problems = [...checkEntry(of), ...(toolchain ? checkVersionKeys(of, toolchain) : [])];
    // what is malformed makes no combinations
    return problems.length > 0 ? problems : checkCombinations(of);
  });

/** Names that the TaskRuns of an app's matrices go on with after that of the run. */
export const matrixRuns = (document: Document, app: number, name: string): readonly string[] =>
  KINDS_OF_TESTS.flatMap((kind) => {
    const of = ofMatrix(document, app, kind);
    if (of === undefined || checkEntry(of).length + checkCombinations(of).length > 0) return [];
    const given = document.get(['apps', app, 'tests', 'max-parallel']);
    const maxParallel = isWithin(given, 1) ? given : MAX_PARALLEL;
    return partsOf({ combinations: combinationsOf(of.entry, of.shards), maxParallel }).flatMap((part, index) =>
      // the last has the longest name
      combinationRuns(testTask(name, kind, index), part.combinations.length).slice(-1),
    );
  });

/** What is not is told by the schema. */
const isWithin = (value: unknown, least: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= COMBINATIONS_MAX;
const isEmpty = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0;

interface OfMatrix {
  readonly document: Document;
  readonly app: number;
  readonly kind: KindOfTests;
  readonly path: Path;
  readonly entry: MatrixEntry;
  readonly shards: number;
}

/** @returns undefined: the tests run in one way, or the schema speaks of what is there */
function ofMatrix(document: Document, app: number, kind: KindOfTests): OfMatrix | undefined {
  const at = (key: string): Path => ['apps', app, 'tests', key, kind];
  const [given, shards] = [document.get(at('matrix')), document.get(at('shards'))];
  const sharded = isWithin(shards, 2) ? shards : 1;
  if (given === undefined ? sharded === 1 : !isObject(given)) return undefined;
  const path = at(given === undefined ? 'shards' : 'matrix');
  return { document, app, kind, path, entry: matrixEntry(isObject(given) ? given : {}), shards: sharded };
}

const checkEntry = (of: OfMatrix): Problem[] => [
  ...(isEmpty(of.document.get(of.path))
    ? [of.document.error(of.path, 'is empty', { expected: 'a list of values, such as node-version' })]
    : []),
  ...of.entry.lists.flatMap(([key]) => [...checkKey(of, key), ...checkList(of, key)]),
  ...checkSingle(of, 'include'),
  ...checkSingle(of, 'exclude'),
];

/** A version of the language, a platform, or a variable that nothing else needs. */
function checkKey({ document, kind, path }: OfMatrix, key: string): Problem[] {
  const at = [...path, key];
  if (key === PLATFORM) return [];
  if (isVersionKey(key)) {
    if (kind === 'unit') return [];
    return [
      document.keyError(
        at,
        `only unit tests run in a version of the language: ${kind} tests have an image of their own`,
      ),
    ];
  }
  if (VARIABLE.test(key))
    return isReserved(key)
      ? [
          document.keyError(at, 'is a variable that tells the shell, or the steps of tests, something else', {
            expected: `another name, such as TEST_${key}`,
          }),
        ]
      : [];
  const meant = nearest(key, OWN_KEYS);
  return [
    document.keyError(at, 'is not a key of a matrix', {
      expected: `${list(OWN_KEYS)}, or the name of a variable in capital letters`,
      ...(meant !== undefined && { suggestion: meant }),
    }),
  ];
}

/** Each toolchain is asked for its version by one key. */
const checkVersionKeys = ({ document, kind, path, entry }: OfMatrix, { name, versionKey }: Toolchain): Problem[] =>
  entry.lists
    .filter(([key]) => kind === 'unit' && isVersionKey(key) && key !== versionKey)
    .map(([key]) =>
      document.keyError([...path, key], `${name} is asked for its version by ${versionKey}`, {
        suggestion: versionKey,
      }),
    );

/** In capital letters, since scripts name what is theirs in small ones. */
const VARIABLE = /^[A-Z_][A-Z0-9_]{0,62}$/;
const PLATFORM_VALUE = /^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/;

function checkList({ document, path, entry }: OfMatrix, key: string): Problem[] {
  const at = [...path, key];
  const given = document.get(at);
  // the schema speaks of what is no list
  if (!Array.isArray(given)) return [];
  if (given.some(isObject))
    return [
      document.error(at, 'is a list of mappings', { expected: 'a list of values: only include and exclude have such' }),
    ];
  const values = entry.lists.find(([name]) => name === key)?.[1] ?? [];
  if (given.length === 0) return [document.error(at, 'is empty', { expected: 'at least one value' })];
  return values.flatMap((value, index) => [
    ...(values.indexOf(value) < index ? [document.error([...at, index], `${show(value)} is listed twice`)] : []),
    ...(key === PLATFORM && !PLATFORM_VALUE.test(value)
      ? [
          document.error([...at, index], 'is not a platform', {
            found: show(value),
            expected: 'a platform such as linux/arm64',
          }),
        ]
      : []),
  ]);
}

/** Entries of `include` have a value for each key, those of `exclude` for some: of values that are there. */
function checkSingle({ document, path, entry }: OfMatrix, which: 'include' | 'exclude'): Problem[] {
  const given = document.get([...path, which]);
  const at = [...path, which];
  if (!Array.isArray(given)) return [];
  const keys = entry.lists.map(([key]) => key);
  if (keys.length === 0)
    return [document.keyError(at, `there is no list that ${which} could be about: add one, such as node-version`)];
  return given.flatMap((one: unknown, index) => {
    const here = [...at, index];
    if (!isObject(one))
      return [
        document.error(here, 'is not a mapping', { found: show(one), expected: `a value for ${list(keys, 'and')}` }),
      ];
    const unknown = Object.keys(one).filter((key) => !keys.includes(key));
    const missing = which === 'include' ? keys.filter((key) => !Object.hasOwn(one, key)) : [];
    return [
      ...unknown.map((key) => {
        const meant = nearest(key, keys);
        return document.keyError(
          [...here, key],
          'the matrix has no list of this key',
          meant === undefined ? { expected: list(keys) } : { suggestion: meant },
        );
      }),
      ...(missing.length > 0
        ? [
            document.error(here, `has no value for ${list(missing, 'and')}`, {
              expected: `a value for ${list(keys, 'and')}`,
            }),
          ]
        : []),
      ...(unknown.length + missing.length === 0 ? checkEffect(document, here, entry, which, index) : []),
    ];
  });
}

/** What is included is new, and what is excluded was there. */
function checkEffect(
  document: Document,
  at: Path,
  entry: MatrixEntry,
  which: 'include' | 'exclude',
  index: number,
): Problem[] {
  if (crossedCount(entry) > COMBINATIONS_MAX ** 2) return [];
  const values = entry[which][index] as Values;
  if (which === 'exclude')
    return crossed(entry).some((one) => matches(values, one))
      ? []
      : [document.error(at, 'leaves out nothing: no combination has these values')];
  const before = combined({ ...entry, include: entry.include.slice(0, index) });
  return before.some((one) => matches(values, one))
    ? [document.error(at, 'is a combination that is there already: remove it')]
    : [];
}

function checkCombinations({ document, path: at, entry, shards }: OfMatrix): Problem[] {
  const most = `at most ${COMBINATIONS_MAX}: fewer values${shards > 1 ? ' or shards' : ''}, or more of exclude`;
  const tooMany = (count: number): Problem[] => [
    document.error(at, 'makes too many combinations', { found: String(count), expected: most }),
  ];
  if (crossedCount(entry) > COMBINATIONS_MAX ** 2) return tooMany(crossedCount(entry) * shards);
  if (entry.lists.length > 0 && combined(entry).length === 0)
    return [document.error([...at, 'exclude'], 'leaves out every combination, so that nothing would be tested')];
  const combinations = combinationsOf(entry, shards);
  if (combinations.length > COMBINATIONS_MAX) return tooMany(combinations.length);
  const names = combinations.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    return [
      document.error(at, `two combinations would be called ${twice}, of which reports are kept apart by name`, {
        expected: 'values that differ in letters, digits or dots',
      }),
    ];
  const longest = names.reduce((a, b) => (b.length > a.length ? b : a), '');
  return longest.length > LABEL_MAX
    ? [
        document.error(at, `a combination would be called ${longest}, which is too long`, {
          found: `${longest.length} characters`,
          expected: `at most ${LABEL_MAX}: shorter values or names, or fewer lists`,
        }),
      ]
    : [];
}
