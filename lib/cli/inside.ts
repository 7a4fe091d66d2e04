import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { SourceFile } from '../fleet/resolve-fleet';
import { InputError } from '../words/problem';
import { readText } from './read-text';

/**
 * A file that a stack names: of the repository itself, also where links lead.
 * @param file relative to the root
 * @throws InputError where it cannot be read, or lies outside
 */
export function readInside(root: string, file: string): SourceFile {
  const path = join(root, file);
  const text = readText(path, file);
  if (realpathSync(path).startsWith(`${realpathSync(root)}${sep}`)) return { file, text };
  throw new InputError([
    { file, message: 'is a symbolic link that leads out of the repository: put the file here', severity: 'error' },
  ]);
}
