import { join } from 'node:path';
import { Document } from '../fleet/document';
import { ownBackendsOf } from '../fleet/own-backends';
import { toolchainsOf } from '../fleet/own-toolchains';
import type { Tables } from '../fleet/tables';
import { among } from '../kube/checks/rule';
import { describe } from '../kube/manifest';
import type { OwnBackend } from '../fleet/own-backends';
import type { BackendApp, BackendCode } from '../output/backends/own';
import { checkedObjects } from '../output/backends/own-objects';
import { isForTeams } from '../output/gitops/further-kinds';
import type { Check } from '../output/policies';
import type { FleetCode } from '../output/team/extension';
import { Fleet } from '../whole-fleet';
import type { FleetProps } from '../whole-fleet';
import { isMapping, isObject } from '../words/mapping';
import type { Problem } from '../words/problem';
import { InputError } from '../words/problem';
import { runFleetCode } from './fleet-code';
import { fleetFiles } from './fleet-files';
import type { CodeSource } from './read-code';
import { changed, readModule } from './read-code';

/** What fleet.ts does, and the tables with what it adds to them. */
export interface ReadFleet extends FleetCode {
  readonly tables: Tables;
}

/**
 * What fleet.ts exports by default. Whatever its functions throw names the file, and what they were called for.
 * @throws InputError of what it exports
 */
export function readFleet(root: string, path: string): ReadFleet {
  const { source } = readModule(root, path, Fleet.name);
  const { file } = source;
  const { customize, prTest, secrets, checks = {}, backends = {} } = fleetProps(source);
  const document = new Document(file, source.props, source.placeOf);
  const [own, rows] = [toolchainsOf(document), ownBackendsOf(document, isForTeams)];
  const problems = [...own.problems, ...rows.problems];
  if (problems.length > 0) throw new InputError(problems);
  const run = <T>(what: string, code: () => T): T => runFleetCode(path, file, what, code);
  return {
    file,
    secrets,
    tables: { toolchains: own.toolchains, backends: rows.backends },
    backends: Object.fromEntries(
      rows.backends.map((row) => [row.name, running(run, document, row, backends[row.name]!)]),
    ),
    customize:
      customize &&
      ((objects, team) => run(`customize fails for team '${team.name}'`, () => changed(customize, objects, team))),
    prTest:
      prTest &&
      ((given) => run(`prTest fails for stack '${given.stack}' of team '${given.team}'`, () => prTest(given))),
    checks: Object.fromEntries(
      Object.entries(checks).map(([name, check]): [string, Check] => [
        name,
        (object, report) => {
          const team = object.team === undefined ? '' : ` of team '${object.team}'`;
          run(`check '${name}' fails for ${describe(object.manifest)}${team}`, () => checked(check, object, report));
        },
      ]),
    ),
  };
}

/** @throws Error where a check returns what it has found, which would pass */
function checked(check: Check, ...[object, report]: Parameters<Check>): unknown {
  const result: unknown = check(object, report);
  // an arrow function may return what its last condition was, but only one that takes report can have called it
  const isLost = isObject(result) ? !(result instanceof Promise) : result !== undefined && check.length < 2;
  if (isLost) throw new Error('it returns a value, which nothing reads: call report with what is wrong');
  return result;
}

/** The functions of a backend, which say for what they were called where they fail or return something else. */
function running(
  run: <T>(what: string, code: () => T) => T,
  document: Document,
  { name, kinds }: OwnBackend,
  { stable, preview }: BackendCode,
): BackendCode {
  const made = (key: keyof BackendCode, given: BackendApp, code: () => unknown, service?: string) => {
    const what = `${key} of backend '${name}' fails for app '${given.app}' of team '${given.team}'`;
    // getters of what it returns are code, too
    const { objects, faults } = run(what, () => checkedObjects(code(), { kinds, namespace: given.namespace, service }));
    if (faults.length === 0) return objects;
    throw new InputError(
      faults.map(({ message, ...details }) => ({
        ...document.error(['backends', name, key], `${what}: ${message}`, details),
        path: undefined,
      })),
    );
  };
  return {
    stable: stable && ((given) => made('stable', given, () => stable(given))),
    preview: (given) => made('preview', given, () => preview(given), given.service),
  };
}

/** The tables of a repository; undefined where no fleet.ts adds to what comes with this program. */
export function tablesAt(root: string): Tables | undefined {
  const [file] = fleetFiles(root).files;
  return file === undefined ? undefined : readFleet(root, join(root, file)).tables;
}

const isFunction = (value: unknown): boolean => typeof value === 'function';

const isListOfKeys = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((key) => typeof key === 'string');

interface Key {
  readonly expected: string;
  readonly isRight: (value: unknown) => boolean;
}

/** What a fleet may say, and what each must be. */
const KEYS: ReadonlyMap<string, Key> = new Map(
  Object.entries({
    customize: { expected: 'a function', isRight: isFunction },
    prTest: { expected: 'a function', isRight: isFunction },
    secrets: {
      expected: 'lists of keys by the names of Secrets',
      isRight: (value) => isMapping(value) && Object.values(value).every(isListOfKeys),
    },
    // what a row may say is told by its schema
    toolchains: { expected: 'toolchains by their names', isRight: isMapping },
    backends: { expected: 'backends by their names', isRight: isMapping },
    checks: {
      expected: 'functions by their names',
      isRight: (value) => isMapping(value) && Object.values(value).every(isFunction),
    },
  } satisfies Record<keyof FleetProps, Key>),
);

/** @throws InputError of keys that a fleet does not have, and of values that are of another type */
function fleetProps({ file, props, placeOf }: CodeSource): FleetProps {
  const problems = Object.entries(props as object).flatMap(([key, value]: [string, unknown]): readonly Problem[] => {
    const { expected, isRight } = KEYS.get(key) ?? {};
    const told = (message: string, details: Partial<Problem>, at: 'key' | 'value'): readonly Problem[] => [
      { file, ...placeOf?.([key])?.[at], path: key, message, ...details, severity: 'error' },
    ];
    if (isRight === undefined) return told('unknown key', among(key, KEYS.keys()), 'key');
    if (value === undefined || isRight(value)) return [];
    return told('is something else', { found: value === null ? 'null' : typeof value, expected }, 'value');
  });
  if (problems.length > 0) throw new InputError(problems);
  return props as FleetProps;
}
