import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isPathInside } from '../../../lib/runs/report/path-inside';
import type { KeptFile, ReportStore } from './report-store';
import { FILES_MAX, ReportsUnavailable } from './report-store';

/** Nothing that tests leave is deeper; whoever makes it so is not followed. */
const DEPTH_MAX = 20;
/** Nor has what they leave so many folders, which may all be empty. */
const FOLDERS_MAX = FILES_MAX;
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** The reports on a claim that is mounted. Links are not followed: what they lead to is not of the report. */
export function folderStore(root: string): ReportStore {
  return {
    async list(folder) {
      const files: { path: string; size: number }[] = [];
      const base = await placeOf(root, folder);
      if (base === undefined) return { files, isComplete: true };
      let folders = 0;
      const mayEnter = (depth: number): boolean => depth <= DEPTH_MAX && ++folders <= FOLDERS_MAX;
      const isComplete = await walk(base, 0, mayEnter, async (file) => {
        if (files.length === FILES_MAX) return false;
        const path = relative(base, file).split(sep).join('/');
        const size = isPathInside(path) ? await sizeOf(file) : undefined;
        if (size !== undefined) files.push({ path, size });
        return true;
      });
      return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), isComplete };
    },
    async folders(folder) {
      const base = await placeOf(root, folder);
      const entries = base === undefined ? [] : await entriesOf(base);
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    },
    open: (folder, path) => openInside(root, join(folder, path)),
  };
}

const realRoot = (root: string): Promise<string> =>
  realpath(root).catch((error: unknown) => {
    throw unavailable(error);
  });

/** Where a path below the root is; undefined where nothing is, or a link is on the way. */
async function placeOf(root: string, path: string): Promise<string | undefined> {
  const expected = join(await realRoot(root), path);
  try {
    return (await realpath(expected)) === expected ? expected : undefined;
  } catch (error) {
    if (NO_FILE.includes(codeOf(error))) return undefined;
    throw unavailable(error);
  }
}

/** @param mayEnter is asked of each folder @param take is told of each file @returns false where either has refused */
async function walk(
  folder: string,
  depth: number,
  mayEnter: (depth: number) => boolean,
  take: (file: string) => Promise<boolean>,
): Promise<boolean> {
  if (!mayEnter(depth)) return false;
  let isComplete = true;
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile() && !(await take(path))) return false;
    if (entry.isDirectory()) isComplete = (await walk(path, depth + 1, mayEnter, take)) && isComplete;
  }
  return isComplete;
}

const GONE = ['ENOENT', 'ENOTDIR'];
/** What opening refuses that is no file of a report: a link, the file of a socket, and a folder that is no longer one. */
const NO_FILE = [...GONE, 'ELOOP', 'EMLINK', 'ENXIO', 'EISDIR'];
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
const unavailable = (error: unknown): ReportsUnavailable =>
  new ReportsUnavailable(`the claim cannot be read: ${(error as Error).message}`);

const entriesOf = (folder: string) =>
  readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (GONE.includes(codeOf(error))) return [];
    throw unavailable(error);
  });

const sizeOf = async (file: string): Promise<number | undefined> =>
  lstat(file).then(
    ({ size }) => size,
    () => undefined,
  );

/**
 * Opens first and looks then where the file is, since whoever writes to the claim may turn a folder into a link in between: what is
 * open has to be the very file that is at the place of its name.
 */
async function openInside(root: string, path: string): Promise<KeptFile | undefined> {
  let file: FileHandle;
  try {
    file = await open(join(root, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (NO_FILE.includes(codeOf(error))) return undefined;
    throw unavailable(error);
  }
  try {
    const opened = await file.stat();
    const place = await placeOf(root, path);
    const found = place === undefined ? undefined : await stat(place);
    if (opened.isFile() && found?.ino === opened.ino && found.dev === opened.dev) {
      // what is appended meanwhile is not of what was told
      const content = file.createReadStream({ start: 0, end: Math.max(opened.size - 1, 0) });
      return { size: opened.size, content };
    }
  } catch (error) {
    if (!NO_FILE.includes(codeOf(error))) {
      await file.close();
      throw error instanceof ReportsUnavailable ? error : unavailable(error);
    }
  }
  await file.close();
  return undefined;
}
