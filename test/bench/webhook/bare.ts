import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../../lib/kube/connect';
import { REQUESTS } from '../../../orchestrator/src/queue/objects';
import { SECRET } from './payload';
import { requestOf } from './request';

/** Programs that do one part of what the orchestrator does, and nothing else: what it is measured against. */

const WARM_UP_MS = 1_000;

/** `create NAMESPACE FIRST AT_ONCE SECONDS`: creates RunRequests from number FIRST on, with the client and the objects of the orchestrator. Prints how many in a second. */
async function create(namespace: string, first: string, atOnce: string, seconds: string): Promise<void> {
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

/** `list NAMESPACE`: lists its RunRequests page by page, as the orchestrator does before it is ready. Prints how many. */
async function list(namespace: string): Promise<void> {
  const api = await connect();
  let count = 0;
  for await (const { items } of api.pages(REQUESTS, namespace)) count += items.length;
  console.log(count);
  process.exit(0);
}

/** `answer`: checks the signature of each body, and answers 202. It is ready at once. */
function answer(): void {
  createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const hmac = createHmac('sha256', SECRET);
      for (const piece of pieces) hmac.update(piece);
      const digest = hmac.digest();
      const given = Buffer.from(String(request.headers['x-hub-signature-256']).slice('sha256='.length), 'hex');
      const isGood = given.length === digest.length && timingSafeEqual(given, digest);
      response.writeHead(isGood ? 202 : request.url === '/readyz' ? 200 : 401).end();
    });
  }).listen(Number(process.env.PORT), '127.0.0.1');
}

const [, , word, ...rest] = process.argv as [string, string, string, string, string, string, string];
const done = word === 'create' ? create(...rest) : word === 'list' ? list(rest[0]) : Promise.resolve(answer());
done.catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
