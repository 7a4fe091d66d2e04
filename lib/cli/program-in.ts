import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '../fleet/read-document';
import { isMapping } from '../words/mapping';
import { PACKAGE } from './package';
import { readText } from './read-text';

/** Where npm puts this program, from the root of a repository whose package.json lists it. */
export const INSTALLED = `node_modules/${PACKAGE}`;

/** Where a repository has this program, from its root: in a clone the root itself; nowhere if package.json does not list it. */
export function programIn(root: string): string | undefined {
  const file = join(root, 'package.json');
  if (!existsSync(file)) return undefined;
  const { document } = readDocument({ file, text: readText(file) });
  if (document?.get(['name']) === PACKAGE) return '.';
  const lists = (key: string): boolean => {
    const packages = document?.get([key]);
    return isMapping(packages) && PACKAGE in packages;
  };
  return ['dependencies', 'devDependencies'].some(lists) ? INSTALLED : undefined;
}
