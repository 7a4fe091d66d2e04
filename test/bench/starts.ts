import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { writeFleet } from './fleet';
import { report } from './report';
import type { Figure } from './report';

/**
 * `npm run bench -- starts`: commands that somebody waits for, each in a process of its own, beside a program of Node that
 * does nothing. They take turns, and of each the fastest round counts.
 */
const [TEAMS, APPS, ROUNDS] = [50, 40, 5];
const ROOT = join(__dirname, '../..');
const BIN = join(ROOT, 'lib/cli/tekton-dag.js');

/** What npm installs, beside the packages of this clone. @returns its command line */
function installed(folder: string): string {
  execFileSync(process.execPath, [join(ROOT, 'build-package.js')]);
  for (const part of ['package.json', 'lib/cli/tekton-dag.js', 'build/package'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'lib/cli/tekton-dag.js');
}

/** Seconds of the whole process. */
function secondsOf(file: string, args: readonly string[], cwd: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8', cwd });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - start) / 1000;
}

function editOneTeam(fleet: string, round: number): void {
  const file = join(fleet, 'stacks/team-7.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/STAGE: \w+/, `STAGE: round${round}`));
}

const fleet = mkdtempSync(join(tmpdir(), 'tekton-dag-bench-starts-'));
const out = mkdtempSync(join(tmpdir(), 'tekton-dag-bench-starts-'));
const program = mkdtempSync(join(tmpdir(), 'tekton-dag-bench-starts-'));
const INSTALLED = installed(program);

/** By what it is called in the table; in seconds, with its goal. */
const work: Readonly<Record<string, { readonly run: (round: number) => number; readonly limit?: number }>> = {
  'an empty program of Node': { run: () => secondsOf(process.execPath, ['--eval', '0'], ROOT) },
  'tekton-dag --version': { run: () => secondsOf(process.execPath, [INSTALLED, '--version'], ROOT) },
  'npx cdk8s synth, of this repository': {
    run: () =>
      secondsOf(join(ROOT, 'node_modules/.bin/cdk8s'), ['synth', '--output', out, '--check-upgrade=false'], ROOT),
    limit: 1.0,
  },
  [`synth after an edit of one of ${TEAMS} teams`]: {
    run: (round) => {
      editOneTeam(fleet, round);
      return secondsOf(process.execPath, [INSTALLED, 'synth', '--root', fleet], fleet);
    },
    limit: 0.4,
  },
  'the same from the source of a clone': {
    run: (round) => {
      editOneTeam(fleet, ROUNDS + round);
      return secondsOf(process.execPath, [BIN, 'synth', '--root', fleet], fleet);
    },
  },
};

try {
  writeFleet(fleet, TEAMS, APPS);
  // synth keeps what it has made among the packages of a repository
  mkdirSync(join(fleet, 'node_modules'));
  for (const bin of [INSTALLED, BIN]) secondsOf(process.execPath, [bin, 'synth', '--root', fleet], fleet);
  const fastest = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, { run }] of Object.entries(work))
      fastest.set(name, Math.min(fastest.get(name) ?? Infinity, run(round)));
  const figures = Object.entries(work).map(([name, { limit }]): Figure => {
    const figure = { name, value: fastest.get(name) ?? NaN, unit: 's' };
    return limit === undefined ? figure : { ...figure, bar: { is: 'at most', limit } };
  });
  report({ name: 'starts', figures });
} finally {
  for (const folder of [fleet, out, program]) rmSync(folder, { recursive: true });
}
