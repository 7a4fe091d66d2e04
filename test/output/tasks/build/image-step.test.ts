import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { MIRRORED } from '../../../../lib/output/tasks/shared/images';
import { script } from '../../../../lib/output/tasks/shared/script';
import { Workshop } from '../support/run-script';
import { suiteWith } from '../support/tools';

/** Says what it was asked to do, one word a line, and does what the real one would leave. */
const recording = (log: string, then = '') => `#!/bin/sh
printf '%s\\n' "$(basename "$0")" "$@" -- >>"${log}"
env | grep -E '^(REGISTRY_AUTH_FILE|DOCKER_CONFIG)=' >>"${log}.env"
${then}
`;

describe.each([
  { backend: 'buildah', takes: '--cache-from', keeps: '--cache-to' },
  { backend: 'buildkit', takes: '--import-cache', keeps: '--export-cache' },
  { backend: 'kaniko', takes: '--cache=true', keeps: '--cache=true' },
])('image-$backend.sh', ({ backend, takes, keeps }) => {
  let shop: Workshop;
  beforeEach(() => {
    shop = new Workshop();
    shop.file('source/my app/docker file', 'FROM scratch\n');
    program(recording(shop.path('log'), '[ "$1" != bud ] || echo sha256:built >"$HOME/image-id"'));
  });
  afterEach(() => shop.remove());

  /** kaniko's executor is not on the PATH of its image. */
  const program = (text: string) =>
    shop.program(
      { buildah: 'buildah', buildkit: 'buildctl-daemonless.sh', kaniko: 'executor' }[backend] as string,
      text,
    );
  const scriptFile = () =>
    shop.file('script.sh', script(`build/image-${backend}.sh`).replace('/kaniko/executor', 'executor'));
  const build = (over: Record<string, string> = {}, platforms: readonly string[] = []) =>
    shop.run(
      scriptFile(),
      {
        SOURCE: shop.path('source'),
        CONTEXT_DIR: 'my app',
        DOCKERFILE: 'docker file',
        LAYOUT: shop.path('layout'),
        KEY: 'abc',
        STAGING_REPO: 'r/handed/pr',
        LAYERS_REPO: 'r/cache/release',
        SECRET: 'registry-push-pr-cache',
        SCOPE: 'pr',
        REGISTRY_AUTH: shop.path('auth'),
        INSECURE: 'false',
        ...over,
      },
      platforms,
    );
  const asked = () => readFileSync(shop.path('log'), 'utf8');
  const credentials = () => readFileSync(shop.path('log.env'), 'utf8').trim();
  const withCredential = () => shop.file('auth/config.json', '{}');

  it('builds the context directory into a layout, whatever its name', () => {
    expect(build()).toMatchObject({ code: 0, stderr: '' });
    expect(asked()).toContain('docker file');
    expect(asked()).toMatch(new RegExp(`^.*${shop.path('source/my app')}$`, 'm'));
    expect(asked()).toMatch(new RegExp(`^.*${shop.path('layout')}$`, 'm'));
  });

  it('waits for no pipe that a step before it left', () => {
    execFileSync('mkfifo', [shop.path('layout'), shop.path('layout.digest')]);
    withCredential();
    expect(build()).toMatchObject({ code: 0 });
    expect([shop.path('layout'), shop.path('layout.digest')].filter((path) => existsSync(path))).toEqual([]);
  });

  it('keeps the layers of a release, with the credential of builds', () => {
    withCredential();
    expect(build({ SCOPE: 'release', STAGING_REPO: 'r/handed/release' })).toMatchObject({ code: 0 });
    expect(asked()).toContain(keeps);
    expect(asked()).toContain('r/cache/release');
    expect(credentials()).toContain(shop.path('auth'));
  });

  it('takes the layers of releases for a pull request, and keeps none: they would be given to others', () => {
    withCredential();
    expect(build()).toMatchObject({ code: 0 });
    expect(asked()).toContain(takes);
    expect(asked()).toContain('r/cache/release');
    if (backend === 'kaniko') expect(asked()).toContain('--no-push-cache');
    else expect(asked()).not.toContain(keeps);
  });

  it('keeps and takes no layers without a credential', () => {
    expect(build()).toMatchObject({ code: 0 });
    expect(asked()).not.toContain('cache');
  });

  it('keeps and takes no layers for a fork', () => {
    withCredential();
    expect(build({ SCOPE: 'fork', INSECURE: 'true' })).toMatchObject({ code: 0 });
    expect(asked()).not.toContain('cache');
  });

  it('talks plain HTTP to the registry only when the team says so', () => {
    withCredential();
    const plain = { buildah: '--tls-verify=false', buildkit: 'registry.insecure=true', kaniko: '--insecure=true' }[
      backend
    ] as string;
    expect(build()).toMatchObject({ code: 0 });
    expect(asked()).not.toContain(plain);
    expect(build({ INSECURE: 'true' })).toMatchObject({ code: 0 });
    expect(asked()).toContain(plain);
  });

  it('says what to fix when there is no Dockerfile', () => {
    const { code, stderr } = build({ DOCKERFILE: 'Dockerfile' });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "error: there is no 'Dockerfile' in 'my app': fix dockerfile or context-dir in the stack\n",
    });
    expect(existsSync(shop.path('log'))).toBe(false);
  });

  it('reads base images as a fork, too, through the mirror and with the credential for that alone', () => {
    shop.file('base/config.json', '{}');
    const mirror = { MIRROR: 'mirror.example.com/hub', MIRRORED: 'docker.io quay.io', BASE_AUTH: shop.path('base') };
    expect(build({ SCOPE: 'fork', ...mirror })).toMatchObject({ code: 0 });
    expect(credentials()).toContain(shop.path('base'));
    const said = {
      buildah: () => readFileSync(shop.path('home/registries.conf'), 'utf8'),
      buildkit: () => readFileSync(shop.path('home/buildkitd.toml'), 'utf8'),
      kaniko: asked,
    }[backend] as () => string;
    expect(said()).toContain('mirror.example.com/hub');
    expect(said()).toContain('quay.io');
  });

  it('shows a secret to instructions that ask for it, and fails where it is missing, but for a fork', () => {
    shop.file('secrets/npmrc', 's3cret');
    const secrets = { BUILD_SECRETS: shop.path('secrets'), BUILD_SECRET: 'npm-pr' };
    expect(build({ ...secrets, SECRET_KEYS: 'npmrc' })).toMatchObject({ code: 0 });
    expect(asked().includes(`id=npmrc,src=${shop.path('secrets/npmrc')}`)).toBe(backend !== 'kaniko');
    expect(asked()).not.toContain('s3cret');
    const missing = build({ ...secrets, SECRET_KEYS: 'npmrc\nother' });
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("Secret npm-pr has no key 'other'");
    expect(build({ BUILD_SECRETS: shop.path('none'), SECRET_KEYS: 'npmrc', SCOPE: 'fork' })).toMatchObject({ code: 0 });
  });

  it('says what a registry that counts pulls is about, and what to do', () => {
    program(
      '#!/bin/sh\necho "STEP 1: FROM redis" >&2; echo "Error: initializing source: toomanyrequests: You have reached your pull rate limit" >&2\nexit 125\n',
    );
    const { code, stderr } = build({ BASE_SECRET: 'base-images' });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: .*toomanyrequests: You have reached your pull rate limit: the registry limits how much is pulled; name a mirror in images.mirror of the team, or an account in Secret base-images$/m,
    );
  });

  it('says why the build failed, below its output', () => {
    program(
      '#!/bin/sh\necho "STEP 2: RUN false" >&2; echo "Error: building at STEP \\"RUN false\\": exit status 1" >&2\nexit 125\n',
    );
    const { code, stderr } = build();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'STEP 2: RUN false\nError: building at STEP "RUN false": exit status 1\nerror: the image cannot be built from \'docker file\': building at STEP "RUN false": exit status 1\n',
    });
  });

  it('builds for the platforms that are asked for', () => {
    const { code, stderr } = build({}, ['linux/amd64', 'linux/arm64']);
    if (backend === 'kaniko') {
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr:
          'error: kaniko builds for one platform, not for linux/amd64 linux/arm64: choose build.backend buildah or buildkit\n',
      });
      expect(build({}, ['linux/arm64'])).toMatchObject({ code: 0 });
      expect(asked()).toContain('--custom-platform=linux/arm64');
    } else {
      expect(code).toBe(0);
      expect(asked()).toMatch(/^(platform=)?linux\/amd64,linux\/arm64$/m);
    }
  });
});

it('image-buildah.sh names the Dockerfile as CSV, as buildah reads it', () => {
  const shop = new Workshop();
  shop.file('source/a, "b"/Dockerfile', 'FROM scratch\n');
  shop.program('buildah', recording(shop.path('log'), '[ "$1" != bud ] || echo sha256:built >"$HOME/image-id"'));
  const env = {
    SOURCE: shop.path('source'),
    CONTEXT_DIR: 'a, "b"',
    DOCKERFILE: 'Dockerfile',
    LAYOUT: shop.path('layout'),
    STAGING_REPO: 'r/handed/fork',
    LAYERS_REPO: 'r/cache/release',
    SECRET: 'registry-push-fork-cache',
    SCOPE: 'fork',
    REGISTRY_AUTH: shop.path('auth'),
    INSECURE: 'false',
  };
  expect(shop.run('build/image-buildah.sh', env)).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(shop.path('log'), 'utf8')).toContain(`--file\n"${shop.path('source')}/a, ""b""/Dockerfile"\n`);
  shop.remove();
});

it.each([
  { where: 'the registry, where it may push there', auth: 'auth', to: 'docker://r/handed/fork:image-abc' },
  { where: 'a layout, where it may not', auth: 'none', to: 'oci:' },
])('image-buildah.sh leaves the image in $where', ({ auth, to }) => {
  const shop = new Workshop();
  shop.file('source/Dockerfile', 'FROM scratch\n');
  shop.file('auth/config.json', '{}');
  shop.program(
    'buildah',
    `#!/bin/sh\ncase $1 in bud) echo sha256:built >"$HOME/image-id" ;; push) echo "$@" >"${shop.path('pushed')}" ;; esac\n`,
  );
  const env = {
    SOURCE: shop.path('source'),
    CONTEXT_DIR: '.',
    DOCKERFILE: 'Dockerfile',
    LAYOUT: shop.path('layout'),
    KEY: 'abc',
    STAGING_REPO: 'r/handed/fork',
    LAYERS_REPO: 'r/cache/release',
    SECRET: 'registry-push-fork-cache',
    SCOPE: 'fork',
    REGISTRY_AUTH: shop.path(auth),
    INSECURE: 'false',
  };
  expect(shop.run('build/image-buildah.sh', env)).toMatchObject({ code: 0, stderr: '' });
  const pushed = readFileSync(shop.path('pushed'), 'utf8');
  expect(pushed).toContain(`sha256:built ${to}`);
  expect(pushed.includes(`--digestfile ${shop.path('layout')}.digest`)).toBe(auth === 'auth');
  shop.remove();
});

it.each([
  { can: true, driver: 'overlay' },
  { can: false, driver: 'vfs' },
])('image-buildah.sh keeps layers by $driver where the kernel mounts overlays: $can', ({ can, driver }) => {
  const shop = new Workshop();
  shop.file('source/Dockerfile', 'FROM scratch\n');
  shop.program(
    'buildah',
    `#!/bin/sh\ncase "$1 $2" in info*) ${can} ;; 'bud --help') ;; bud*) echo "$STORAGE_DRIVER" >"${shop.path('driver')}"; echo sha256:built >"$HOME/image-id" ;; esac\n`,
  );
  const env = {
    SOURCE: shop.path('source'),
    CONTEXT_DIR: '.',
    DOCKERFILE: 'Dockerfile',
    LAYOUT: shop.path('layout'),
    KEY: 'abc',
    STAGING_REPO: 'r/handed/fork',
    LAYERS_REPO: 'r/cache/release',
    SECRET: 'registry-push-fork-cache',
    SCOPE: 'fork',
    REGISTRY_AUTH: shop.path('auth'),
    INSECURE: 'false',
  };
  expect(shop.run('build/image-buildah.sh', env)).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(shop.path('driver'), 'utf8')).toBe(`${driver}\n`);
  shop.remove();
});

it.each([
  { help: '--retry-delay duration', waits: true },
  { help: '--quiet', waits: false },
])('image-buildah.sh waits for a registry that is away, where buildah can: $help', ({ help, waits }) => {
  const shop = new Workshop();
  shop.file('source/Dockerfile', 'FROM scratch\n');
  shop.program(
    'buildah',
    `#!/bin/sh\necho "$@" >>"${shop.path('log')}"\ncase "$1 $2" in 'bud --help') echo '${help}' ;; bud*) echo sha256:built >"$HOME/image-id" ;; esac\n`,
  );
  const env = {
    SOURCE: shop.path('source'),
    CONTEXT_DIR: '.',
    DOCKERFILE: 'Dockerfile',
    LAYOUT: shop.path('layout'),
    STAGING_REPO: 'r/handed/fork',
    LAYERS_REPO: 'r/cache/release',
    SECRET: 'registry-push-fork-cache',
    SCOPE: 'fork',
    REGISTRY_AUTH: shop.path('auth'),
    INSECURE: 'false',
  };
  expect(shop.run('build/image-buildah.sh', env)).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(shop.path('log'), 'utf8').includes('--retry 6 --retry-delay 5s')).toBe(waits);
  shop.remove();
});

suiteWith(['buildah', 'docker-registry'], 'buildah in earnest, configured as its image is', () => {
  let shop: Workshop;
  let registry: ChildProcess;
  let host: string;
  beforeAll(async () => {
    shop = new Workshop();
    const port = await freePort();
    host = `127.0.0.1:${port}`;
    const config = shop.file(
      'registry.yml',
      JSON.stringify({
        version: '0.1',
        storage: { filesystem: { rootdirectory: shop.path('registry') } },
        http: { addr: host },
      }),
    );
    registry = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
    await answering(`http://${host}/v2/`);
    // what the image of the builder ships
    shop.file(
      'shipped.conf',
      'unqualified-search-registries = ["registry.example.com", "docker.io"]\nshort-name-mode = "enforcing"\n',
    );
    shop.file('base/Dockerfile', 'FROM scratch\nCOPY Dockerfile /base\n');
    for (const name of ['library/tiny:21-jre', 'acme/base:1.2'])
      expect(
        shop.run(
          shop.file(
            'push.sh',
            `set -eu\nbuildah bud --tls-verify=false -t x "${shop.path('base')}"\nbuildah push --tls-verify=false x "docker://${host}/hub/${name}"\n`,
          ),
          storage(),
        ),
      ).toMatchObject({ code: 0 });
  }, 120_000);
  afterAll(() => {
    registry.kill();
    shop.remove();
  });

  /** Its layers in a folder of the test; the container's files are unpacked by nobody else. */
  const storage = () => ({
    BUILDAH_ISOLATION: 'chroot',
    STORAGE_DRIVER: 'vfs',
    CONTAINERS_STORAGE_CONF: shop.file(
      'storage.conf',
      `[storage]\ndriver = "vfs"\ngraphroot = "${shop.path('graph')}"\nrunroot = "${shop.path('run')}"\n`,
    ),
    CONTAINERS_REGISTRIES_CONF: shop.path('shipped.conf'),
  });
  const build = (from: string, over: Record<string, string> = {}) => {
    shop.file('source/Dockerfile', `FROM ${from}\nCOPY Dockerfile /app\n`);
    return shop.run('build/image-buildah.sh', {
      ...storage(),
      SOURCE: shop.path('source'),
      CONTEXT_DIR: '.',
      DOCKERFILE: 'Dockerfile',
      LAYOUT: shop.path('layout'),
      KEY: 'abc',
      STAGING_REPO: `${host}/handed/fork`,
      LAYERS_REPO: `${host}/cache/release`,
      SECRET: 'registry-push-fork-cache',
      SCOPE: 'fork',
      REGISTRY_AUTH: shop.path('none'),
      INSECURE: 'true',
      MIRROR: `${host}/hub`,
      MIRRORED: MIRRORED.join(' '),
      ...over,
    });
  };

  it.each([
    'tiny:21-jre',
    'acme/base:1.2',
    'docker.io/library/tiny:21-jre',
    'index.docker.io/acme/base:1.2',
    'registry-1.docker.io/acme/base:1.2',
    'quay.io/acme/base:1.2',
  ])('takes FROM %s from the mirror', (from) => expect(build(from)).toMatchObject({ code: 0 }), 60_000);

  it('keeps what OCI has no word for: a shell that RUN takes, and what a base image has others do', async () => {
    const lines = ['SHELL ["/bin/bash", "-o", "pipefail", "-c"]', 'HEALTHCHECK CMD true', 'ONBUILD USER 1000'];
    expect(build(`tiny:21-jre\n${lines.join('\n')}`)).toMatchObject({ code: 0 });
    const accept = ['docker.distribution.manifest.v2', 'oci.image.manifest.v1'].map(
      (kind) => `application/vnd.${kind}+json`,
    );
    const read = async (path: string): Promise<unknown> =>
      (await fetch(`http://${host}/v2/handed/fork/${path}`, { headers: { accept: accept.join() } })).json();
    const { config } = (await read('manifests/image-abc')) as { config: { digest: string } };
    expect(await read(`blobs/${config.digest}`)).toMatchObject({
      config: {
        Shell: ['/bin/bash', '-o', 'pipefail', '-c'],
        Healthcheck: { Test: ['CMD-SHELL', 'true'] },
        OnBuild: ['USER 1000'],
      },
    });
  }, 60_000);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Waits until a server answers. */
async function answering(url: string): Promise<void> {
  for (;;) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}
