import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toldEffects } from './told-effects';

const HELP = `npm run test:upgrade [-- REF]

Takes the teams, the stacks and the output of an earlier version from Git, such as a tag (default: the newest tag v*).
Synthesizes them with this version, as somebody who upgrades does, and prints what \`tekton-dag diff\` says.
Fails if this version refuses the files, or if it changes dist/ and CHANGELOG.md names no effect on dist/.
Exit codes: 0 passed, 1 failed, 2 called in a wrong way, or nothing is released.`;

const ROOT = join(__dirname, '../..');
const BIN = join(ROOT, 'lib/cli/tekton-dag.js');
/** What a repository of teams has. */
const FLEET = ['teams', 'stacks', 'clusters', 'dist'];

class Wrong extends Error {}

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

function lastRelease(): string {
  const [newest] = git(ROOT, 'tag', '--list', 'v*', '--sort=-version:refname').split('\n');
  if (newest) return newest;
  throw new Wrong('no version is released: name a commit to compare with');
}

/** A repository as the earlier version left it, with this version installed. */
function repository(folder: string, ref: string): void {
  const archive = join(folder, '..', 'fleet.tar');
  mkdirSync(folder);
  git(ROOT, 'archive', `--output=${archive}`, ref, ...FLEET);
  execFileSync('tar', ['--extract', `--file=${archive}`, `--directory=${folder}`]);
  git(folder, 'init', '--quiet');
  git(folder, 'add', '.');
  git(folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', `--message=${ref}`);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/tekton-dag'));
}

/** Runs tekton-dag of this version in sight of the caller. @returns its exit code */
const tektonDag = (cwd: string, ...args: readonly string[]): number | null =>
  spawnSync(process.execPath, [BIN, ...args], { cwd, stdio: 'inherit' }).status;

/** @returns whether the upgrade is as it should be */
function upgrade(ref: string, work: string): boolean {
  const folder = join(work, 'fleet');
  repository(folder, ref);
  console.log(`files of ${ref}, synthesized by this version:\n`);
  if (tektonDag(folder, 'synth') !== 0) {
    console.error(`\nthis version refuses files that ${ref} takes`);
    return false;
  }
  if (git(folder, 'status', '--porcelain', '--', 'dist') === '') {
    console.log('dist/ stays as it is');
    return true;
  }
  tektonDag(folder, 'diff', '--base', 'HEAD');
  const effects = toldEffects(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'));
  if (effects.length === 0) console.error('\ndist/ changes, and CHANGELOG.md names no effect on dist/');
  else console.log(`\nCHANGELOG.md on dist/:\n${effects.map((effect) => `- ${effect}`).join('\n')}`);
  return effects.length > 0;
}

const work = mkdtempSync(join(tmpdir(), 'upgrade-'));
try {
  const [first, ...more] = process.argv.slice(2);
  if (first === '--help') console.log(HELP);
  else if (more.length > 0 || first?.startsWith('-')) throw new Wrong(HELP);
  else process.exitCode = upgrade(first ?? lastRelease(), work) ? 0 : 1;
} catch (error) {
  console.error(`test:upgrade: ${(error as Error).message}`);
  process.exitCode = error instanceof Wrong ? 2 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
