import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOOL_IMAGES } from '../../lib/fleet/tool-images';
import type { Outcome } from '../support/cli';
import { inProcess } from '../support/cli';

/** `image` by what it asks of docker, podman and buildah: stand-ins keep a log. */

const ROOT = join(__dirname, '../..');

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'image-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** @param text sh, run after the call is in the log */
function standIn(name: string, text = ''): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\necho "${name} $*" >>'${folder}/log'\n${text}`);
  chmodSync(join(folder, 'bin', name), 0o755);
}
const log = (): string[] =>
  existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8').trim().split('\n') : [];

async function image(...args: string[]): Promise<Outcome> {
  const before = process.env.PATH;
  // stand-ins need a shell by its path, and nothing of the PATH
  process.env.PATH = join(folder, 'bin');
  try {
    return await inProcess(['image', ...args], folder);
  } finally {
    process.env.PATH = before;
  }
}

const built = (builder: string, tag: string, ...args: string[]): string =>
  [builder, 'build', '--file', join(ROOT, 'orchestrator/Dockerfile'), '--tag', tag, ...args, ROOT].join(' ');

it('builds what teams use, and pushes nothing unasked', async () => {
  standIn('docker');
  standIn('podman');
  const reference = TOOL_IMAGES.orchestrator as string;
  expect(await image()).toMatchObject({ status: 0, stdout: `built ${reference} with docker\n` });
  expect(log()).toEqual(['docker version', built('docker', reference)]);
});

it('pushes by the name that it is given', async () => {
  standIn('docker');
  expect(
    await image(
      '--tag',
      'registry.example.com/o:1',
      '--push',
      '--build-arg',
      'RUN_IMAGE=mirror/node:22',
      '--build-arg',
      'NPM_CONFIG_REGISTRY=http://npm',
    ),
  ).toMatchObject({ status: 0, stdout: 'built and pushed registry.example.com/o:1 with docker\n' });
  expect(log().slice(1)).toEqual([
    built(
      'docker',
      'registry.example.com/o:1',
      '--build-arg',
      'RUN_IMAGE=mirror/node:22',
      '--build-arg',
      'NPM_CONFIG_REGISTRY=http://npm',
    ),
    'docker push registry.example.com/o:1',
  ]);
});

it('takes the next where Docker does not run', async () => {
  standIn('docker', 'echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock." >&2; exit 1\n');
  standIn('buildah');
  expect(await image('--push')).toMatchObject({ status: 0 });
  expect(log().map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'docker version',
    'buildah version',
    'buildah build',
    'buildah push',
  ]);
});

it('says what is missing where none is there', async () => {
  mkdirSync(join(folder, 'bin'));
  const { status, stderr } = await image();
  expect(status).toBe(1);
  expect(stderr.trim().split('\n')).toEqual(
    ['docker', 'podman', 'buildah'].map(
      (name) => `${name}: is not on the PATH (expected one of docker, podman, buildah)`,
    ),
  );
});

it('pushes nothing that was not built, and says why it was not', async () => {
  standIn(
    'podman',
    'case "$1" in build) echo "STEP 7: RUN npm ci" >&2; echo "Error: building at STEP \\"RUN npm ci\\": exit status 1" >&2; exit 1 ;; esac\n',
  );
  expect(await image('--push')).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^podman build --file: Error: building at STEP "RUN npm ci": exit status 1$/m,
    ) as string,
  });
  expect(log().some((line) => line.startsWith('podman push'))).toBe(false);
});
