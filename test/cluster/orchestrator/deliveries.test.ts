import { createHmac } from 'node:crypto';
import { LABELS } from '../../../lib/words/labels';
import { isDone } from '../../../orchestrator/src/queue/objects';
import type { Request } from '../../../orchestrator/src/queue/objects';
import type { PullOptions } from '../../orchestrator/support';
import { SECRET, pullRequestPayload } from '../../orchestrator/support';
import type { Passing } from './support/proxy';
import type { Replica } from './support/replica';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** Signed deliveries at two replicas of the program, on a real API server. */

const TEAM = 'queue-deliveries';
const START = Date.now() - 60_000;

let scene: Scene;
let replicas: readonly Replica[];
let addresses: readonly string[];
beforeAll(async () => {
  scene = await Scene.open({ [TEAM]: 40 }, () => false);
  replicas = await Promise.all([scene.program.start('first'), scene.program.start('second')]);
  addresses = await Promise.all(replicas.map((replica) => replica.address()));
  for (const address of addresses)
    await scene.until(60, async () => (await fetch(`${address}/readyz`)).ok || 'it is not ready');
});
afterAll(() => scene.close());
afterEach(() => expect(scene.history.violations()).toEqual([]));

let delivered = 0;
async function deliver(replica: number, payload: PullOptions): Promise<number> {
  const body = JSON.stringify(pullRequestPayload(payload));
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'pull_request',
    'x-github-delivery': `delivery-${++delivered}`,
    'x-hub-signature-256': signature,
  };
  return (await fetch(`${addresses[replica % 2]}/webhook/github`, { method: 'POST', headers, body })).status;
}
const shaOf = (number: number, commit: number): string => `${commit}${String(number).padStart(39, '0')}`;
const at = (second: number): string => new Date(START + second * 1000).toISOString().replace(/\.\d+/, '');
const requestsOf = async (number: number) =>
  (await scene.requests()).filter(({ metadata }) => metadata.labels?.[LABELS.pullRequest] === String(number));

it('make one run of a hundred that are the same, at both replicas at once', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 100 }, (_, index) => deliver(index, { number: 1, sha: shaOf(1, 1), at: at(0) })),
  );
  expect(new Set(statuses)).toEqual(new Set([200, 202]));
  expect(statuses.filter((status) => status === 202)).toHaveLength(1);
  await scene.until(
    60,
    async () => (await requestsOf(1)).some(({ status }) => status?.phase === 'Running') || 'it does not run',
  );
  expect(await requestsOf(1)).toHaveLength(1);
  expect(await scene.runs()).toHaveLength(1);
});

it('are acknowledged though the answer of the API server is lost, and make one run', async () => {
  const held = replicas[0]!.proxy.hold(
    ({ method, path }) => method === 'POST' && path.endsWith('/runrequests'),
    'after',
  );
  const answer = deliver(0, { number: 2, sha: shaOf(2, 1), at: at(0) });
  (await held).drop();
  expect([200, 202]).toContain(await answer);
  expect(await deliver(1, { number: 2, sha: shaOf(2, 1), at: at(0) })).toBe(200);
  expect(await requestsOf(2)).toHaveLength(1);
});

const permutations = <T>(all: readonly T[]): T[][] =>
  all.length === 0
    ? [[]]
    : all.flatMap((one) => permutations(all.filter((other) => other !== one)).map((rest) => [one, ...rest]));

it('come to the same end in each of the 24 orders of four events, and in each of the 6 of three', async () => {
  const event = (number: number, index: number): PullOptions =>
    [
      { number, action: 'opened', sha: shaOf(number, 1), at: at(0) },
      { number, action: 'synchronize', sha: shaOf(number, 2), before: shaOf(number, 1), at: at(1) },
      { number, action: 'synchronize', sha: shaOf(number, 3), before: shaOf(number, 2), at: at(2) },
      { number, action: 'closed', sha: shaOf(number, 3), at: at(3) },
    ][index]!;
  const orders = [...permutations([0, 1, 2, 3]), ...permutations([0, 1, 2])].map((order, index) => ({
    order,
    number: 100 + index,
  }));
  for (let turn = 0; turn < 4; turn++) {
    const statuses = await Promise.all(
      orders.flatMap(({ order, number }) =>
        order.slice(turn, turn + 1).map((index) => deliver(number + turn, event(number, index))),
      ),
    );
    expect(statuses.filter((status) => status !== 200 && status !== 202)).toEqual([]);
  }
  // the newest commit of those that are open, and nothing of those that are closed
  const left = new Set(orders.filter(({ order }) => order.length === 3).map(({ number }) => shaOf(number, 3)));
  const all = async () => (await scene.requests()).filter(({ spec }) => (spec.pullRequest?.number ?? 0) >= 100);
  const isLeft = ({ spec }: Request): boolean => left.has(`${spec.revision}`);
  await scene.until(100, async () => {
    const wrong = (await all()).filter((one) => one.status?.phase !== (isLeft(one) ? 'Running' : 'Cancelled'));
    return wrong.length === 0 || wrong.map(({ metadata, status }) => `${metadata.name} is ${status?.phase}`).join();
  });
  const requests = new Map((await all()).map((one) => [one.metadata.name, one]));
  const going = (await scene.runs()).filter((run) => requests.has(run.metadata.name) && !isDone(run));
  expect(new Set(going.map((run) => requests.get(run.metadata.name)!.spec.revision))).toEqual(left);
});

it('that are under way when a replica is told to end are answered, and nothing is made twice', async () => {
  const last = replicas[1]!;
  const isCreate = ({ method, path }: Passing): boolean => method === 'POST' && path.endsWith('/runrequests');
  // each is given up, and tried again, within the time that whoever sends deliveries has to notice
  const given = [last.proxy.hold(isCreate, 'before'), last.proxy.hold(isCreate, 'before')];
  const held = last.proxy.hold(isCreate, 'before');
  const answer = deliver(1, { number: 3, sha: shaOf(3, 1), at: at(0) });
  await given[0];
  last.signal('SIGTERM');
  const caught = await held;
  await scene.until(
    3,
    async () =>
      (await fetch(`${addresses[1]}/healthz`).then(
        () => false,
        () => true,
      )) || 'it still takes what is new',
  );
  caught.pass();
  expect(await answer).toBe(202);
  const since = performance.now();
  expect(await last.ended()).toBe(0);
  expect(performance.now() - since).toBeLessThan(10_000);
  expect(await deliver(0, { number: 3, sha: shaOf(3, 1), at: at(0) })).toBe(200);
  expect(await requestsOf(3)).toHaveLength(1);
});
