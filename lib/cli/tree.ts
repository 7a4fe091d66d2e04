import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { Dirent } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { YAML, folderOf, locate, teamFileName } from '../output/layout';
import { GENERATED_BYTES, isGenerated } from '../words/generated';
import { InputError } from '../words/problem';
import { pathFromRoot } from './path-from-root';
import { EXIT, print, tell } from './terminal';
import type { ExitCode } from './terminal';

/**
 * The output as a tree of files. Both functions take the texts by path relative to `out`, and the paths (files or folders)
 * that these texts are the whole of: `cluster`, `teams`, `kind.yaml` for everything, `teams/payments` for one team. What is
 * outside of them is not looked at.
 */

export interface Differences {
  readonly differs: readonly string[];
  readonly missing: readonly string[];
  readonly leftOver: readonly string[];
  /** Files beside them that nobody has generated. */
  readonly foreign: readonly string[];
}

/**
 * What would change if the texts were written; all lists sorted.
 * @param isOurs whether a file is generated, as the first bytes of a file of synth say
 */
export function compareTree(
  out: string,
  files: ReadonlyMap<string, string>,
  managed: readonly string[],
  isOurs: (file: string) => boolean = isFromSynth,
): Differences {
  const leftOver = (path: string): boolean => !files.has(path);
  const present = new Set([...managed, ...abandoned(out)].flatMap((path) => filesBelow(out, path)));
  return {
    differs: [...present]
      .filter((path) => files.has(path) && readFileSync(join(out, path), 'utf8') !== files.get(path))
      .sort(),
    missing: [...files.keys()].filter((path) => !present.has(path)).sort(),
    leftOver: [...present].filter((path) => leftOver(path) && isOurs(join(out, path))).sort(),
    foreign: [...present].filter((path) => leftOver(path) && !isOurs(join(out, path))).sort(),
  };
}

/** Lists the differences below a folder, then says what to do about them. */
export function tellDifferences(folder: string, differences: Differences, remedy: string): ExitCode {
  const { differs, missing, leftOver, foreign } = differences;
  const kinds = {
    differs,
    missing,
    'left over': leftOver,
    'left over, and synth has not written it: remove it': foreign,
  };
  const lines = Object.entries(kinds).flatMap(([kind, paths]) => paths.map((path) => `${folder}/${path}: ${kind}`));
  if (lines.length === 0) return EXIT.done;
  print(lines.sort().join('\n'));
  tell(remedy);
  return EXIT.failed;
}

/**
 * Replaces what is managed by the texts: written beside it, then put into place by renaming, each managed path at once. If
 * anything fails, what was renamed before is put back.
 * @throws InputError if a file that would go is none that synth has written
 */
export function writeTree(out: string, files: ReadonlyMap<string, string>, managed: readonly string[]): void {
  mkdirSync(out, { recursive: true });
  putBack(out);
  refuseForeign(out, managed);
  // Inside `out`, so that renaming never crosses a file system.
  const staging = mkdtempSync(join(out, `${STAGING}${process.pid}-`));
  let done = false;
  try {
    for (const [path, text] of files) {
      const file = join(staging, 'new', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    swap(
      managed.flatMap((path) => [
        { from: join(out, path), to: join(staging, 'old', path) },
        { from: join(staging, 'new', path), to: join(out, path) },
      ]),
    );
    done = true;
  } finally {
    // Old files are still there only if they could not be put back: better left over than lost.
    if (done || filesBelow(staging, 'old').length === 0) rmSync(staging, { recursive: true, force: true });
  }
}

/** Name of the folder in which an output is written before it is put into place, followed by the number of the process. */
const STAGING = '.synth-';
/** Whether a path of an output lies in such a folder. */
export const isStaged = (path: string): boolean => path.startsWith(STAGING);

/** Such folders whose process was interrupted. */
const abandoned = (out: string): readonly string[] =>
  existsSync(out) ? readdirSync(out).filter((name) => isStaged(name) && !isRunning(name)) : [];

function isRunning(folder: string): boolean {
  const pid = Number.parseInt(folder.slice(STAGING.length), 10);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Puts back what interrupted processes have taken out of the output, and removes what they have left there. */
export const putBack = (out: string): void => abandoned(out).forEach((folder) => clear(out, folder));

/** Puts back what an interrupted process had taken out of the output and not replaced, and removes the rest of its folder. */
function clear(out: string, folder: string): void {
  for (const path of filesBelow(join(out, folder), 'old')) {
    const place = join(out, path.slice('old/'.length));
    if (existsSync(place)) continue;
    mkdirSync(dirname(place), { recursive: true });
    renameSync(join(out, folder, path), place);
  }
  rmSync(join(out, folder), { recursive: true, force: true });
}

/** Names of the teams that an output holds. */
export function teamsIn(out: string): readonly string[] {
  const folders = dirname(folderOf('team', { team: '-' }));
  const names = filesBelow(out, folders).flatMap((path) => {
    const { team, file } = locate(path);
    return team !== undefined && file === `${teamFileName('namespace')}${YAML}` ? [team] : [];
  });
  return [...new Set(names)].sort();
}

/** Renames what is there, in order; undoes it if one fails. */
function swap(moves: readonly { readonly from: string; readonly to: string }[]): void {
  const done: { from: string; to: string }[] = [];
  try {
    for (const { from, to } of moves) {
      if (!existsSync(from)) continue;
      mkdirSync(dirname(to), { recursive: true });
      renameSync(from, to);
      done.push({ from, to });
    }
  } catch (error) {
    for (const { from, to } of done.reverse()) renameSync(to, from);
    throw error;
  }
}

/** `--out .` must not replace `teams/` with its sources. */
function refuseForeign(out: string, managed: readonly string[]): void {
  const foreign = managed.flatMap((path) => filesBelow(out, path)).filter((path) => !isFromSynth(join(out, path)));
  if (foreign.length === 0) return;
  throw new InputError(
    foreign.map((path) => ({
      file: join(out, path),
      message:
        'synth has not written it, and keeps nothing else in this folder: move it elsewhere, or choose another --out',
      severity: 'error',
    })),
  );
}

function isFromSynth(file: string): boolean {
  const start = Buffer.alloc(GENERATED_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, start);
    return isGenerated(start.toString());
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Files at or below a path, relative to `out` with forward slashes; none if nothing is there.
 * @throws InputError of links: what they lead to is no output, and writing would take the links away
 */
export function filesBelow(out: string, path: string): string[] {
  const full = join(out, path);
  const stats = lstatSync(full, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (stats.isSymbolicLink()) refuseLinks(out, [path]);
  if (!stats.isDirectory()) return [path];
  const pathOf = ({ parentPath, name }: Dirent): string => relative(out, join(parentPath, name)).split(sep).join('/');
  const entries = readdirSync(full, { withFileTypes: true, recursive: true });
  refuseLinks(
    out,
    entries
      .filter((entry) => entry.isSymbolicLink())
      .map(pathOf)
      .sort(),
  );
  return entries.filter((entry) => !entry.isDirectory()).map(pathOf);
}

function refuseLinks(out: string, paths: readonly string[]): void {
  if (paths.length === 0) return;
  throw new InputError(
    paths.map((path) => ({
      file: pathFromRoot(process.cwd(), join(out, path)),
      message: 'is a symbolic link, and the output has files and folders alone: remove the link',
      severity: 'error',
    })),
  );
}
