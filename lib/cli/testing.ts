import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadAll } from 'js-yaml';
import { holdsObjects } from '../output/layout';
import type { Manifest } from '../words/manifest';
import { readDist } from './dist';
import { PROGRAM } from './package';

/**
 * `tekton-dag/testing`, for tests in a repository of teams and stacks:
 *
 * ```ts
 * import { synthesize } from 'tekton-dag/testing';
 *
 * it('gives each team its namespaces', () => {
 *   const namespaces = synthesize().objects.filter(({ kind }) => kind === 'Namespace');
 *   expect(namespaces.length).toBeGreaterThan(0);
 * });
 * ```
 */

/** An object as it is applied. */
export type { Manifest };

/** The output of a repository. */
export interface Synthesized {
  /** The text of each file that holds objects, by its path in `dist/`. */
  readonly files: ReadonlyMap<string, string>;
  /** The objects of these files. */
  readonly objects: readonly Manifest[];
  /** The warnings of synth, each on a line. */
  readonly warnings: string;
}

/**
 * Runs `synth` in a process of its own, and leaves `dist/` as it is.
 * @param root the folder that holds teams/ and stacks/
 * @throws Error with every problem, as synth tells them
 */
export function synthesize(root = '.'): Synthesized {
  const out = mkdtempSync(join(tmpdir(), 'tekton-dag-testing-'));
  try {
    const words = [PROGRAM, 'synth', '--root', resolve(root), '--out', out];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr.trim());
    const files = new Map([...readDist(out)].filter(([path]) => holdsObjects(path)));
    return { files, objects: [...files.values()].flatMap((text) => loadAll(text) as Manifest[]), warnings: stderr };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
