import type { Dirent } from 'node:fs';
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import picomatch from 'picomatch';
import { candidates } from '../runs/report/checkout';
import type { Locate } from '../runs/report/place';
import type { ReportFile } from '../runs/report/read';
import { BYTES_MAX } from '../runs/report/read';
import type { Tally } from '../runs/report/tally';
import { Unreadable } from '../runs/report/xml';

/** Folders into which foreign code has written: they are read within bounds, and never through a link. */

const FILES_MAX = 5_000;
const ENTRIES_MAX = 200_000;
const DEPTH_MAX = 40;
const BYTES_IN_ALL = 512 * 1024 * 1024;
const SECONDS_MAX = 120;
const PART = 64 * 1024;
/** Where no report is, and very much else. */
const PASSED_OVER: ReadonlySet<string> = new Set(['.git', 'node_modules', 'vendor', '.venv', 'venv']);

/** What all reading of one command may take together. */
export class Budget {
  private bytes = BYTES_IN_ALL;
  private readonly until = performance.now() + SECONDS_MAX * 1000;

  /** @throws Unreadable */
  take(bytes: number): void {
    this.bytes -= bytes;
    if (this.bytes < 0)
      throw new Unreadable(
        `the reports have more than ${BYTES_IN_ALL / 1024 ** 2} MiB in all, so the rest of it was not read`,
      );
    if (performance.now() > this.until)
      throw new Unreadable(`the reports take more than ${SECONDS_MAX} s to read, so the rest of it was not read`);
  }
}

/** The files below a folder, in the order of their names. What is no file and no folder, and what is too much, is noted. */
export function reportFiles(
  folder: string,
  isWanted: (path: string) => boolean,
  budget: Budget,
  tally: Tally,
): readonly ReportFile[] {
  const found: ReportFile[] = [];
  let entries = 0;
  const walk = (below: string, depth: number): void => {
    for (const entry of entriesOf(join(folder, below))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (++entries > ENTRIES_MAX || found.length >= FILES_MAX) return;
      if (entry.isDirectory()) {
        if (depth < DEPTH_MAX && !PASSED_OVER.has(entry.name)) walk(path, depth + 1);
      } else if (!isWanted(path)) continue;
      else if (entry.isFile()) found.push(fileAt(folder, path, budget));
      else tally.note(path, 'it is not a file but a link or the like, so it was not read');
    }
  };
  walk('', 0);
  if (entries > ENTRIES_MAX) tally.note('', `there are more than ${ENTRIES_MAX} files; the rest was left out`);
  if (found.length >= FILES_MAX) tally.note('', `there are more than ${FILES_MAX} reports; the rest was left out`);
  return found;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function fileAt(folder: string, path: string, budget: Budget): ReportFile {
  const file = join(folder, path);
  return {
    path,
    bytes: statSync(file, { throwIfNoEntry: false })?.size ?? 0,
    *parts() {
      const descriptor = openWithin(folder, file);
      try {
        const part = Buffer.allocUnsafe(PART);
        for (let read = readSync(descriptor, part); read > 0; read = readSync(descriptor, part)) {
          budget.take(read);
          yield Buffer.from(part.subarray(0, read));
        }
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

/** Something that runs beside may put a link in the place of a file or of a folder above it; what was opened is looked at. */
function openWithin(folder: string, file: string): number {
  let descriptor;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    throw new Unreadable('it cannot be opened');
  }
  const isInside = readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(`${realpathSync(folder)}/`);
  if (isInside && fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw new Unreadable('it is not a file but a link or the like, so it was not read');
}

/** Copies what patterns name to another folder, at the same paths. */
export function collect(from: string, patterns: readonly string[], to: string, tally: Tally): void {
  const isWanted = picomatch([...patterns], { dot: true });
  const budget = new Budget();
  for (const file of reportFiles(from, (path) => isWanted(path), budget, tally))
    try {
      if (file.bytes > BYTES_MAX.parts) throw new Unreadable('it is too large to be kept');
      mkdirSync(join(to, dirname(file.path)), { recursive: true });
      copy(file, join(to, file.path));
    } catch (error) {
      tally.note(file.path, error instanceof Unreadable ? error.message : 'it could not be copied');
    }
}

/** @throws Unreadable, and then nothing of the file is there */
function copy(file: ReportFile, to: string): void {
  const descriptor = openSync(to, 'wx');
  try {
    for (const part of file.parts()) writeSync(descriptor, part);
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Where names of files are looked up. */
export interface Checkout {
  readonly checkout: string;
  readonly contextDir: string;
  /** Path of the report that names them, below contextDir. */
  readonly report: string;
  readonly budget: Budget;
}
/** Of one report: what is beyond is told as the report says it. */
const NAMES_MAX = 20_000;

/** Looks names of files up in a checkout. */
export function locateIn(where: Checkout): Locate {
  const known = new Map<string, string | undefined>();
  return (name) => {
    if (!known.has(name) && known.size < NAMES_MAX) known.set(name, find(name, where));
    return known.get(name);
  };
}

/** @throws Unreadable when the budget is spent */
function find(name: string, { checkout, contextDir, report, budget }: Checkout): string | undefined {
  budget.take(0);
  try {
    const root = realpathSync(checkout);
    for (const path of candidates(name, checkout, contextDir, report)) {
      const file = join(root, path);
      if (!statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
      const real = realpathSync(file);
      if (real.startsWith(`${root}/`)) return real.slice(root.length + 1);
    }
  } catch {
    // a name that no file can have
  }
  return undefined;
}
