import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../lib/kube/api';
import type { Run } from '../../orchestrator/src/queue/objects';
import type { ApiServer } from '../cluster/api-server';
import type { Replica } from '../cluster/orchestrator/support/replica';
import { Scene } from '../cluster/orchestrator/support/scene';
import { playOnTektonServer } from '../cluster/tekton-server';
import { request } from '../orchestrator/support/team';
import { random } from './random';
import type { Random } from './random';

/**
 * `npm run test:chaos -- [SECONDS] [SEED]`: two replicas are killed and stopped at random and the API server is restarted,
 * while requests arrive; the history of every change is held against the promises of the queue. The same seed gives the
 * same faults, though not the same moments. Needs KUBEBUILDER_ASSETS, as `npm run test:cluster` does.
 */

const LIMITS = { 'chaos-a': 1, 'chaos-b': 2, 'chaos-c': 3 };
const TEAMS = Object.keys(LIMITS);
const REPLICAS = 2;
const RUN_MS = { least: 100, most: 4_000 };

interface Count {
  asked: number;
  killed: number;
  stopped: number;
  restarted: number;
}

async function play(server: ApiServer, seconds: number, chance: Random): Promise<number> {
  const lengths = new Map<string, number>();
  const ends = ({ metadata: { uid, creationTimestamp = '' } }: Run): boolean => {
    if (!lengths.has(uid)) lengths.set(uid, chance.between(RUN_MS.least, RUN_MS.most));
    return Date.now() - Date.parse(creationTimestamp) > lengths.get(uid)!;
  };
  const scene = await Scene.open(LIMITS, ends, { kubeconfig: server.kubeconfig });
  const looking = setInterval(() => scene.tekton.lookAgain(), 250);
  const count: Count = { asked: 0, killed: 0, stopped: 0, restarted: 0 };
  try {
    await disturb(scene, server, seconds, chance, count);
    console.log('no more faults: waiting until all requests are over');
    const requests = await scene.quiet(300);
    await scene.history.stop();
    const violations = scene.history.violations();
    const unsuccessful = requests.filter(({ status }) => status?.phase !== 'Succeeded').length;
    console.log(
      `${count.asked} requests, ${scene.history.started} runs started, ${unsuccessful} requests not succeeded; ` +
        `${count.killed} SIGKILL, ${count.stopped} SIGSTOP, ${count.restarted} restarts of the API server in ${seconds} s; ` +
        `${violations.length} violations`,
    );
    violations.forEach((violation) => console.error(violation));
    return violations.length === 0 && unsuccessful === 0 && scene.history.started === count.asked ? 0 : 1;
  } finally {
    clearInterval(looking);
    await scene.close();
  }
}

async function disturb(scene: Scene, server: ApiServer, seconds: number, chance: Random, count: Count): Promise<void> {
  const end = Date.now() + seconds * 1000;
  const replicas: Replica[] = [];
  for (let index = 0; index < REPLICAS; index++) replicas.push(await scene.program.start(`replica-${index}`));
  const faults = async (index: number): Promise<void> => {
    while (Date.now() < end) {
      await sleep(chance.between(200, 6_000));
      if (chance.once(2)) {
        count.killed++;
        await replicas[index]!.stop();
        replicas[index] = await scene.program.start(`replica-${index}-${count.killed}`);
      } else {
        count.stopped++;
        replicas[index]!.signal('SIGSTOP');
        await sleep(chance.between(100, 25_000));
        replicas[index]!.signal('SIGCONT');
      }
    }
  };
  const restarts = async (): Promise<void> => {
    while (Date.now() < end) {
      await sleep(chance.between(20_000, 60_000));
      if (Date.now() >= end) return;
      await server.interrupt();
      await sleep(chance.between(0, 8_000));
      await server.resume();
      count.restarted++;
    }
  };
  const asks = async (): Promise<void> => {
    while (Date.now() < end) {
      await ask(scene, chance.of(TEAMS), `chaos-${count.asked}`);
      if (++count.asked % 20 === 0) console.log(progress(end, count));
      await sleep(chance.between(200, 3_000));
    }
  };
  await Promise.all([...replicas.keys()].map(faults).concat(restarts(), asks()));
}

const progress = (end: number, { asked, killed, stopped, restarted }: Count): string =>
  `${Math.max(0, Math.round((end - Date.now()) / 1000))} s left: ${asked} requests, ${killed} SIGKILL, ${stopped} SIGSTOP, ${restarted} restarts`;

/** Until the API server says that it is there. */
async function ask(scene: Scene, team: string, name: string): Promise<void> {
  await scene.until(120, async () => {
    try {
      await scene.ask(team, request(name));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
    }
    return true;
  });
}

const [seconds = '600', seed = '1'] = process.argv.slice(2);
if (!(Number(seconds) > 0) || !Number.isInteger(Number(seed))) {
  console.error(`test:chaos: '${seconds} ${seed}' is not SECONDS SEED, such as 600 1`);
  process.exit(2);
}
playOnTektonServer('test:chaos', (server) => play(server, Number(seconds), random(Number(seed))));
