import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LABELS } from '../../../lib/words/labels';
import { SHA, pullRequestPayload } from '../../orchestrator/support';
import { adminOf } from './support/admin';
import { Program } from './support/replica';
import type { Replica } from './support/replica';
import { ACCOUNT, Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** The program as a router, before three orchestrators that each serve a namespace of their own on a real API server. */

const [EU, US, ASIA] = ['router-eu', 'router-us', 'router-asia'] as const;
const NAMES = [EU, US, ASIA];
const START = Date.now() - 60_000;

/** The address of an orchestrator, which stays while the orchestrator comes and goes. */
class Address {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((socket) => {
    const behind = connect(this.port, '127.0.0.1');
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => (other.destroy(), this.sockets.delete(one)));
      one.pipe(other);
    }
  });
  private port = 0;

  leadTo(address: string): void {
    this.port = Number(new URL(address).port);
  }

  async open(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }
}

const folder = mkdtempSync(join(tmpdir(), 'members-'));
const scenes = new Map<string, Scene>();
const addresses = new Map<string, Address>();
const replicas = new Map<string, Replica>();
let program: Program | undefined;
let router: Replica;

/** Starts the orchestrator of a namespace, or starts it again. */
async function start(name: string): Promise<void> {
  const [replica] = await scenes.get(name)!.start({ [`${name}-${Date.now()}`]: [] });
  replicas.set(name, replica!);
  addresses.get(name)!.leadTo(await replica!.address());
}

beforeAll(async () => {
  const members = [];
  for (const name of NAMES) {
    scenes.set(name, await Scene.open({ [name]: 4 }, () => true));
    addresses.set(name, new Address());
    const url = `${await addresses.get(name)!.open()}/webhook/{gitHost}`;
    members.push({ name, url, insecure: true, repositories: ['https://github.com/acme/web'] });
  }
  // of which acme/web is none of the repositories
  members.push({
    name: 'other',
    url: 'http://127.0.0.1:9/',
    insecure: true,
    repositories: ['https://github.com/acme/x'],
  });
  writeFileSync(join(folder, 'members.json'), JSON.stringify({ members }));
  await Promise.all(NAMES.map(start));
  program = new Program(adminOf(), ACCOUNT, { MODE: 'router', MEMBERS_FILE: join(folder, 'members.json') });
  router = await program.start('router');
  const address = await router.address();
  await scenes.get(EU)!.until(60, async () => (await fetch(`${address}/readyz`)).ok || 'the router is not ready');
});
afterAll(async () => {
  await program?.stop();
  for (const scene of scenes.values()) await scene.close();
  for (const address of addresses.values()) await address.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly body: {
    readonly code?: string;
    readonly members?: readonly { readonly member: string; readonly answer: { readonly status: string } }[];
    readonly errors?: readonly { readonly path: string }[];
  };
}

/** Delivers that a pull request was opened; the id is always the same. */
async function deliver(number: number): Promise<Answer> {
  const at = new Date(START + number * 1000).toISOString().replace(/\.\d+/, '');
  const payload = pullRequestPayload({ number, sha: SHA.a, at });
  const response = await router.deliver('pull_request', payload, { guid: `delivery-${1000 + number}` });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

/** The numbers of the pull requests that a namespace has requests of, one for each request. */
const requested = async (name: string): Promise<readonly number[]> =>
  (await scenes.get(name)!.requests())
    .map(({ metadata }) => Number(metadata.labels?.[LABELS.pullRequest]))
    .sort((a, b) => a - b);

it('makes one run of a delivery in the cluster of each owner, however often it is delivered', async () => {
  const first = await deliver(1);
  expect([first.status, first.body.members?.map(({ member, answer }) => [member, answer.status])]).toEqual([
    202,
    NAMES.map((name) => [name, 'accepted']),
  ]);
  // what is answered is there
  for (const name of NAMES) expect(await requested(name)).toEqual([1]);
  const again = await deliver(1);
  expect([again.status, again.body.members?.map(({ answer }) => answer.status)]).toEqual([
    200,
    NAMES.map(() => 'duplicate'),
  ]);
  for (const name of NAMES) {
    await scenes.get(name)!.quiet();
    expect(await scenes.get(name)!.runs()).toHaveLength(1);
  }
});

it('loses nothing and doubles nothing while one is slow, one is dead and one restarts', async () => {
  const numbers = Array.from({ length: 12 }, (_, index) => index + 2);
  const open = new Set(numbers);
  const deliverAll = () =>
    Promise.all(
      [...open].map(async (number) => {
        const { status, body } = await deliver(number);
        if (status < 300) return void open.delete(number);
        expect([status, body.code]).toEqual([502, 'member_failed']);
        return body.errors?.map(({ path }) => path);
      }),
    );

  replicas.get(US)!.signal('SIGKILL');
  await replicas.get(US)!.ended();
  replicas.get(ASIA)!.signal('SIGKILL');
  replicas.get(EU)!.signal('SIGSTOP');
  setTimeout(() => replicas.get(EU)!.signal('SIGCONT'), 2_000);
  const [failed] = await Promise.all([deliverAll(), start(ASIA)]);
  // none was called taken while an owner was away
  expect(open.size).toBe(numbers.length);
  for (const names of failed) expect(names).toContain(US);

  await start(US);
  // as GitHub, which is asked again
  await scenes.get(EU)!.until(120, async () => {
    await deliverAll();
    return open.size === 0 || `${open.size} are not taken`;
  });
  for (const name of NAMES) {
    await scenes.get(name)!.quiet();
    expect(await requested(name)).toEqual([1, ...numbers]);
    expect(await scenes.get(name)!.runs()).toHaveLength(numbers.length + 1);
    expect(scenes.get(name)!.history.violations()).toEqual([]);
  }
});

it('asks no API server', () => expect(router.proxy.seen).toEqual([]));
