import { isUtf8 } from 'node:buffer';
import { lstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../words/problem';
import { isSystemError, systemMessage } from './terminal';

/**
 * The text of a file of the repository.
 * @param file its name for a person
 * @throws InputError where it cannot be read, is not UTF-8, or is something else, such as a pipe, which may never end
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
    { file, message: 'is not a file, but a pipe, a device or a socket', expected: 'a file', severity: 'error' },
  ]);
}

/**
 * The same where a person names what is read, which may be a pipe: `<(command)` in a shell.
 * @throws InputError where it cannot be read, or is a folder
 */
export function readStream(path: string, file = path): string {
  const bytes = reading(path, file, () => (statSync(path).isDirectory() ? undefined : readFileSync(path)));
  if (bytes !== undefined) return utf8Of(bytes, file);
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

/** A byte is none of UTF-8: read all the same, it would be lost. */
export class NotUtf8Error extends InputError {}

/** @throws NotUtf8Error */
function utf8Of(bytes: Buffer, file: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new NotUtf8Error([
    {
      file,
      ...placeOfBadByte(bytes),
      message: 'is not UTF-8',
      expected: 'a file that is saved as UTF-8',
      severity: 'error',
    },
  ]);
}

function placeOfBadByte(bytes: Buffer): { readonly line: number; readonly column: number; readonly found: string } {
  let start = 0;
  let line = 1;
  for (let end = bytes.indexOf(0x0a); end !== -1 && isUtf8(bytes.subarray(start, end)); line++) {
    start = end + 1;
    end = bytes.indexOf(0x0a, start);
  }
  let column = 1;
  let offset = start;
  for (const character of bytes.subarray(start).toString('utf8')) {
    const written = Buffer.from(character);
    // what is no UTF-8 is read as U+FFFD, which a file may also hold itself
    if (!bytes.subarray(offset, offset + written.length).equals(written)) break;
    offset += written.length;
    column += character.length;
  }
  return { line, column, found: `byte 0x${bytes[offset]!.toString(16).toUpperCase().padStart(2, '0')}` };
}
