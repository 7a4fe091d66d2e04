import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { compareFiles, objectsOf } from '../../lib/diff/files';
import { reportOf } from '../../lib/diff/report';
import { toTextOf } from '../../lib/diff/text';
import { keyOf } from '../../lib/kube/manifest';
import { locate } from '../../lib/output/layout';
import { readDist } from '../../lib/cli/dist';
import type { Outcome } from './cli';

/** The repositories of examples/, and what the fleet.ts of each changes. */

interface Synthesized {
  readonly dist: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

export const EXAMPLES = join(__dirname, '../../examples');
export const examples = (): readonly string[] => readdirSync(EXAMPLES).sort();
/** The file of an example that says what its fleet.ts changes. */
export const goldenOf = (name: string): string => join(EXAMPLES, name, 'changes.txt');

/**
 * What only fleet.ts knows goes with it: an app of such a language is compiled by its Dockerfile then, and previews of such a backend
 * are behind the router.
 */
function removeFleet(root: string): void {
  rmSync(join(root, 'fleet.ts'));
  const files = ['stacks', 'teams'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)),
  );
  for (const file of files.filter((name) => name.endsWith('.yaml'))) {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('    build: { tool: go }\n', '').replace('interceptBackend: traefik\n', ''));
  }
}

/** Without what changes with the images and the shell of this program. */
const brief = (key: string, value: unknown): unknown => (['image', 'script'].includes(key) ? undefined : value);

/**
 * What fleet.ts of an example does: what synth warns of, what `diff` says of the output beside that of the same repository
 * without the file, and the objects that are added.
 * @param synth of the repository in a folder
 */
export async function changesOf(name: string, synth: (root: string) => Outcome | Promise<Outcome>): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    const made: Synthesized[] = [];
    for (const which of ['without', 'with']) {
      const root = join(work, which);
      cpSync(join(EXAMPLES, name), root, { recursive: true });
      if (which === 'without') removeFleet(root);
      const { status, stderr } = await synth(root);
      if (status !== 0) throw new Error(`${name}: ${stderr}`);
      made.push({
        dist: readDist(join(root, 'dist')),
        warnings: stderr.split('\n').filter((line) => line.startsWith('warning: ')),
      });
    }
    const [without, extended] = made as [Synthesized, Synthesized];
    const teams = new Set([...extended.dist.keys()].flatMap((path) => locate(path).team ?? []));
    const comparison = compareFiles(without.dist, extended.dist, teams);
    const before = new Set(objectsOf(without.dist, teams).map(({ object }) => keyOf(object)));
    const added = objectsOf(extended.dist, teams).flatMap(({ object }) => (before.has(keyOf(object)) ? [] : object));
    return [
      ...extended.warnings.filter((warning) => !without.warnings.includes(warning)),
      toTextOf('with fleet.ts', reportOf(comparison, { from: 'without fleet.ts', to: 'with it' })),
      ...added.map((object) => `---\n${dump(JSON.parse(JSON.stringify(object, brief)))}`.trimEnd()),
      '',
    ].join('\n');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
