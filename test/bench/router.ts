import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { previewName, session, stableService } from '../../lib/words/names';
import { environmentApps } from '../../lib/output/team/environment-apps';
import { app, stack, team } from '../output/team/model';
import { freePort, get, startRouter, until } from '../output/team/support/router';
import { coreSeconds } from '../support/process-figures';
import { report } from './report';
import type { Figure } from './report';

/**
 * `npm run bench -- router`: what the router adds to a request, and how many it passes on, with the configuration that synth
 * makes in a real HAProxy. Exit 1 when a bar is missed. Direct requests and those through the router take turns, so that
 * what else the machine does meets all of them; of each the least disturbed round counts. Capacity is told by the time of
 * a core that HAProxy used, which does not depend on how much of the machine it was given.
 */
const ADDED = { is: 'at most', limit: 1 } as const;
const ROUNDS = 3;
const SECONDS = 2;

const NAMESPACE = 'bench';
const SESSION = session('acme/web', 4);

interface Target {
  readonly name: string;
  readonly port: number;
  readonly host: string;
  readonly headers: Record<string, string>;
}

/** Faster than any app: HAProxy itself says the same to all, by two threads. */
function startApps(addresses: readonly string[]): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const config = join(folder, 'haproxy.cfg');
  const binds = addresses.map((address) => `  bind ${address}\n`).join('');
  writeFileSync(
    config,
    `global\n  nbthread 2\ndefaults\n  mode http\n  timeout client 5m\n  timeout connect 1s\n  timeout server 5m\nfrontend app\n${binds}  http-request return status 200 content-type text/plain string "${'x'.repeat(512)}"\n`,
  );
  const child = spawn('haproxy', ['-db', '-f', config], { stdio: 'ignore' });
  return () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  };
}

/** Milliseconds of each request, one after another over one connection. */
async function latencies({ host, port, headers }: Target): Promise<number[]> {
  const times: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const run = autocannon(
      { url: `http://${host}:${port}/`, headers, connections: 1, duration: SECONDS },
      (error: Error | null, result) => {
        if (error) reject(error);
        else resolve(check(result));
      },
    );
    run.on('response', (_client, _status, _bytes, milliseconds) => times.push(milliseconds));
  });
  return times;
}

/** Requests that were answered, of 64 connections of two threads. */
async function throughput({ host, port, headers }: Target): Promise<number> {
  const result = await autocannon({
    url: `http://${host}:${port}/`,
    headers,
    connections: 64,
    workers: 2,
    duration: SECONDS * 2,
  });
  check(result);
  return result['2xx'];
}

function check({ errors, non2xx }: autocannon.Result): void {
  if (errors > 0 || non2xx > 0)
    throw new Error(`${errors} requests failed, ${non2xx} were answered otherwise than 200`);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function main(): Promise<readonly Figure[]> {
  const [containerPort, servicePort] = [await freePort(), await freePort()];
  const [stable, preview] = ['127.0.1.1', '127.0.1.2'];
  const stopApps = startApps([`${stable}:${servicePort}`, `${preview}:${containerPort}`]);
  const router = await startRouter(
    NAMESPACE,
    environmentApps(
      team({}, [stack('bench', [app('web', { containerPort, servicePort })], { environment: NAMESPACE })]),
      NAMESPACE,
    ),
  );
  const record = (name: string, address: string) =>
    router.dns.records.set(`${name}.${NAMESPACE}.svc.cluster.local`, address);
  record(stableService('web'), stable);
  record(previewName('web', SESSION), preview);
  try {
    const port = router.ports.get('web') ?? 0;
    await until(async () => (await get(port, '/')).status === 200, 'the stable Service to be found');
    const targets: readonly Target[] = [
      { name: 'direct to the stable Service', host: stable, port: servicePort, headers: {} },
      { name: 'through the router, no session', host: '127.0.0.1', port, headers: {} },
      { name: 'through the router, to a preview', host: '127.0.0.1', port, headers: { 'x-dev-session': SESSION } },
      {
        name: 'through the router, by baggage',
        host: '127.0.0.1',
        port,
        headers: { baggage: `a=1,dev-session=${SESSION},b=2` },
      },
    ];
    return await measure(targets, router.pid);
  } finally {
    await router.stop();
    stopApps();
  }
}

async function measure(targets: readonly Target[], pid: number): Promise<readonly Figure[]> {
  const medians = targets.map((): number[] => []);
  const loads = targets.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, target] of targets.entries()) {
      medians[i]?.push(median(await latencies(target)));
      const before = coreSeconds(pid);
      const answered = await throughput(target);
      loads[i]?.push(answered / (coreSeconds(pid) - before));
    }
  }
  const direct = Math.min(...(medians[0] ?? []));
  return targets.flatMap(({ name }, i): Figure[] => {
    const fastest = Math.min(...(medians[i] ?? []));
    const perCoreSecond = Math.max(...(loads[i] ?? []));
    if (i === 0) return [{ name: `median, ${name}`, value: fastest, unit: 'ms' }];
    return [
      { name: `added to the median, ${name}`, value: fastest - direct, unit: 'ms', bar: ADDED },
      { name: `requests in a second of a core, ${name}`, value: perCoreSecond, unit: '' },
    ];
  });
}

main().then(
  (figures) => {
    report({ name: 'router', figures });
    process.exit();
  },
  (error: Error) => {
    console.error(`bench router: ${error.message}`);
    process.exit(1);
  },
);
