import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../../lib/kube/connect';
import { REQUESTS } from '../../../orchestrator/src/queue/objects';
import { requestOf } from './request';

/**
 * `bare.ts NAMESPACE FIRST AT_ONCE SECONDS`: creates RunRequests from number FIRST on and does nothing else, with the client
 * and the objects of the orchestrator. Prints how many in a second.
 */
const [, , namespace = '', first, atOnce, seconds] = process.argv;
const WARM_UP_MS = 1_000;

async function main(): Promise<void> {
  const api = await connect();
  let [number, created, stopped] = [Number(first), 0, false];
  const loop = async (): Promise<void> => {
    while (!stopped) {
      await api.create(REQUESTS, namespace, requestOf(number++, namespace));
      created++;
    }
  };
  const loops = Array.from({ length: Number(atOnce) }, loop);
  await sleep(WARM_UP_MS);
  const [before, start] = [created, performance.now()];
  await sleep(Number(seconds) * 1000);
  console.log((created - before) / ((performance.now() - start) / 1000));
  stopped = true;
  await Promise.all(loops);
  process.exit(0);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
