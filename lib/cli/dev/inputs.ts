import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { FLEET, INPUT_FOLDERS } from '../fleet-files';

/** Where the files of a fleet are. */

/** Files and folders of a fleet, at whatever depth. */
const entries = (root: string): readonly { readonly path: string; readonly isFolder: boolean }[] =>
  INPUT_FOLDERS.map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [
      { path: folder, isFolder: true },
      ...readdirSync(folder, { withFileTypes: true, recursive: true }).map((entry) => ({
        path: join(entry.parentPath, entry.name),
        isFolder: entry.isDirectory(),
      })),
    ]);

/** The root, and every folder below it that may hold a file of the fleet. */
export const inputFolders = (root: string): readonly string[] => [
  root,
  ...entries(root).flatMap(({ path, isFolder }) => (isFolder ? path : [])),
];

/** Folders that hold a file, from the root down, so that one that comes later is seen; of a file elsewhere its own alone. */
export function foldersOf(root: string, path: string): readonly string[] {
  const folder = dirname(path);
  return isBelow(root, folder) ? [...foldersOf(root, folder), folder] : [folder];
}

/** Whether a path is the other, or lies in it. */
export const isIn = (folder: string, path: string): boolean => folder === path || isBelow(folder, path);
const isBelow = (folder: string, path: string): boolean =>
  path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** What is there of a fleet: files and folders. */
export const inputs = (root: string): readonly string[] => [
  ...[FLEET].map((file) => join(root, file)).filter((file) => existsSync(file)),
  ...entries(root).map(({ path }) => path),
];

/** Whether synth may read the file; not what editors keep beside it. */
export function isInput(root: string, path: string): boolean {
  const [folder = ''] = relative(root, path).split(sep);
  const name = basename(path);
  return (INPUT_FOLDERS.includes(folder) || folder === FLEET) && !name.startsWith('.') && !name.endsWith('~');
}
