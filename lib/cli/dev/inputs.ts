import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';

/** Where the files of a fleet are. */

const FOLDERS = ['teams', 'stacks', 'clusters'];
const FLEET = 'fleet.ts';

/** The root, and every folder below it that may hold a file of the fleet. */
export const inputFolders = (root: string): readonly string[] => [
  root,
  ...FOLDERS.map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [
      folder,
      ...readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name)),
    ]),
];

/** Whether synth may read the file; not what editors keep beside it. */
export function isInput(root: string, path: string): boolean {
  const [folder = ''] = relative(root, path).split(sep);
  const name = basename(path);
  return (FOLDERS.includes(folder) || folder === FLEET) && !name.startsWith('.') && !name.endsWith('~');
}
