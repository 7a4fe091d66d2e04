import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { TOOL_IMAGES } from '../../lib/fleet/tool-images';
import { writeFleet } from './fleet';
import { report } from './report';
import type { Figure } from './report';

/**
 * `npm run bench -- diff`: `diff --base HEAD` of 50 teams of 40 apps in a cold process, after changes that
 * touch one team, many objects, and every object. Exit 1 when the worst takes longer than a person waits. Of three runs
 * the fastest counts: it is the one that was disturbed least.
 */
const [TEAMS, APPS, ROUNDS, SECONDS] = [50, 40, 3, 5];
const MAVEN = TOOL_IMAGES['maven-21']!;
const BIN = join(__dirname, '../../lib/cli/tekton-dag.js');

const root = mkdtempSync(join(tmpdir(), 'tekton-dag-bench-diff-'));
const git = (...args: string[]): Buffer =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: root,
    stdio: 'pipe',
    maxBuffer: 1 << 28,
  });

/** What somebody did to the text of a file of dist/. */
const changes: Readonly<Record<string, (text: string, file: string) => string>> = {
  'one field of one team': (text, file) => (file.startsWith('teams/team-7/20-') ? text.replace('20Gi', '30Gi') : text),
  'the image of a toolchain': (text) => text.replaceAll(MAVEN, `${MAVEN}-new`),
  'a line of every script': (text, file) =>
    file.endsWith('30-tasks.yaml') ? text.replaceAll(/^( +)set -eu$/gm, '$1set -eux') : text,
  'a label of every object': (text) => text.replaceAll(/^ {2}labels:$/gm, '  labels:\n    example.com/added: x'),
};

function seconds(expected: RegExp): number {
  const start = performance.now();
  const { stdout, stderr } = spawnSync(process.execPath, [BIN, 'diff', '--base', 'HEAD', '--root', root], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (!expected.test(stdout)) throw new Error(stdout + stderr);
  return (performance.now() - start) / 1000;
}

try {
  writeFleet(root, TEAMS, APPS);
  execFileSync(process.execPath, [BIN, 'synth', '--root', root], { stdio: 'pipe' });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message=base');
  const files = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.yaml'),
  );
  const figures: Figure[] = [];
  for (const [name, change] of Object.entries(changes)) {
    for (const file of files)
      writeFileSync(join(root, 'dist', file), change(readFileSync(join(root, 'dist', file), 'utf8'), file));
    const touched = git('diff', '--name-only').toString().split('\n').length - 1;
    const fastest = Math.min(...Array.from({ length: ROUNDS }, () => seconds(/^from HEAD to dist: \d+ team/)));
    figures.push({
      name: `${name}, ${touched} files`,
      value: fastest,
      unit: 's',
      bar: { is: 'at most', limit: SECONDS },
    });
    git('checkout', '--quiet', 'dist');
  }
  report({ name: 'diff', figures });
} finally {
  rmSync(root, { recursive: true, force: true });
}
