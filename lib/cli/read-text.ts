import { lstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../words/problem';
import { isSystemError, systemMessage } from './terminal';

/**
 * The text of a file.
 * @param file its name for a person
 * @throws InputError where it cannot be read, or is a folder
 */
export function readText(path: string, file = path): string {
  try {
    if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8');
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const isLink = error.code === 'ENOENT' && lstatSync(path, { throwIfNoEntry: false });
    const message = isLink ? 'is a symbolic link that leads nowhere' : systemMessage(error);
    throw new InputError([{ file, message, severity: 'error' }]);
  }
  throw new InputError([
    { file, message: 'is a folder', expected: `files, such as ${join(file, '*.yaml')}`, severity: 'error' },
  ]);
}
