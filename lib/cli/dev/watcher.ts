import type { FSWatcher } from 'node:fs';
import { statSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Editors write a file in several steps, and Git many files: a look waits until nothing has happened for so long. */
const QUIET_MS = 40;

interface Watched {
  readonly watcher: FSWatcher;
  /** A folder that is made again under its name is another. */
  readonly identity: string;
}

/**
 * Watches what lies directly in folders, each by itself: so it learns of files that are written, renamed and removed alike,
 * and a folder that comes later is watched once it is named.
 */
export class Watcher {
  private readonly watched = new Map<string, Watched>();
  private readonly touched = new Set<string>();
  private wake = (): void => undefined;

  /** Watches these folders, as far as they are there, and no others. */
  watch(folders: readonly string[]): void {
    const wanted = new Map(folders.flatMap((folder) => identified(folder)));
    for (const [folder, { watcher, identity }] of this.watched) {
      if (wanted.get(folder) === identity) continue;
      watcher.close();
      this.watched.delete(folder);
    }
    for (const [folder, identity] of wanted) {
      if (this.watched.has(folder)) continue;
      const watcher = watch(folder, (_, name) => this.touch(name === null ? folder : join(folder, name)));
      // it is gone, which the folder around it tells, too
      watcher.on('error', () => this.touch(folder));
      this.watched.set(folder, { watcher, identity });
    }
  }

  private touch(path: string): void {
    this.touched.add(path);
    this.wake();
  }

  /** Waits until something was touched, and then for quiet. @returns paths; none once `stop` is aborted */
  async changes(stop: AbortSignal): Promise<readonly string[]> {
    await this.until(stop, () => this.touched.size > 0);
    for (let before = -1; before !== this.touched.size && !stop.aborted;) {
      before = this.touched.size;
      await this.until(stop, () => this.touched.size !== before, QUIET_MS);
    }
    const paths = [...this.touched];
    this.touched.clear();
    return stop.aborted ? [] : paths;
  }

  private until(stop: AbortSignal, isSo: () => boolean, atMostMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = atMostMs === undefined ? undefined : setTimeout(() => end(), atMostMs);
      const end = (): void => {
        clearTimeout(timer);
        stop.removeEventListener('abort', end);
        this.wake = (): void => undefined;
        resolve();
      };
      this.wake = () => (isSo() ? end() : undefined);
      stop.addEventListener('abort', end);
      if (stop.aborted) end();
      else this.wake();
    });
  }

  close(): void {
    this.watch([]);
  }
}

function identified(folder: string): readonly (readonly [string, string])[] {
  const { dev, ino } = statSync(folder, { throwIfNoEntry: false }) ?? {};
  return ino === undefined ? [] : [[folder, `${dev} ${ino}`]];
}
