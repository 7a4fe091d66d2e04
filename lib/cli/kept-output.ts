import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOTS } from '../output/layout';
import { filesBelow, putBack, writeTree } from './tree';

interface Kept {
  text: string;
  /** Changes with whatever anybody writes into the file. */
  readonly stamp: string;
}

/** The output in its folder. It keeps the texts, and reads and writes only what has changed. */
export class KeptOutput {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly out: string) {}

  /** The texts that are there now, by path relative to the folder. */
  read(): ReadonlyMap<string, string> {
    putBack(this.out);
    const paths = ROOTS.flatMap((part) => filesBelow(this.out, part));
    const now = new Map(paths.map((path) => [path, this.current(path)]));
    this.kept.clear();
    for (const [path, kept] of now) this.kept.set(path, kept);
    return new Map([...now].map(([path, { text }]) => [path, text]));
  }

  private current(path: string): Kept {
    const stamp = this.stamp(path);
    const known = this.kept.get(path);
    return known?.stamp === stamp ? known : { text: readFileSync(join(this.out, path), 'utf8'), stamp };
  }

  private stamp(path: string): string {
    const { ino, size, mtimeNs, ctimeNs } = statSync(join(this.out, path), { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(' ');
  }

  /** Puts in place what differs from what is there. */
  put(files: ReadonlyMap<string, string>): void {
    mkdirSync(this.out, { recursive: true });
    this.write(this.read(), files);
  }

  /** Puts in place what differs from `before`, all at once, and removes what is no longer there. */
  write(before: ReadonlyMap<string, string>, files: ReadonlyMap<string, string>): void {
    const changed = new Map([...files].filter(([path, text]) => before.get(path) !== text));
    // two equal texts take their time to compare, and one with itself takes none
    for (const [path, kept] of this.kept) if (!changed.has(path)) kept.text = files.get(path) ?? kept.text;
    const gone = [...before.keys()].filter((path) => !files.has(path));
    if (changed.size === 0 && gone.length === 0) return;
    const removed = new Set(gone.map((path) => emptied(path, [...files.keys()])));
    writeTree(this.out, changed, [...changed.keys(), ...removed]);
    for (const [path, text] of changed) this.kept.set(path, { text, stamp: this.stamp(path) });
  }
}

/** A path, or the largest folder around it in which nothing remains. */
function emptied(path: string, remaining: readonly string[]): string {
  const parts = path.split('/');
  const folders = parts.map((_, length) => parts.slice(0, length + 1).join('/'));
  return folders.find((folder) => !remaining.some((file) => file.startsWith(`${folder}/`) || file === folder)) ?? path;
}
