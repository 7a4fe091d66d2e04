import { lstatSync, realpathSync, statSync } from 'node:fs';
import { sep } from 'node:path';
import { InputError } from '../words/problem';

/** @param folder its name for a person @throws InputError where it is there and is no folder */
export function refuseFile(folder: string, out: string): void {
  const stats = lstatSync(out, { throwIfNoEntry: false });
  if (stats === undefined || statSync(out, { throwIfNoEntry: false })?.isDirectory()) return;
  throw refused(
    folder,
    stats.isSymbolicLink()
      ? 'is a symbolic link that leads to no folder, and the output is a folder: remove the link'
      : 'is a file, and the output is a folder: move the file elsewhere',
  );
}

/**
 * The same of the folder that nobody has named.
 * @throws InputError also where a link leads out of the repository: what lies there would be replaced
 */
export function refuseOutside(folder: string, out: string, root: string): void {
  refuseFile(folder, out);
  if (!lstatSync(out, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  if (!realpathSync(out).startsWith(realpathSync(root) + sep))
    throw refused(
      folder,
      'is a symbolic link that leads out of the repository: put a folder here, or name the other with synth --out',
    );
}

const refused = (file: string, message: string): InputError => new InputError([{ file, message, severity: 'error' }]);
