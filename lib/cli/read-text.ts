import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../words/problem';

/**
 * The text of a file.
 * @param file its name for a person
 * @throws InputError where it is a folder, which the system's own error would not name
 */
export function readText(path: string, file = path): string {
  if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8');
  throw new InputError([
    { file, message: 'is a folder', expected: `files, such as ${join(file, '*.yaml')}`, severity: 'error' },
  ]);
}
