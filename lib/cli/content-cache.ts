import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { ownCode } from './own-code';

/**
 * What one run of the program has worked out, for the next. An entry is called after all that it was made of, the program
 * included, so none is ever out of date; what was seen in a folder is called after the folder, and says itself how to tell. The
 * cache may be deleted at any time. It is trusted as the packages beside it are: whoever may write there may as well change the program.
 */
export class ContentCache {
  private isPruned = false;

  private constructor(private readonly folder: string) {}

  /** The cache of a repository; undefined where it has no folder of packages. https://github.com/sindresorhus/find-cache-dir */
  static of(root: string): ContentCache | undefined {
    const packages = join(root, 'node_modules');
    return existsSync(packages) ? new ContentCache(join(packages, '.cache/tekton-dag/made')) : undefined;
  }

  /** @param parts of the key @returns undefined where nothing is kept, or not all of it */
  get(...parts: readonly string[]): unknown {
    const path = this.pathOf(parts);
    try {
      const bytes = readFileSync(path);
      const content = bytes.subarray(DIGEST_BYTES);
      if (!digestOf(path, content).equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
      const now = new Date();
      utimesSync(path, now, now);
      return deserialize(content);
    } catch {
      return undefined;
    }
  }

  /** Whoever reads meanwhile reads all of it or nothing. Where it cannot be written, the next run works it out again. */
  put(value: unknown, ...parts: readonly string[]): void {
    const path = this.pathOf(parts);
    try {
      const part = `${path}.${process.pid}`;
      const content = serialize(value);
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(part, Buffer.concat([digestOf(path, content), content]));
      renameSync(part, path);
      this.prune();
    } catch {
      // a part that is left over goes with what nobody asks for
    }
  }

  private pathOf(parts: readonly string[]): string {
    const hash = createHash('sha256');
    for (const part of [ownCode(), ...parts]) hash.update(`${part.length} `).update(part);
    return join(this.folder, hash.digest('hex'));
  }

  /** Removes what nobody has asked for in a while. */
  private prune(): void {
    if (this.isPruned) return;
    this.isPruned = true;
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name);
      const asked = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
      if (asked !== undefined && Date.now() - asked > KEPT_MS) rmSync(path, { force: true });
    }
  }
}

const DIGEST_BYTES = 32;
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** An entry is also told from one of another name. */
const digestOf = (path: string, content: Uint8Array): Buffer =>
  createHash('sha256').update(basename(path)).update(content).digest();
