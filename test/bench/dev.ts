import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { writeFleet } from './fleet';
import { report } from './report';

/**
 * `npm run bench -- dev`: `tekton-dag dev` with 50 teams of 40 apps: from the save of one team's stack until it has said what changes,
 * and on Linux, which it needs, the processor time of that. Exit 1 when the fastest of the edits takes longer than a person notices. The first edits,
 * in which much of the code runs for the first time, are left out.
 */
const [TEAMS, APPS, WARM_UP, EDITS, MILLISECONDS] = [50, 40, 5, 10, 300];
const BIN = join(__dirname, '../../lib/cli/tekton-dag.js');

const root = mkdtempSync(join(tmpdir(), 'tekton-dag-bench-dev-'));
writeFleet(root, TEAMS, APPS);
const child = spawn(process.execPath, [BIN, '--quiet', 'dev', '--root', root], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let said = '';
let told = (): void => undefined;
child.stdout.setEncoding('utf8').on('data', (text: string) => {
  said += text;
  told();
});

async function until(words: RegExp): Promise<void> {
  while (!words.test(said)) await new Promise<void>((resolve) => (told = resolve));
  said = '';
}

/** Milliseconds from the save to what is said of it. */
async function edit(round: number): Promise<number> {
  const file = join(root, 'stacks/team-7.yaml');
  writeFileSync(`${file}~`, readFileSync(file, 'utf8').replace(/STAGE: \w+/, `STAGE: round${round}`));
  const start = performance.now();
  renameSync(`${file}~`, file);
  await until(/^\d+ files? of dist written$/m);
  return performance.now() - start;
}

/** Of the process so far, as Linux counts it: in hundredths of a second. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function processorMilliseconds(): number {
  const [user, system] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

async function main(): Promise<void> {
  const start = performance.now();
  await until(/^\d+ files of dist written$/m);
  const firstLook = (performance.now() - start) / 1000;
  for (let round = 0; round < WARM_UP; round++) await edit(round);
  const times: number[] = [];
  const before = processorMilliseconds();
  for (let round = 0; round < EDITS; round++) times.push(await edit(WARM_UP + round));
  times.sort((a, b) => a - b);
  const [fastest, median] = [times[0]!, times[EDITS >> 1]!];
  const each = (processorMilliseconds() - before) / EDITS;
  report({
    name: 'dev',
    figures: [
      { name: `first look at ${TEAMS} teams of ${APPS} apps`, value: firstLook, unit: 's' },
      {
        name: 'an edit of one team, the fastest',
        value: fastest,
        unit: 'ms',
        bar: { is: 'at most', limit: MILLISECONDS },
      },
      { name: 'an edit of one team, the median', value: median, unit: 'ms' },
      { name: 'processor time of an edit', value: each, unit: 'ms' },
    ],
  });
}

void main().finally(() => {
  child.kill();
  child.once('close', () => rmSync(root, { recursive: true, force: true }));
});
