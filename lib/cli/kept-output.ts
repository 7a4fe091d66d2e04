import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileText } from '../output/file-text';
import { ROOTS } from '../output/layout';
import { digestOf } from '../words/digest';
import { filesBelow, putBack, writeTree } from './tree';

/** Files as they were when they were looked at, by path relative to their folder. A stamp changes with whatever anybody writes into the file. */
export type Seen = ReadonlyMap<string, { readonly stamp: string; readonly digest: string }>;

interface Kept {
  readonly stamp: string;
  /** Whether it had changed long enough before, so that every later change has another stamp. */
  readonly isSettled: boolean;
  readonly text: FileText;
}

/** Clocks of file systems tick up to two seconds apart: who writes twice within a tick leaves one stamp. */
const TICK_MS = 2000;

/** The output in its folder. It knows what it has seen there, and reads and writes only what has changed. */
export class KeptOutput {
  private readonly kept = new Map<string, Kept>();

  /** @param seen what another process has seen there */
  constructor(
    private readonly out: string,
    private readonly seen: Seen = new Map(),
  ) {}

  /** What is there now, by path relative to the folder. A text is read when it is asked for: ask before others are written. */
  read(): ReadonlyMap<string, FileText> {
    putBack(this.out);
    const paths = ROOTS.flatMap((part) => filesBelow(this.out, part));
    const now = new Map(paths.map((path) => [path, this.current(path)]));
    this.kept.clear();
    for (const [path, kept] of now) this.kept.set(path, kept);
    return new Map([...now].map(([path, { text }]) => [path, text]));
  }

  private current(path: string): Kept {
    const { stamp, bytes, isSettled } = this.look(path);
    const known = this.kept.get(path);
    if (known?.stamp === stamp) return known;
    const seen = this.seen.get(path);
    const file = join(this.out, path);
    const digest = seen?.stamp === stamp ? seen.digest : digestOf(readFileSync(file));
    return { stamp, isSettled, text: { digest, bytes, read: () => readFileSync(file, 'utf8') } };
  }

  private look(path: string) {
    const { ino, size, mtimeNs, ctimeNs, ctimeMs } = statSync(join(this.out, path), { bigint: true });
    return {
      stamp: [ino, size, mtimeNs, ctimeNs].join(' '),
      bytes: Number(size),
      isSettled: Date.now() - Number(ctimeMs) > TICK_MS,
    };
  }

  /** What the next process may take as seen. */
  settled(): Seen {
    return new Map(
      [...this.kept].flatMap(([path, { stamp, isSettled, text }]) =>
        isSettled ? [[path, { stamp, digest: text.digest }]] : [],
      ),
    );
  }

  /** Puts in place what differs from what is there. */
  put(files: ReadonlyMap<string, FileText>): void {
    mkdirSync(this.out, { recursive: true });
    this.write(this.read(), files);
  }

  /** Puts in place what differs from `before`, all at once, and removes what is no longer there. */
  write(before: ReadonlyMap<string, FileText>, files: ReadonlyMap<string, FileText>): void {
    const changed = [...files].filter(([path, text]) => {
      const there = before.get(path);
      return there === undefined || there.digest !== text.digest;
    });
    const gone = [...before.keys()].filter((path) => !files.has(path));
    if (changed.length === 0 && gone.length === 0) return;
    const removed = new Set(gone.map((path) => emptied(path, [...files.keys()])));
    const texts = new Map(changed.map(([path, text]) => [path, text.read()]));
    writeTree(this.out, texts, [...texts.keys(), ...removed]);
    for (const path of gone) this.kept.delete(path);
    for (const [path, text] of changed) this.kept.set(path, { stamp: this.look(path).stamp, isSettled: false, text });
  }
}

/** A path, or the largest folder around it in which nothing remains. */
function emptied(path: string, remaining: readonly string[]): string {
  const parts = path.split('/');
  const folders = parts.map((_, length) => parts.slice(0, length + 1).join('/'));
  return folders.find((folder) => !remaining.some((file) => file.startsWith(`${folder}/`) || file === folder)) ?? path;
}
