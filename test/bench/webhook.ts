import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiServer } from '../cluster/api-server';
import { adminOf } from '../cluster/orchestrator/support/admin';
import { kubectl } from '../cluster/kubectl';
import { createClient } from '../../lib/kube/client';
import { REQUESTS } from '../../orchestrator/src/queue/objects';
import type { Figure } from './report';
import { report } from './report';
import { BARE_NAMESPACE, IDLE_NAMESPACES, NAMESPACE, fill, prepare } from './webhook/cluster';
import { idle } from './webhook/idle';
import type { Load } from './webhook/load';
import { load, pace, sender } from './webhook/load';
import { SECRET, deliveries } from './webhook/payload';
import { Programs } from './webhook/programs';
import { REPO, requestOf } from './webhook/request';
import type { Server } from './webhook/server';

/**
 * `npm run bench -- webhook`: signed deliveries of 25 KB at the orchestrator, which has one core to itself and 5,000 finished
 * runs in memory, on a real API server: ignored ones, repeated ones, and ones that create; and what it costs while nothing
 * happens. Beside each runs a program that does that part alone, on the same core. They take turns, so that what else the
 * machine does meets all of them, and of each the least disturbed round counts. Needs KUBEBUILDER_ASSETS, CRDS_DIR and taskset.
 */
const RUNS = 5_000;
const [ROUNDS, SECONDS, AT_ONCE] = [3, 4, 32];
/** Half of what the API server creates for a bare client, where that is less: on two cores it has one, with the clients. */
const RATE = { atMostPerSecond: 200, ofBare: 0.5, seconds: 10 };
const CORE = availableParallelism() - 1;

const folder = mkdtempSync(join(tmpdir(), 'bench-webhook-'));

interface Row extends Load {
  readonly name: string;
  readonly memoryMB: number;
  /** Share of its core that the program got. */
  readonly busy: number;
  /** Deliveries in a second of the core, which does not depend on how much of it others used. */
  readonly perCoreSecond: number;
}

async function main(assets: string, crds: string): Promise<readonly Figure[]> {
  // all but the program under test, what is started from here included
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', `0-${CORE - 1}`, String(process.pid)]);
  process.env.PATH = `${assets}:${process.env.PATH}`;
  const apiServer = await startApiServer(assets);
  process.env.KUBECONFIG = apiServer.kubeconfig;
  try {
    const KUBECONFIG = prepare(crds, folder);
    await fill(RUNS);
    mkdirSync(join(folder, 'secrets'));
    writeFileSync(join(folder, 'secrets/current'), SECRET);
    const environment = { KUBECONFIG, WEBHOOK_SECRETS_DIR: join(folder, 'secrets') };
    const programs = new Programs(folder, CORE, environment);
    // deliveries leave a queue that nothing works off
    return [...(await starts(programs)), ...(await idle(programs, IDLE_NAMESPACES)), ...(await deliver(programs))];
  } finally {
    await apiServer.stop();
  }
}

/** How long the program takes until it is ready, beside one that only lists what it must know for that. */
async function starts(programs: Programs): Promise<readonly Figure[]> {
  const rounds: { readonly own: number; readonly bare: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    programs.bare('list', NAMESPACE);
    const bare = (performance.now() - begun) / 1000;
    const server = await programs.orchestrator({ NAMESPACE, TEAM: 'local' });
    await server.stop();
    rounds.push({ own: server.secondsToReady, bare });
  }
  const [own, bare] = [Math.min(...rounds.map((one) => one.own)), Math.min(...rounds.map((one) => one.bare))];
  return [
    { name: `start to ready with ${RUNS} runs`, value: own, unit: 's' },
    {
      name: `start to ready with ${RUNS} runs`,
      value: own / bare,
      unit: '',
      against: 'a program that lists the same requests and ends',
      bar: { is: 'at most', limit: 1.5 },
    },
  ];
}

async function deliver(programs: Programs): Promise<readonly Figure[]> {
  const server = await programs.orchestrator({ NAMESPACE, TEAM: 'local' });
  const signatures = await programs.answering();
  try {
    return await measure(server, signatures, (first) =>
      Number(programs.bare('create', BARE_NAMESPACE, String(first), String(AT_ONCE), String(SECONDS))),
    );
  } finally {
    await signatures.stop();
    await server.stop('SIGINT');
  }
}

async function measure(
  server: Server,
  signatures: Server,
  bareLoop: (first: number) => number,
): Promise<readonly Figure[]> {
  const [ours, strangers] = [deliveries(REPO), deliveries('stranger/unknown')];
  // those of the runs that are there come first
  let number = RUNS;
  const another = () => ours(++number);
  const { now: rest, most: atStart } = server.memory();
  server.forgetMost();
  const [ignored, checked, repeated, creating, bare]: [Row[], Row[], Row[], Row[], number[]] = [[], [], [], [], []];
  const options = { connections: AT_ONCE, seconds: SECONDS };
  for (let round = 0; round < ROUNDS; round++) {
    ignored.push(await timed('(a) ignored', server, () => load(server.address, strangers(1), options)));
    checked.push(await timed('signatures', signatures, () => load(signatures.address, strangers(1), options)));
    repeated.push(await timed('(b) repeated', server, () => load(server.address, ours(1), options)));
  }
  const perSecond = Math.floor(Math.min(RATE.atMostPerSecond, RATE.ofBare * bareLoop(1)));
  const rate = { perSecond, seconds: RATE.seconds };
  const api = createClient(adminOf());
  let bareNumber = 1_000_000;
  const pacedBare = await pace(
    () => api.create(REQUESTS, BARE_NAMESPACE, requestOf(bareNumber++, BARE_NAMESPACE)),
    rate,
  );
  const send = sender(server.address);
  const paced = await timed(`creating, ${perSecond} a second`, server, () => pace(() => send(another()), rate));
  const { most } = server.memory();
  // these leave more in the queue than the bar of memory is meant for
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(bareLoop(1 + (round + 1) * 100_000));
    creating.push(await timed('(c) creating', server, () => load(server.address, another, options)));
  }
  const inCluster = kubectl(['get', 'rreq', '--namespace', NAMESPACE, '--output=name']).trim().split('\n').length;
  if (inCluster > number) throw new Error(`${inCluster} requests were made of ${number}`);

  console.log(
    `One core for the program, ${CORE} for API server and clients, Node ${process.version}; ${RUNS} finished runs, deliveries of 25 KB, ${AT_ONCE} at once; ${ROUNDS} rounds in turn`,
  );
  console.log('                                per second   of a core   p50 ms   p99 ms   memory MB   core');
  [best(ignored), best(checked), best(repeated), best(creating), paced].forEach(print);
  console.log(
    `a bare client creates ${Math.max(...bare).toFixed(0)} a second; memory at rest ${rest.toFixed(0)} MB, ${atStart.toFixed(0)} MB at most while it was read`,
  );
  const perCore = (rows: readonly Row[]): number => Math.max(...rows.map(({ perCoreSecond }) => perCoreSecond));
  return [
    {
      name: 'ignored deliveries',
      value: perCore(ignored),
      unit: '/s of a core',
      bar: { is: 'at least', limit: 6_000 },
    },
    {
      name: 'ignored deliveries',
      value: perCore(ignored) / perCore(checked),
      unit: '',
      against: 'a server of Node that only checks the signature',
    },
    { name: 'repeated deliveries', value: perCore(repeated), unit: '/s of a core' },
    {
      name: 'deliveries that create',
      value: best(creating).perSecond / Math.max(...bare),
      unit: '',
      against: 'a bare client',
      bar: { is: 'at least', limit: 0.9 },
    },
    {
      name: `p99 of the answer at ${perSecond} a second`,
      value: paced.p99,
      unit: 'ms',
      bar: { is: 'at most', limit: 50 },
    },
    { name: `p99 of a bare client at ${perSecond} a second`, value: pacedBare.p99, unit: 'ms' },
    { name: `memory at most with ${RUNS} runs`, value: most, unit: 'MB', bar: { is: 'at most', limit: 150 } },
  ];
}

async function timed(name: string, server: Server, work: () => Promise<Load>): Promise<Row> {
  const [before, begun] = [server.coreSeconds(), performance.now()];
  const result = await work();
  const used = server.coreSeconds() - before;
  return {
    name,
    ...result,
    memoryMB: server.memory().now,
    busy: used / ((performance.now() - begun) / 1000),
    perCoreSecond: result.answered / used,
  };
}

const best = (rows: readonly Row[]): Row => rows.reduce((a, b) => (b.perSecond > a.perSecond ? b : a));

function print({ name, perSecond, perCoreSecond, p50, p99, memoryMB, busy }: Row): void {
  const cells = [
    perSecond.toFixed(0).padStart(12),
    perCoreSecond.toFixed(0).padStart(12),
    p50.toFixed(1).padStart(9),
    p99.toFixed(1).padStart(9),
    memoryMB.toFixed(0).padStart(12),
    `${(busy * 100).toFixed(0)} %`.padStart(7),
  ];
  console.log(name.padEnd(30) + cells.join(''));
}

async function start(): Promise<void> {
  const { KUBEBUILDER_ASSETS: assets, CRDS_DIR: crds } = process.env;
  if (!assets || !crds)
    throw new Error(
      'set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kubectl, and CRDS_DIR to one with the CustomResourceDefinitions of Tekton',
    );
  report({ name: 'webhook', figures: await main(assets, crds) });
}

start()
  .catch((error: Error) => {
    console.error(`webhook: ${error.message}`);
    process.exitCode = 1;
  })
  .finally(() => rmSync(folder, { recursive: true, force: true }));
