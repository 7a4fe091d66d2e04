import { delivery, pullRequestPayload } from '../../orchestrator/support';
import type { PullOptions } from '../../orchestrator/support';
import { GitHubApi } from '../../orchestrator/support/github-api';
import { Events } from '../../orchestrator/support/github-events';
import type { Hook } from '../../orchestrator/support/github-events';
import { Reports } from '../../orchestrator/support/github-reports';
import type { ApiServer } from '../api-server';
import { startTektonServer } from '../tekton-server';
import type { Passing } from './support/proxy';
import type { Replica } from './support/replica';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** Deliveries that nobody took: the API server was away, the replica was killed, or they were refused. */

const { KUBEBUILDER_ASSETS: assets } = process.env;
const TEAM = 'queue-recovery';
const BEFORE = Date.now() - 600_000;

// a cluster that others use is not interrupted
if (assets) {
  let server: ApiServer;
  let scene: Scene;
  let replica: Replica;
  let address: string;
  let hook: Hook;
  let secret: string | undefined;
  const events = new Events(send, () => Date.now());
  const github = new GitHubApi({ ...new Reports().endpoints, ...events.endpoints });

  /** As GitHub does; no answer is 0. */
  async function send({ guid, event, payload }: { guid: string; event: string; payload: unknown }): Promise<number> {
    const { url, headers, payload: body } = delivery(event, payload, { guid, secret });
    return fetch(`${address}${String(url)}`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: body as string,
    }).then(
      ({ status }) => status,
      () => 0,
    );
  }
  async function start(name: string): Promise<void> {
    replica = await scene.program.start(name);
    address = await replica.address();
    await scene.until(60, async () => (await fetch(`${address}/readyz`)).ok || 'it is not ready');
  }
  const pull = (number: number): PullOptions => ({
    host: '127.0.0.1',
    number,
    sha: String(number).padStart(40, '0'),
    at: new Date(BEFORE + number * 1000).toISOString().replace(/\.\d+/, ''),
  });
  const deliver = (number: number): Promise<number> =>
    events.deliver(hook, `delivery-${number}`, 'pull_request', pullRequestPayload(pull(number)));
  /** Answers to one delivery, the first one first. */
  const answers = (number: number) =>
    hook.attempts
      .filter(({ guid }) => guid === `delivery-${number}`)
      .map(({ status_code: status }) => status)
      .reverse();
  const requestsOf = async (number: number) =>
    (await scene.requests()).filter(({ spec }) => spec.pullRequest?.number === number);
  /** Waits until each of these has run, and was asked for once. */
  async function haveRun(...numbers: readonly number[]): Promise<void> {
    await scene.until(120, async () => {
      const missing = (await Promise.all(numbers.map(requestsOf))).flatMap((requests, index) =>
        requests[0]?.status?.phase === 'Succeeded' ? [] : [numbers[index]],
      );
      return missing.length === 0 || `pull requests ${missing.join()} have not run`;
    });
    for (const number of numbers) expect(await requestsOf(number)).toHaveLength(1);
    expect((await scene.runs()).length).toBe((await scene.requests()).length);
    expect(scene.history.violations()).toEqual([]);
  }
  const isCreate = ({ method, path }: Passing): boolean => method === 'POST' && path.endsWith('/runrequests');

  beforeAll(async () => {
    server = await startTektonServer(assets);
    scene = await Scene.open({ [TEAM]: 2 }, () => true, {
      kubeconfig: server.kubeconfig,
      github: await github.listen(),
    });
    hook = events.hook('acme/web');
    await start('first');
  });
  afterAll(async () => {
    await scene.close();
    await server.stop();
    await github.close();
  });

  it('what came while the API server was away runs once, when it is back', async () => {
    await scene.until(
      60,
      async () =>
        replica.proxy.seen.some(({ method, path }) => method === 'PATCH' && path.includes('/leases/')) ||
        'it does not lead',
    );
    await server.interrupt();
    expect([await deliver(1), await deliver(2)]).toEqual([503, 503]);
    await server.resume();
    await haveRun(1, 2);
    expect([answers(1), answers(2)]).toEqual([
      [503, 202],
      [503, 202],
    ]);
  });

  it('what a replica was killed with, before and after it was created, runs once; what was refused is found, too', async () => {
    secret = 'not the one that is agreed on, at all';
    expect(await deliver(3)).toBe(401);
    secret = undefined;
    events.pull(pull(3));
    const before = replica.proxy.hold(isCreate, 'before');
    const first = deliver(4);
    const caught = await before;
    const after = replica.proxy.hold(isCreate, 'after');
    const second = deliver(5);
    await after;
    replica.signal('SIGKILL');
    caught.drop();
    expect([await first, await second]).toEqual([0, 0]);
    await start('second');
    await scene.until(
      120,
      async () => answers(5).length > 1 || 'what was created, and not answered, is not sent again',
    );
    await haveRun(3, 4, 5);
    expect([answers(3), answers(4), answers(5)]).toEqual([[401], [0, 202], [0, 200]]);
    expect((await requestsOf(3))[0]?.spec.source?.delivery).toBe('level-check');
  });
}
