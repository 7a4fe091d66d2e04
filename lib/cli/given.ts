import { statSync } from 'node:fs';
import { InputError, formatProblem } from '../words/problem';
import { NotUtf8Error, readStream } from './read-text';
import { UsageError } from './usage-error';

/** Files and folders that an option or argument names. Where they are not there, it is what was typed that is wrong. */

/** @param by what named it, where that is not plain @throws UsageError where it cannot be read, or is a folder; NotUtf8Error */
export function readGiven(file: string, by?: string): string {
  try {
    return readStream(file, by === undefined ? file : `${by} ${file}`);
  } catch (error) {
    if (error instanceof NotUtf8Error) throw error;
    throw error instanceof InputError ? new UsageError(...error.problems.map(formatProblem)) : error;
  }
}

/** @throws UsageError naming the option */
export function checkFolder(option: string, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new UsageError(`${option} ${path}: there is no such folder`);
}
