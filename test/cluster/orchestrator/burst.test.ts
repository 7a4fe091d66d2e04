import { createHash } from 'node:crypto';
import type { PullOptions } from '../../orchestrator/support';
import { configurationOf, delivery, front, pullRequestPayload } from '../../orchestrator/support';
import { team } from '../../orchestrator/support/team';
import type { ApiServer } from '../api-server';
import { startTektonServer } from '../tekton-server';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** Hundreds of deliveries at once at two replicas, one of which is killed, while the API server goes away and comes back. */

const { KUBEBUILDER_ASSETS: assets } = process.env;
const LIMITS = { 'burst-a': 3, 'burst-b': 2, 'burst-c': 4 };
const hostOf = (name: string): string => `${name}.example.com`;
const TEAMS = Object.keys(LIMITS);
/** Of each repository. */
const PULLS = 40;
const AT_ONCE = 32;
const START = Date.now() - 600_000;

const hash = (text: string): string => createHash('sha1').update(text).digest('hex');

/** One event of each pull request: what follows from several of one depends on their order. Every tenth is merged. */
const EVENTS: readonly PullOptions[] = TEAMS.flatMap((name) =>
  ['acme/web', 'acme/api'].flatMap((repo) =>
    Array.from({ length: PULLS }, (_, number): PullOptions => {
      const isMerged = number % 10 === 9;
      const [host, sha] = [hostOf(name), hash(`${name} ${repo} ${number}`)];
      return {
        host,
        repo,
        number: number + 1,
        sha,
        at: new Date(START + number * 1000).toISOString().replace(/\.\d+/, ''),
        ...(isMerged && { action: 'closed', merged: true, mergeSha: hash(sha) }),
      };
    }),
  ),
);
const shuffled = <T>(all: readonly T[]): T[] =>
  all
    .map((one, index) => ({ one, by: hash(`${index}`) }))
    .sort((a, b) => (a.by < b.by ? -1 : 1))
    .map(({ one }) => one);
/** A fifth of them twice, in no order. */
const DELIVERIES = shuffled([...EVENTS, ...EVENTS.filter((_, index) => index % 5 === 0)]);

/** A repository has a secret of its own: nobody can be asked here whether it was merged. */
const secretOf = (repo: string | undefined): string => `the secret of repository ${repo}`;
const SECRETS = ['acme/web', 'acme/api'].map((repo) => ({ id: `repo.${repo.replace('/', '.')}`, repo }));

/** Requests that a program makes of the events, in their order, where nothing fails. */
async function withoutFaults(): Promise<readonly string[]> {
  const { deliver, api } = front(configurationOf(...TEAMS.map((name) => team(1, name, name, hostOf(name)))), {
    now: () => Date.now(),
    secrets: { active: SECRETS.map((one) => ({ ...one, value: Buffer.from(secretOf(one.repo)) })) },
  });
  for (const event of EVENTS) {
    const { statusCode } = await deliver('pull_request', pullRequestPayload(event), { secret: secretOf(event.repo) });
    expect(statusCode).toBe(202);
  }
  return [...api.objects.keys()].sort();
}

// a cluster that others use is not interrupted
if (assets) {
  let server: ApiServer;
  let scene: Scene;
  beforeAll(async () => {
    server = await startTektonServer(assets);
    scene = await Scene.open(LIMITS, () => true, {
      kubeconfig: server.kubeconfig,
      hosts: Object.fromEntries(TEAMS.map((name) => [name, hostOf(name)])),
    });
  });
  afterAll(async () => {
    await scene.close();
    await server.stop();
  });

  it('comes to what it would have come to without faults, once what was not taken is sent again', async () => {
    for (const { id, repo } of SECRETS) scene.program.takes(id, secretOf(repo));
    const addresses = await Promise.all(
      (await Promise.all(['first', 'second'].map((name) => scene.program.start(name)))).map((replica) =>
        replica.address(),
      ),
    );
    for (const address of addresses)
      await scene.until(60, async () => (await fetch(`${address}/readyz`)).ok || 'it is not ready');
    const statuses: number[] = [];
    const send = async (event: PullOptions, replica: number): Promise<boolean> => {
      const { url, headers, payload } = delivery('pull_request', pullRequestPayload(event), {
        secret: secretOf(event.repo),
      });
      const status = await fetch(`${addresses[replica % addresses.length]}${String(url)}`, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body: payload as string,
      }).then(
        (answer) => answer.status,
        () => 0,
      );
      statuses.push(status);
      return status !== 0 && status < 500;
    };
    /** @returns what was not taken */
    const sendAll = async (events: readonly PullOptions[], round = 0): Promise<readonly PullOptions[]> => {
      const [todo, left]: [(readonly [number, PullOptions])[], PullOptions[]] = [[...events.entries()], []];
      const one = async (): Promise<void> => {
        for (let next = todo.shift(); next !== undefined; next = todo.shift())
          if (!(await send(next[1], next[0] + round))) left.push(next[1]);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, one));
      return left;
    };
    const answered = (what: string, count: () => boolean) => scene.until(60, async () => count() || `not yet ${what}`);

    const first = sendAll(DELIVERIES);
    await answered('a quarter', () => statuses.length > DELIVERIES.length / 4);
    await server.interrupt();
    await answered('one with 503', () => statuses.includes(503));
    scene.program.leader().signal('SIGKILL');
    await server.resume();
    let left = await first;
    expect(left.length).toBeGreaterThan(0);
    // half of what is left is sent to the one that is dead
    for (let round = 1; left.length > 0 && round < 20; round++) left = await sendAll(left, round);
    expect(left).toEqual([]);
    expect([...new Set(statuses)].sort()).toEqual([0, 200, 202, 503]);

    const requests = await scene.quiet(240);
    expect(requests.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort()).toEqual(
      await withoutFaults(),
    );
    // that a pull request is closed is remembered by one that is cancelled from its beginning
    expect(requests.filter(({ spec, status }) => status?.phase !== (spec.cancel ? 'Cancelled' : 'Succeeded'))).toEqual(
      [],
    );
    expect(scene.history.violations()).toEqual([]);
    expect(scene.history.started).toBe(EVENTS.length);
  });
}
