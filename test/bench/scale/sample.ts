import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../../../lib/kube/client';
import type { KubeApi } from '../../../lib/kube/api';
import { REQUESTS, RUNS, isFinal } from '../../../orchestrator/src/queue/objects';
import type { Request } from '../../../orchestrator/src/queue/objects';
import { startApiServer } from '../../cluster/api-server';
import { apply, awaitKinds } from '../../cluster/kubectl';
import { adminOf } from '../../cluster/orchestrator/support/admin';
import { Tekton } from '../../cluster/orchestrator/support/tekton';
import type { Load } from '../webhook/load';
import { pace, quantiles, sender } from '../webhook/load';
import { answered, storedBytes } from '../webhook/metrics';
import { SECRET, deliveries } from '../webhook/payload';
import type { Programs } from '../webhook/programs';
import type { Server } from '../webhook/server';
import { patiently } from './patiently';
import type { SynthesizedTeams } from './teams';
import { create } from './teams';

/** One cluster with so many teams, and two replicas of an orchestrator that serves all of them. */

const DELIVERIES = { perSecond: 200, seconds: 10 };
const DONE_WITHIN_MS = 600_000;
/** A delivery that an API server with too much to do lets wait for long is refused, and a Git host sends it again. */
const [AGAIN_AFTER_MS, TIMES_MAX] = [1_000, 20];
const NAMESPACE = 'tekton-dag';

export interface Sample {
  readonly teams: number;
  readonly objects: number;
  readonly secondsToApply: number;
  readonly secondsToReady: number;
  /** Of one replica, in megabytes. */
  readonly memoryAtRest: number;
  readonly memoryAtMost: number;
  readonly answers: Load;
  /** Seconds that requests waited for a slot. */
  readonly wait: Pick<Load, 'p50' | 'p99'>;
  /** Of both replicas, until all runs were over. */
  readonly coreSecondsPerRun: number;
  readonly callsPerRun: number;
  /** Of all versions of its objects, until they are compacted; and of the last one. */
  readonly storedPerRun: number;
  readonly bytesPerRun: number;
}

/** A queue that is not worked off. */
export interface Waiting {
  readonly requests: number;
  readonly answers: Load;
  readonly memoryAtMost: number;
  readonly coreSecondsPerMinute: number;
}

/** @param queued how many more requests are to wait at the end @returns what was measured, and what then waits cost */
export async function measure(
  { cluster, teams }: SynthesizedTeams,
  {
    assets,
    crds,
    programs,
    queued,
  }: { assets: string; crds: string; programs: (kubeconfig: string, secrets: string) => Programs; queued: number },
): Promise<{ readonly sample: Sample; readonly waiting?: Waiting }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-scale-'));
  const apiServer = await startApiServer(assets);
  process.env.KUBECONFIG = apiServer.kubeconfig;
  const servers: Server[] = [];
  let tekton: Tekton | undefined;
  try {
    apply(crds);
    awaitKinds();
    apply(cluster);
    awaitKinds();
    const api = createClient(adminOf());
    await api.create({ apiVersion: 'v1', plural: 'namespaces' }, undefined, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE },
    });
    const begun = performance.now();
    const objects = await create(api, teams);
    const secondsToApply = (performance.now() - begun) / 1000;

    const secrets = join(folder, 'secrets');
    mkdirSync(secrets);
    writeFileSync(join(secrets, 'current'), SECRET);
    const program = programs(apiServer.kubeconfig, secrets);
    for (let replica = 0; replica < 2; replica++)
      servers.push(await program.orchestrator({ NAMESPACE, CONFIG_LABEL: 'tekton-dag.io/config=team' }, []));
    const memoryAtRest = servers[0]!.memory().now;
    const secondsToReady = servers[0]!.secondsToReady;

    let ends = true;
    tekton = new Tekton(api, [undefined], () => ends);
    const send = senders(servers, teams.length);
    const count = DELIVERIES.perSecond * DELIVERIES.seconds;
    const before = { spent: spent(servers), answered: answered(), stored: storedBytes() };
    const answers = await pace(send, DELIVERIES);
    const requests = await over(api, count);
    const sample: Sample = {
      teams: teams.length,
      objects,
      secondsToApply,
      secondsToReady,
      memoryAtRest,
      memoryAtMost: Math.max(...servers.map((server) => server.memory().most)),
      answers,
      wait: quantiles(requests.map(({ status }) => secondsBetween(status?.queuedAt, status?.admittedAt))),
      coreSecondsPerRun: (spent(servers) - before.spent) / count,
      callsPerRun: (answered() - before.answered) / count,
      storedPerRun: (storedBytes() - before.stored) / count,
      bytesPerRun: await bytesOfRun(api, requests[0]!),
    };
    ends = false;
    return { sample, ...(queued > 0 && { waiting: await wait(servers, send, queued) }) };
  } finally {
    tekton?.stop();
    await Promise.all(servers.map((server) => server.stop()));
    await apiServer.stop();
    rmSync(folder, { recursive: true });
  }
}

async function wait(servers: readonly Server[], send: () => Promise<void>, requests: number): Promise<Waiting> {
  servers.forEach((server) => server.forgetMost());
  const { perSecond } = DELIVERIES;
  const answers = await pace(send, { perSecond, seconds: requests / perSecond });
  const before = spent(servers);
  await sleep(60_000);
  return {
    requests,
    answers,
    memoryAtMost: Math.max(...servers.map((server) => server.memory().most)),
    coreSecondsPerMinute: spent(servers) - before,
  };
}

/** @returns sends the next delivery, of another team and to the other replica each time, until it is taken */
function senders(servers: readonly Server[], teams: number): () => Promise<void> {
  const to = servers.map(({ address }) => sender(address));
  const of = Array.from({ length: teams }, (_, index) => deliveries(`team-${index}/app-0`));
  let number = 0;
  return async () => {
    const own = ++number;
    for (let time = 0; ; time++) {
      const isTaken = await to[(own + time) % to.length]!(of[own % of.length]!(own)).then(
        () => true,
        () => false,
      );
      if (isTaken) return;
      if (time === TIMES_MAX) throw new Error(`delivery ${own} was refused ${time} times`);
      await sleep(AGAIN_AFTER_MS);
    }
  };
}

const spent = (servers: readonly Server[]): number => servers.reduce((sum, server) => sum + server.coreSeconds(), 0);

/** All requests, once so many are over. */
async function over(api: KubeApi, count: number): Promise<readonly Request[]> {
  for (const deadline = performance.now() + DONE_WITHIN_MS; ; await sleep(1_000)) {
    const { items } = await patiently(() => api.list<Request>(REQUESTS, undefined));
    const done = items.filter(isFinal).length;
    if (done === count && items.length === count) return items;
    if (performance.now() > deadline) throw new Error(`${done} of ${items.length} requests are over, of ${count}`);
  }
}

const secondsBetween = (from = '', to = ''): number => (Date.parse(to) - Date.parse(from)) / 1000;

async function bytesOfRun(api: KubeApi, { metadata: { namespace, name } }: Request): Promise<number> {
  const objects = await Promise.all(
    [REQUESTS, RUNS].map((kind) => patiently(() => api.get<object>(kind, namespace, name))),
  );
  return objects.reduce((sum, object) => sum + JSON.stringify(object).length, 0);
}
