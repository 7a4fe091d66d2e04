import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BENCHMARKS } from './benchmarks';
import type { Benchmark } from './benchmarks';
import { QUIET, shareOfOthers } from './others';
import { keep } from './records';
import type { Record } from './records';
import { isMet } from './report';
import type { Report } from './report';

const HELP = `npm run bench [-- [--any-load] [--with DIR] [NAME]...]

Runs the benchmarks of these names, or all. Keeps the figures in docs/performance.json, and makes the tables and
curves of docs/performance.md from them. Refuses while other programs use more than ${QUIET * 100} % of the cores.
--any-load measures nevertheless, and then keeps nothing. --with names the folder that peers needs; without it, all but peers run.

${Object.entries(BENCHMARKS)
  .map(([name, what]) => `  ${name.padEnd(9)}${what}`)
  .join('\n')}

Exit codes: 0 all bars are met, 1 a bar is missed or a benchmark failed, 2 refused or called in a wrong way.`;

class Refused extends Error {}

async function refuseLoad(when: string): Promise<void> {
  const share = await shareOfOthers();
  if (share > QUIET)
    throw new Refused(
      `other programs use ${(share * 100).toFixed(0)} % of the cores ${when}, more than ${QUIET * 100} %: stop them, or measure with --any-load`,
    );
}

/** @returns what it reported, or nothing if it ended without */
function run(name: Benchmark, args: readonly string[]): Report | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const json = join(folder, 'report.json');
  try {
    spawnSync(process.execPath, ['--require', 'tsx/cjs', join(__dirname, `${name}.ts`), '--json', json, ...args], {
      stdio: 'inherit',
    });
    return JSON.parse(readFileSync(json, 'utf8')) as Report;
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const machine = `${availableParallelism()} cores, Node ${process.versions.node}`;

/** @returns whether all bars are met */
async function main(names: readonly Benchmark[], anyLoad: boolean, peers?: string): Promise<boolean> {
  let met = true;
  for (const name of names) {
    console.log(`\n${name}: ${BENCHMARKS[name]}`);
    if (!anyLoad) await refuseLoad('now');
    const report = run(name, name === 'peers' && peers !== undefined ? ['--with', peers] : []);
    met = report !== undefined && report.figures.every(isMet) && met;
    if (report === undefined || anyLoad) continue;
    await refuseLoad('at the end, so its figures are not kept');
    const taken: Record = { ...report, date: new Date().toISOString().slice(0, 10), machine };
    keep([taken]);
  }
  if (!anyLoad) execFileSync('npm', ['run', '--silent', 'draw'], { stdio: 'inherit' });
  return met;
}

const isBenchmark = (name: string): name is Benchmark => name in BENCHMARKS;

async function start(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      with: { type: 'string' },
      'any-load': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const unknown = positionals.filter((name) => !isBenchmark(name));
  if (unknown.length > 0) throw new Refused(`no benchmark is called ${unknown.join(', ')}\n\n${HELP}`);
  const all = Object.keys(BENCHMARKS)
    .filter(isBenchmark)
    .filter((name) => name !== 'peers' || values.with !== undefined);
  const names = positionals.length > 0 ? positionals.filter(isBenchmark) : all;
  process.exitCode = (await main(names, values['any-load'], values.with)) ? 0 : 1;
}

start().catch((error: Error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
});
