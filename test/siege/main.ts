import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiServer } from '../cluster/api-server';
import type { Replica } from '../cluster/orchestrator/support/replica';
import { Scene } from '../cluster/orchestrator/support/scene';
import { playOnTektonServer } from '../cluster/tekton-server';
import { pullRequestPayload } from '../orchestrator/support';
import { memoryOf } from '../support/process-figures';
import { NUMBERS, failWithLogs, github } from './logs';

/**
 * `npm run test:siege -- [SECONDS]`: the orchestrator in 512 MiB, attacked by attack.ts and by configuration that is poisoned,
 * while signed deliveries come as ever, and tests fail with logs of control characters. It must take 95 % of the deliveries,
 * answer /healthz within a second, tell the end of each log, and hold less than 300 MB. Needs KUBEBUILDER_ASSETS, as `npm run test:cluster` does, and root to limit the memory.
 */

const TEAM = 'siege-a';
/** Its tests fail. */
const FAILING = 'siege-b';
const HOST = 'git.example.com';
const LIMIT = 512 * 2 ** 20;
const BARS = { megabytes: 300, healthzMs: 1_000, taken: 0.95 };
const PER_SECOND = 10;

async function besiege(server: ApiServer, seconds: number): Promise<number> {
  const { kubeconfig } = server;
  const scene = await Scene.open(
    { [TEAM]: 3, [FAILING]: NUMBERS.length },
    ({ metadata }) => metadata.namespace === TEAM,
    {
      kubeconfig,
      hosts: { [TEAM]: HOST },
      github: await github.listen(),
    },
  );
  const replica = await scene.program.start('besieged');
  const address = await replica.address();
  await scene.until(60, async () => (await fetch(`${address}/readyz`)).ok || 'it is not ready');
  const group = limitMemory(replica.pid);
  const attacker = spawn(
    process.execPath,
    ['--require', 'tsx/cjs', join(__dirname, 'attack.ts'), new URL(address).port],
    { stdio: 'inherit' },
  );
  try {
    const poisoned = setInterval(() => poison(scene), 2_000);
    const [answers, waits, told] = await Promise.all([
      deliver(replica, seconds),
      askHealth(address, seconds),
      failWithLogs(scene, replica, FAILING),
    ]);
    clearInterval(poisoned);
    const megabytes = Math.round(memoryOf(replica.pid).most);
    const taken = answers.filter((status) => status === 202).length / answers.length;
    const slowest = Math.round(Math.max(...waits));
    const others = answers.filter((status) => status !== 202);
    console.log(
      `${answers.length} signed deliveries, ${(taken * 100).toFixed(1)} % taken (bar ${BARS.taken * 100} %), others ${JSON.stringify([...new Set(others)])}; ` +
        `/healthz at most ${slowest} ms in ${waits.length} (bar ${BARS.healthzMs}); ${megabytes} MB at most (bar ${BARS.megabytes}); ` +
        `the ends of ${told.length} logs of control characters told (bar ${NUMBERS.length})` +
        `${group ? '' : '; the memory was not limited'}`,
    );
    return taken >= BARS.taken &&
      slowest < BARS.healthzMs &&
      megabytes < BARS.megabytes &&
      told.length === NUMBERS.length
      ? 0
      : 1;
  } finally {
    attacker.kill('SIGKILL');
    await scene.close();
    await github.close();
    if (group) rmdirSync(group);
  }
}

/** Sends signed deliveries of new pull requests at even times. @returns their statuses; 0: no answer within ten seconds, as GitHub waits */
async function deliver(replica: Replica, seconds: number): Promise<readonly number[]> {
  const sent: Promise<number>[] = [];
  for (let number = 1; number <= seconds * PER_SECOND; number++) {
    const at = new Date().toISOString().replace(/\.\d+/, '');
    const sha = number.toString(16).padStart(40, '0');
    const payload = pullRequestPayload({ host: HOST, number, sha, at });
    sent.push(
      replica.deliver('pull_request', payload, { signal: AbortSignal.timeout(10_000) }).then(
        ({ status }) => status,
        () => 0,
      ),
    );
    await sleep(1000 / PER_SECOND);
  }
  return Promise.all(sent);
}

/** @returns milliseconds of each answer */
async function askHealth(address: string, seconds: number): Promise<readonly number[]> {
  const waits: number[] = [];
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(200)) {
    const start = performance.now();
    const isAnswered = await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(10_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    waits.push(isAnswered ? performance.now() - start : Infinity);
  }
  return waits;
}

/** Files beside that of the team, each wrong in another way. */
function poison(scene: Scene): void {
  const good = JSON.parse(readFileSync(join(scene.folder, `${TEAM}.json`), 'utf8')) as object;
  const write = (name: string, text: string) => writeFileSync(join(scene.folder, `${name}.json`), text);
  write('limit', JSON.stringify({ ...good, name: 'limit', namespace: 'limit', maxConcurrentRuns: 1e9 }));
  write('nested', '['.repeat(500_000));
  write('twin', JSON.stringify({ ...good, stacks: [] }));
  write('long', JSON.stringify({ ...good, name: 'x'.repeat(1_000_000) }));
}

/** @returns the control group, or undefined where none may be made */
function limitMemory(pid: number): string | undefined {
  const isV2 = existsSync('/sys/fs/cgroup/cgroup.controllers');
  const group = join(isV2 ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory', `tekton-dag-siege-${pid}`);
  try {
    mkdirSync(group);
    writeFileSync(join(group, isV2 ? 'memory.max' : 'memory.limit_in_bytes'), String(LIMIT));
    writeFileSync(join(group, 'cgroup.procs'), String(pid));
    return group;
  } catch (error) {
    console.error(`the memory is not limited: ${(error as Error).message}`);
    return undefined;
  }
}

const [seconds = '60'] = process.argv.slice(2);
playOnTektonServer('test:siege', (server) => besiege(server, Number(seconds)));
