import { lstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../words/problem';
import { isSystemError, systemMessage } from './terminal';

/**
 * The text of a file of the repository.
 * @param file its name for a person
 * @throws InputError where it cannot be read, or is something else, such as a pipe, which may never end
 */
export function readText(path: string, file = path): string {
  refusePipe(path, file);
  return readStream(path, file);
}

/** @throws InputError for what may never end when it is read, such as a pipe */
export function refusePipe(path: string, file: string): void {
  const stats = reading(path, file, () => statSync(path));
  if (stats.isFile() || stats.isDirectory()) return;
  throw new InputError([
    { file, message: 'is no file, but a pipe, a device or a socket', expected: 'a file', severity: 'error' },
  ]);
}

/**
 * The same where a person names what is read, which may be a pipe: `<(command)` in a shell.
 * @throws InputError where it cannot be read, or is a folder
 */
export function readStream(path: string, file = path): string {
  const text = reading(path, file, () => (statSync(path).isDirectory() ? undefined : readFileSync(path, 'utf8')));
  if (text !== undefined) return text;
  throw new InputError([
    { file, message: 'is a folder', expected: `files, such as ${join(file, '*.yaml')}`, severity: 'error' },
  ]);
}

/** @throws InputError in the place of an error of the system */
function reading<T>(path: string, file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const isLink = error.code === 'ENOENT' && lstatSync(path, { throwIfNoEntry: false });
    const message = isLink ? 'is a symbolic link that leads nowhere' : systemMessage(error);
    throw new InputError([{ file, message, severity: 'error' }]);
  }
}
