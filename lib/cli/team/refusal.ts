import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../words/problem';
import type { Problem } from '../../words/problem';

/** One thing that is wrong with a file, as an error to throw. */
export const inputError = (file: string, message: string): InputError =>
  new InputError([{ file, message, severity: 'error' }]);

/** @throws InputError with the errors among the problems, if there are any; warnings are let pass */
export function throwErrors(problems: readonly Problem[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new InputError(errors);
}

/** A name for which there is a folder already. @param file that is to be the team's */
export const taken = (root: string, name: string, file: string): readonly Problem[] =>
  existsSync(join(root, 'teams', name))
    ? [{ file, path: 'name', message: `teams/${name} is there already`, severity: 'error' }]
    : [];
