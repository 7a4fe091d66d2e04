import type { Document } from '../../fleet/document';
import { isMapping } from '../../words/mapping';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import { PACKAGE } from '../package';

/** The package.json of a repository of teams and stacks. */

/** What it lists, each in one version. */
export interface Versions {
  readonly tektonDag: string;
  readonly typescript: string;
}

const SCRIPTS = { synth: 'tekton-dag synth', typecheck: 'tsc' } as const;

/**
 * @param present what is there already, as after `npm install tekton-dag`: all that it says stays
 * @param name of the package, unless it has one
 * @returns also each part of it that is no object, and each script that does something else
 */
export function packageJson(
  present: Document | undefined,
  name: string,
  versions: Versions,
): { readonly text: string; readonly problems: readonly Problem[] } {
  const part = (key: string, wanted: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> => {
    const there = present?.get([key]);
    return { ...wanted, ...(isMapping(there) && there) };
  };
  const dependencies = part('dependencies', { [PACKAGE]: versions.tektonDag });
  const text = JSON.stringify(
    {
      name,
      private: true,
      ...(isMapping(present?.value) && present.value),
      engines: part('engines', { node: '>=20.19' }),
      scripts: part('scripts', SCRIPTS),
      dependencies: { ...dependencies, [PACKAGE]: exact(dependencies[PACKAGE], versions.tektonDag) },
      devDependencies: part('devDependencies', { typescript: versions.typescript }),
    },
    undefined,
    2,
  );
  const objects = [[], ['engines'], ['scripts'], ['dependencies'], ['devDependencies']];
  const shapes = objects.flatMap((path) => {
    const there = present?.get(path);
    return present && there !== undefined && !isMapping(there)
      ? [present.error(path, 'is not an object, so init can add nothing to it', details(there, '{ … }'))]
      : [];
  });
  const scripts = Object.entries(SCRIPTS).flatMap(([script, command]) => {
    const other = present?.get(['scripts', script]) ?? command;
    return present && other !== command
      ? [present.error(['scripts', script], 'does something else: give it another name', details(other, show(command)))]
      : [];
  });
  return { text: `${text}\n`, problems: [...shapes, ...scripts] };
}

const details = (found: unknown, expected: string) => ({ found: show(found), expected });

/** A file or another version stays; `npm install` writes a range, by which an update of the lock file would change dist/. */
const exact = (listed: unknown, version: string): unknown =>
  listed === `^${version}` || listed === `~${version}` ? version : listed;
