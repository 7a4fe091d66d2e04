import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestOf } from '../../lib/words/digest';
import { fixture } from '../fleet/support';
import { Folder } from './folder';

/** Releases that clusters name by an address. */

const RELEASE = fixture('tekton', 'release.yaml').text;
const DIGEST = digestOf(RELEASE);

let folder: Folder;
let server: Server;
let answer: RequestListener;
let asked: number;
let origin: string;

beforeEach(async () => {
  asked = 0;
  answer = (_, response) => void response.end(RELEASE);
  server = createServer((request, response) => {
    asked++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = new Folder();
  folder.fleet('alpha');
  process.env.TEKTON_DAG_CACHE = join(folder.path, 'cache');
});
afterEach(async () => {
  delete process.env.TEKTON_DAG_CACHE;
  folder.remove();
  await new Promise((resolve) => server.close(resolve));
});

const cluster = (digest = DIGEST, path = '/release.yaml'): string =>
  folder.write(
    'clusters/ci.yaml',
    `name: ci\ntekton: { install: release, release: "${origin}${path}", digest: "${digest}" }\n`,
  );
const cached = (): string => join(folder.path, 'cache', `${DIGEST.replace(':', '-')}.yaml`);

it('is fetched once, and synth makes of it what it makes of a file, without the network', async () => {
  cluster();
  expect(await folder.run('fetch')).toMatchObject({
    status: 0,
    stdout: `${origin}/release.yaml: ${RELEASE.length} bytes\n`,
  });
  expect(await folder.run('fetch')).toMatchObject({ status: 0, stdout: expect.stringContaining('is here already') });
  expect(asked).toBe(1);
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
  const made = folder.output();
  folder.write('vendor/tekton.yaml', RELEASE);
  folder.write(
    'clusters/ci.yaml',
    `name: ci\ntekton: { install: release, release: vendor/tekton.yaml, digest: "${DIGEST}" }\n`,
  );
  expect(await folder.run('synth', '--check')).toMatchObject({ status: 0 });
  expect(asked).toBe(1);
  expect(Object.keys(made).filter((path) => path.includes('/install/ci/'))).toHaveLength(5);
});

it('synth asks for it where it is not, and where its bytes are others', async () => {
  cluster();
  const missing = {
    status: 1,
    stderr: expect.stringContaining(
      'clusters/ci.yaml:2:38: tekton.release: is not on this machine: run npx tekton-dag fetch',
    ),
  };
  expect(await folder.run('synth')).toMatchObject(missing);
  await folder.run('fetch');
  writeFileSync(cached(), `${RELEASE}\n# changed\n`);
  expect(await folder.run('synth')).toMatchObject(missing);
  expect(await folder.run('fetch')).toMatchObject({ status: 0 });
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
  expect(asked).toBe(2);
});

it.each<[string, RequestListener, RegExp]>([
  ['is another', (_, response) => void response.end('kind: Other\n'), /is another than the cluster file says.*sha256:/],
  ['is not there', (_, response) => void response.writeHead(404).end(), /answered 404 Not Found/],
  ['is too large', (_, response) => void response.end(Buffer.alloc(17 * 1024 * 1024)), /is larger than 16777216 bytes/],
  [
    'breaks off',
    (_, response) => void response.writeHead(200, { 'content-length': 99 }).write('a', () => response.destroy()),
    /cannot be fetched: /,
  ],
])('keeps nothing of what %s', async (_, listener, says) => {
  answer = listener;
  cluster();
  const { status, stderr } = await folder.run('fetch');
  expect([status, stderr]).toEqual([1, expect.stringMatching(says)]);
  expect(() => readdirSync(join(folder.path, 'cache'))).toThrow('ENOENT');
});

it('says that nobody answers, and takes what somebody brought', async () => {
  cluster();
  await new Promise((resolve) => server.close(resolve));
  const { status, stderr } = await folder.run('fetch');
  expect([status, stderr]).toEqual([1, expect.stringMatching(/cannot be fetched: .*ECONNREFUSED/)]);
  expect(stderr).toContain(`what was fetched on another machine belongs into ${cached()}`);
  mkdirSync(dirname(cached()), { recursive: true });
  writeFileSync(cached(), RELEASE);
  expect(await folder.run('fetch')).toMatchObject({ status: 0 });
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
});

it('says what is wrong with a cluster file, and fetches nothing', async () => {
  folder.write('clusters/ci.yaml', `name: ci\ntekton: { install: release, release: "${origin}/release.yaml" }\n`);
  folder.write(
    'clusters/b.yaml',
    `name: b\ntekton: { install: release, release: "https://me:secret@example.com/r.yaml", digest: ${DIGEST} }\n`,
  );
  const { status, stderr } = await folder.run('fetch');
  expect(status).toBe(1);
  expect(stderr).toContain('tekton.digest: is missing: what an address leads to may change');
  expect(stderr).toContain('holds a user or a password, which would be in Git');
  expect(asked).toBe(0);
});

it('holds a file of the repository to a digest, too', async () => {
  folder.write('vendor/tekton.yaml', `${RELEASE}\n`);
  folder.write(
    'clusters/ci.yaml',
    `name: ci\ntekton: { install: release, release: vendor/tekton.yaml, digest: ${DIGEST} }\n`,
  );
  expect(await folder.run('synth')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(`tekton.digest: is not that of vendor/tekton.yaml`),
  });
});
