import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { TOOL_IMAGES } from '../../lib/fleet/tool-images';
import { skopeoCopy } from '../../lib/output/image-copies';
import { inMirror } from '../../lib/output/tasks/shared/images';
import { fixture } from '../fleet/support';
import { suiteWith } from '../output/tasks/support/tools';
import { freePort } from '../output/team/support/router';
import { Folder, teamFile } from './folder';

/** `images`: what the fleet uses, what is wrong with it, and how a mirror gets it. */

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  folder.fleet('a', 'b');
});
afterEach(() => folder.remove());

const GIT = TOOL_IMAGES.git as string;
const json = (stdout: string): readonly Readonly<Record<string, unknown>>[] =>
  JSON.parse(stdout) as readonly Readonly<Record<string, unknown>>[];

it('lists each image with its key and its teams', async () => {
  const text = await folder.run('images', 'list');
  expect(text).toMatchObject({ status: 0, stderr: '' });
  expect(text.stdout.split('\n').map((line) => line.split(/ {2,}/))).toContainEqual([GIT, 'tool', 'git', 'a, b']);
  const { stdout } = await folder.run('images', 'list', '--format', 'json');
  expect(json(stdout)).toContainEqual({
    image: GIT,
    kind: 'tool',
    keys: ['git'],
    teams: ['a', 'b'],
    published: GIT,
  });
});

it('lists the images of the fleet and not of dist/', async () => {
  folder.write('teams/a/team.yaml', teamFile('a', "images: { overrides: { git: 'r.example.com/git:1.2.3' } }\n"));
  const { stdout } = await folder.run('images', 'list', '--format', 'json');
  expect(json(stdout)).toContainEqual({ image: 'r.example.com/git:1.2.3', kind: 'tool', keys: ['git'], teams: ['a'] });
});

it('fails for a version that has no support, and names it, the day and the team', async () => {
  // versions whose end nobody knows
  for (const name of ['a', 'b']) {
    const text = folder.read(`stacks/${name}.yaml`);
    const asked = text
      .replace('tool: npm', "tool: npm, node-version: '99'")
      .replace('tool: pip', "tool: pip, python-version: '9.9'");
    folder.write(`stacks/${name}.yaml`, asked);
    const overrides = "{ node-99: 'r.example.com/node:99.0.0', python-9.9: 'r.example.com/python:9.9.0' }";
    folder.write(`teams/${name}/team.yaml`, teamFile(name, `images: { overrides: ${overrides} }\n`));
  }
  expect(await folder.run('images', 'check')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d+ images: 0 errors, \d+ warnings\n$/) as string,
  });
  folder.write('stacks/a.yaml', folder.read('stacks/a.yaml').replace("'99'", "'18'"));
  const { status, stdout, stderr } = await folder.run('images', 'check');
  expect(status).toBe(1);
  expect(stdout).toMatch(/ images: 1 error, /);
  expect(stderr).toContain(
    `${TOOL_IMAGES['node-18']}: node-18: this version has had no fixes since 2025-04-30; ask for a newer one in the stacks of team 'a'\n`,
  );
  const checked = await folder.run('images', 'check', '--format', 'json');
  expect(checked).toMatchObject({ status: 1, stderr: '' });
  expect(json(checked.stdout).find(({ image }) => image === TOOL_IMAGES['node-18'])).toMatchObject({
    problems: expect.arrayContaining([expect.objectContaining({ path: 'node-18', severity: 'error' })]) as object,
  });
});

it('takes a digest wherever an image is said, and then warns of no tag', async () => {
  const digest = `sha256:${'1'.repeat(64)}`;
  const pinned = `r.example.com/git:2.47.2@${digest}`;
  for (const name of ['a', 'b'])
    folder.write(
      `teams/${name}/team.yaml`,
      teamFile(
        name,
        `images: { overrides: { git: '${pinned}' } }\norchestrator: { image: 'r.example.com/o@${digest}' }\n`,
      ),
    );
  expect((await folder.run('synth')).status).toBe(0);
  expect(folder.read('dist/teams/a/30-tasks.yaml')).toContain(`image: ${pinned}\n`);
  expect(folder.read('dist/teams/a/60-orchestrator.yaml')).toContain(`image: r.example.com/o@${digest}\n`);
  const checked = json((await folder.run('images', 'check', '--format', 'json')).stdout);
  const good = checked.filter(({ problems }) => (problems as unknown[]).length === 0).map(({ image }) => image);
  expect(good).toEqual(expect.arrayContaining([pinned, `r.example.com/o@${digest}`]));
});

it('prints a command for each image that a mirror needs', async () => {
  const { status, stdout, stderr } = await folder.run('images', 'mirror', 'm.example.com/hub');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.split('\n')).toContain(
    `skopeo ${skopeoCopy({ from: GIT, to: inMirror(GIT, 'm.example.com/hub') }).join(' ')}`,
  );
});

it.each([['https://m.example.com'], ['m.example.com/'], ['$(x)']])('mirrors nothing to %s', async (registry) => {
  expect(await folder.run('images', 'mirror', registry)).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('Write a registry such as registry.example.com/team') as string,
  });
});

suiteWith(['docker-registry', 'skopeo'], 'with a registry', () => {
  let registry: ChildProcess;
  let host: string;
  const before = process.env.HOME;
  beforeEach(async () => {
    host = `127.0.0.1:${await freePort()}`;
    const config = { version: '0.1', storage: { inmemory: {} }, http: { addr: host } };
    registry = spawn('docker-registry', ['serve', folder.write('registry.yml', JSON.stringify(config))], {
      stdio: 'ignore',
    });
    await answering(`http://${host}/v2/`);
    // all that is published is at one address of this machine
    const publishers = ['docker.io', 'ghcr.io', 'mcr.microsoft.com', 'quay.io'].map(
      (prefix) => `[[registry]]\nprefix = "${prefix}"\nlocation = "${host}/${prefix}"\ninsecure = true\n`,
    );
    process.env.HOME = folder.path;
    folder.write(
      '.config/containers/registries.conf',
      `${publishers.join('\n')}\n[[registry]]\nlocation = "${host}"\ninsecure = true\n`,
    );
  });
  afterEach(() => {
    process.env.HOME = before;
    registry.kill();
  });

  it('copies what there is under the digest that it has, and says what there is not', async () => {
    const released = `docker.io/acme/api:1.2.3@${await publish(host, 'docker.io/acme/api:1.2.3')}`;
    folder.write(
      'vendor/results.yaml',
      fixture('tekton', 'results.yaml').text.replace(/image: \S*\/api\S*/, `image: ${released}`),
    );
    folder.write(
      'clusters/prod.yaml',
      'name: prod\nresults: { release: vendor/results.yaml, database: { host: db.example.com, tls: { caBundle: { configMap: ca } } } }\n',
    );
    const { status, stdout, stderr } = await folder.run('images', 'mirror', `${host}/hub`, '--apply');
    expect(status).toBe(1);
    expect(stdout).toBe(`copied ${released} to ${inMirror(released, `${host}/hub`)}\n`);
    expect(stderr).toContain(`${TOOL_IMAGES.kubectl}: `);
    expect(stderr).not.toContain(`${released}: `);
    const copied = await fetch(`http://${host}/v2/hub/acme/api/manifests/1.2.3`, { headers: { accept: INDEX } });
    expect(released).toBe(`docker.io/acme/api:1.2.3@${copied.headers.get('docker-content-digest')}`);
  });

  it('finds the images that a registry does not have, by tag and by digest', async () => {
    const image = 'docker.io/acme/git:1.2.3';
    const digest = await publish(host, image);
    const elsewhere = digest.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const override = (name: string, own: string): string =>
      folder.write(`teams/${name}/team.yaml`, teamFile(name, `images: { overrides: { git: '${own}' } }\n`));
    override('a', `${image}@${digest}`);
    override('b', `${image}@${elsewhere}`);
    const { status, stdout } = await folder.run('images', 'check', '--probe', '--format', 'json');
    expect(status).toBe(1);
    const checked = new Map(json(stdout).map(({ image, problems }) => [image, problems]));
    expect(checked.get(`${image}@${digest}`)).toEqual([]);
    for (const missing of [`${image}@${elsewhere}`, TOOL_IMAGES.kubectl])
      expect(checked.get(missing)).toContainEqual(
        expect.objectContaining({
          file: missing,
          severity: 'error',
          message: expect.stringMatching(/^its registry does not give it: /) as string,
        }),
      );
  });
});

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Puts an image for two platforms where registries.conf looks for it. @returns the digest of its index */
async function publish(host: string, image: string): Promise<string> {
  const [name = '', tag = ''] = image.split(':');
  const at = `http://${host}/v2/${name}`;
  const blob = async (bytes: Buffer, mediaType: string): Promise<object> => {
    const { headers } = await fetch(`${at}/blobs/uploads/`, { method: 'POST' });
    const place = new URL(headers.get('location')!, at);
    place.searchParams.set('digest', digestOf(bytes));
    await put(place.href, bytes, 'application/octet-stream');
    return { mediaType, size: bytes.length, digest: digestOf(bytes) };
  };
  const layer = await blob(gzipSync(Buffer.alloc(1024)), 'application/vnd.oci.image.layer.v1.tar+gzip');
  const manifests: object[] = [];
  for (const architecture of ['amd64', 'arm64']) {
    const about = {
      architecture,
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digestOf(Buffer.alloc(1024))] },
    };
    const config = await blob(Buffer.from(JSON.stringify(about)), 'application/vnd.oci.image.config.v1+json');
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] }));
    await put(`${at}/manifests/${digestOf(bytes)}`, bytes, MANIFEST);
    manifests.push({
      mediaType: MANIFEST,
      size: bytes.length,
      digest: digestOf(bytes),
      platform: { architecture, os: 'linux' },
    });
  }
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
  await put(`${at}/manifests/${tag}`, index, INDEX);
  return digestOf(index);
}

async function put(url: string, body: Buffer, type: string): Promise<void> {
  const { status } = await fetch(url, { method: 'PUT', body, headers: { 'content-type': type } });
  expect(status).toBe(201);
}

async function answering(url: string): Promise<void> {
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  )
    await new Promise((done) => void setTimeout(done, 50));
}
