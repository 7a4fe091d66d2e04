import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { TOOL_IMAGES } from '../../lib/fleet/tool-images';
import { signedBy } from '../../orchestrator/src/http/signature';
import type { Outcome } from '../support/cli';
import { inProcess } from '../support/cli';

/** `kind up` and `kind down` by what they ask of docker, kind and kubectl: stand-ins keep a log and as much state as is asked for. */

const ROOT = join(__dirname, '../..');
jest.setTimeout(60_000);

interface Deployment {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly [{ readonly image: string }] } };
  };
}

let folder: string;
/** A project with team local alone, and the stand-ins. */
function setUp(): void {
  folder = mkdtempSync(join(tmpdir(), 'kind-'));
  for (const name of ['bin', 'state/containers', 'project/teams', 'project/stacks'])
    mkdirSync(join(folder, name), { recursive: true });
  cpSync(join(ROOT, 'teams/local'), project('teams/local'), { recursive: true });
  cpSync(join(ROOT, 'clusters/kind-tekton-dag.ts'), project('clusters/kind-tekton-dag.ts'));
  cpSync(join(ROOT, 'stacks/shop.yaml'), project('stacks/shop.yaml'));
  standIn('docker', DOCKER);
  standIn('kind', KIND);
  standIn('kubectl', KUBECTL);
}
const tearDown = (): void => rmSync(folder, { recursive: true, force: true });

/** @param text sh, run after what is common: the call is in the log, its standard input beside it */
function standIn(name: string, text: string): void {
  const common = `#!/bin/sh\nSTATE='${folder}/state'\necho "${name} $*" >>"$STATE/log"\ncase "$*" in *--interactive*|*"--config -"*|*"--filename -"*) cat >"$STATE/stdin-${name}" ;; esac\n`;
  writeFileSync(join(folder, 'bin', name), common + text);
  chmodSync(join(folder, 'bin', name), 0o755);
}

const DIGEST = `sha256:${'4f'.repeat(32)}`;
/** Containers are files that hold their networks. */
const DOCKER = `
name() { while [ $# -gt 0 ]; do if [ "$1" = --name ]; then echo "$2"; return; fi; shift; done; }
case "$1" in
version) echo 28.2.2 ;;
image) echo '["elsewhere/orchestrator@sha256:${'a'.repeat(64)}","localhost:5001/orchestrator@${DIGEST}"]' ;;
ps) case "$*" in
  *label=*) ls "$STATE/containers" ;;
  *) of=\${4#name=^}; cat "$STATE/containers/\${of%?}" 2>/dev/null || true ;;
  esac ;;
run) echo kind >"$STATE/containers/$(name "$@")" ;;
rm) shift 3; for container; do rm "$STATE/containers/$container"; done ;;
esac
`;
/** A Secret is there once it was made. */
const KUBECTL = `
case "$*" in
*'get secret'*) if [ -e "$STATE/stdin-kubectl" ]; then echo secret/github-webhook-secret; fi ;;
esac
`;
const KIND = `
case "$1 $2" in
version*) echo 'kind v0.30.0 go1.24.6 linux/amd64' ;;
'create cluster') touch "$STATE/cluster" ;;
'delete cluster') rm -f "$STATE/cluster" ;;
'get clusters') if [ -e "$STATE/cluster" ]; then echo tekton-dag; else echo 'No kind clusters found.' >&2; fi ;;
'get nodes') echo tekton-dag-control-plane ;;
esac
`;

const project = (...parts: string[]): string => join(folder, 'project', ...parts);
async function kind(what: string, path = `${join(folder, 'bin')}:/usr/bin:/bin`): Promise<Outcome> {
  const before = process.env.PATH;
  process.env.PATH = path;
  try {
    return await inProcess(['kind', what], project());
  } finally {
    process.env.PATH = before;
  }
}
const log = (): string[] => readFileSync(join(folder, 'state/log'), 'utf8').trim().split('\n');
const calls = (start: string): string[] => log().filter((line) => line.startsWith(start));
const forget = (): void => rmSync(join(folder, 'state/log'));
const secret = (): string => (JSON.parse(stdin('kubectl')) as { stringData: { current: string } }).stringData.current;
const stdin = (name: string): string => readFileSync(join(folder, `state/stdin-${name}`), 'utf8');

/** Changes a file of the project. */
function edit(path: string, changes: readonly (readonly [string, string])[]): void {
  const before = readFileSync(project(path), 'utf8');
  for (const [from] of changes) expect(before).toContain(from);
  writeFileSync(
    project(path),
    changes.reduce((text, [from, to]) => text.replaceAll(from, to), before),
  );
}

describe('the first kind up', () => {
  let first: Outcome;
  beforeAll(async () => {
    setUp();
    first = await kind('up');
  });
  afterAll(tearDown);

  it('starts everything, in an order in which each finds what it needs', () => {
    const { status, stdout, stderr } = first;
    expect({
      status,
      errors: stderr.split('\n').filter((line) => line !== '' && !line.startsWith('warning') && !/^\d+ s: /.test(line)),
    }).toEqual({ status: 0, errors: [] });
    const steps = [
      'kind create cluster',
      'docker run .*--name kind-registry',
      'kubectl .*apply .*/tekton-releases/pipeline/',
      'kubectl .*patch configmap feature-flags',
      'kubectl .*wait deployments --all --namespace tekton-pipelines',
      'docker build .*--tag localhost:5001/orchestrator:local',
      'docker push localhost:5001/orchestrator:local',
      'kubectl .*apply .*build/kind/objects.yaml',
      'kubectl .*create --filename -',
      'kubectl .*wait deployment/tekton-dag-router --namespace shop-staging',
      'kubectl .*wait deployment/tekton-dag-orchestrator --namespace team-local',
    ];
    const places = steps.map((step) => log().findIndex((line) => new RegExp(step).test(line)));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(stdout).toMatch(/with Tekton \d+\.\d+\.\d+ and team local\. Next:/);
    expect(existsSync(project('dist/kind.yaml'))).toBe(true);
  });

  it('asks for one node of an image that cannot change', () => {
    expect(load(stdin('kind'))).toEqual({
      kind: 'Cluster',
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      name: 'tekton-dag',
      nodes: [
        {
          role: 'control-plane',
          image: expect.stringMatching(/^kindest\/node:v1\.\d+\.\d+@sha256:[0-9a-f]{64}$/) as string,
        },
      ],
    });
  });

  it('installs the release of Tekton that the types are generated from', () => {
    const { imports } = load(readFileSync(join(ROOT, 'cdk8s.yaml'), 'utf8')) as { imports: string[] };
    expect(imports).toContain(calls('kubectl').flatMap((call) => /--filename (https:\S+)/.exec(call)?.[1] ?? [])[0]);
  });

  it('lets nodes, pods and this machine reach the registry that the file of the cluster names', () => {
    const cluster = readFileSync(project('clusters/kind-tekton-dag.ts'), 'utf8');
    expect(cluster).toContain("imageRegistry: 'localhost:5001'");
    expect(cluster).toContain("pushRegistry: 'kind-registry:5000'");
    expect(calls('docker run').find((call) => call.includes('kind-registry'))).toMatch(
      /--network kind .*--publish 127\.0\.0\.1:5001:5000 docker\.io\/library\/registry:\d+\.\d+\.\d+$/,
    );
    expect(calls('docker exec')).toEqual([
      expect.stringMatching(/tekton-dag-control-plane .*\/etc\/containerd\/certs\.d\/localhost:5001$/),
    ]);
    expect(stdin('docker')).toBe('[host."http://kind-registry:5000"]\n');
  });

  it('serves repositories to pods, and says where to a shell and to the tests', () => {
    expect(calls('docker run').find((call) => call.includes('kind-git'))).toContain(
      `--volume ${project('build/kind/git')}:/git ${TOOL_IMAGES.platform} git daemon --base-path=/git`,
    );
    const { stdout } = spawnSync('sh', ['-c', `. '${project('build/kind/env')}'; env`], { encoding: 'utf8' });
    expect(
      Object.fromEntries(
        stdout
          .split('\n')
          .filter((line) => /^(KUBECONFIG|CLUSTER_)/.test(line))
          .map((line) => line.split('=')),
      ),
    ).toEqual({
      KUBECONFIG: project('build/kind/kubeconfig'),
      CLUSTER_REGISTRY: 'localhost:5001',
      CLUSTER_PUSH_REGISTRY: 'kind-registry:5000',
      CLUSTER_GIT: 'git://kind-git',
      CLUSTER_GIT_DIR: project('build/kind/git'),
    });
  });

  it('applies dist/kind.yaml, the orchestrator by what was pushed', () => {
    const { image } = (loadAll(readFileSync(project('build/kind/objects.yaml'), 'utf8')) as Deployment[]).find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'tekton-dag-orchestrator',
    )!.spec.template.spec.containers[0];
    expect(image).toBe(`localhost:5001/orchestrator@${DIGEST}`);
    expect(
      readFileSync(project('build/kind/objects.yaml'), 'utf8').replaceAll(image, 'localhost:5001/orchestrator:local'),
    ).toBe(readFileSync(project('dist/kind.yaml'), 'utf8'));
  });

  it('makes a webhook secret that nobody knows', () => {
    expect(JSON.parse(stdin('kubectl'))).toMatchObject({
      kind: 'Secret',
      metadata: { name: 'github-webhook-secret', namespace: 'team-local' },
      stringData: { current: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    });
    expect(readFileSync(join(folder, 'state/log'), 'utf8')).not.toContain(secret());
  });

  it('prints the lines that make the Secrets which nobody has made', () => {
    const lines = first.stdout
      .match(/^ {2}.*kubectl create secret generic \S+/gm)
      ?.map((line) => line.split(' ').at(-1));
    expect(lines).toEqual(['github-token', 'git-read-token']);
  });

  it('shows how a delivery is signed, as the orchestrator checks it', () => {
    const lines = /^ {2}secret=[^]*?--header "x-hub-signature-256: [^\n]*$/m.exec(first.stdout)?.[0] as string;
    const payload = Buffer.from('{"zen": "Keep it logically awesome."}\n');
    writeFileSync(project('payload.json'), payload);
    const others = join(folder, 'by-hand');
    mkdirSync(others);
    for (const [name, text] of [
      ['kubectl', `printf %s '${secret()}'`],
      ['curl', 'for word; do echo "$word"; done'],
    ] as const)
      writeFileSync(join(others, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    const { stdout } = spawnSync('sh', ['-c', lines], {
      cwd: project(),
      env: { ...process.env, PATH: `${others}:${process.env.PATH}` },
      encoding: 'utf8',
    });
    const headers = Object.fromEntries(
      stdout
        .split('\n')
        .filter((line) => /^[\w-]+: /.test(line))
        .map((line) => line.split(': ')),
    );
    expect(
      signedBy([payload], headers['x-hub-signature-256'], 'github', [{ id: 'current', value: Buffer.from(secret()) }])
        ?.id,
    ).toBe('current');
    expect(headers).toMatchObject({
      'x-github-event': 'pull_request',
      'x-github-delivery': expect.stringMatching(/^[0-9A-Za-z-]{8,64}$/),
      'content-type': 'application/json',
    });
  });

  it('leaves the settings of the user alone: no call but with its own kubeconfig', () => {
    const others = log().filter(
      (call) =>
        /^(kubectl|kind (create|export|delete))/.test(call) &&
        !call.includes('--kubeconfig build/kind/kubeconfig') &&
        !call.startsWith('kubectl version'),
    );
    expect(others).toEqual([]);
  });
});

describe('kind up', () => {
  beforeEach(setUp);
  afterEach(tearDown);

  it('makes nothing twice, applies again, and goes on where it was interrupted', async () => {
    await kind('up');
    forget();
    expect((await kind('up')).status).toBe(0);
    expect(log().filter((call) => /^(kind create|docker run|docker network)/.test(call))).toEqual([]);
    expect(calls('kubectl').filter((call) => call.includes(' apply '))).toHaveLength(2);
    // a secret that is there is one that somebody uses
    expect(calls('kubectl').filter((call) => call.includes(' create '))).toEqual([]);
    // one is stopped and of somebody else's network, one is gone
    writeFileSync(join(folder, 'state/containers/kind-registry'), 'bridge\n');
    rmSync(join(folder, 'state/containers/kind-git'));
    expect((await kind('up')).status).toBe(0);
    expect(log()).toEqual(
      expect.arrayContaining([
        'docker start tekton-dag-control-plane',
        'docker network connect kind kind-registry',
        'docker start kind-registry',
      ]),
    );
    expect(calls('docker run')).toEqual([expect.stringContaining('--name kind-git ')]);
  });

  it('waits for the webhook of Tekton, and only for that', async () => {
    const refusing = (message: string): string =>
      `case "$*" in *build/kind/objects.yaml*) if [ ! -e "$STATE/refused" ]; then touch "$STATE/refused"; echo '${message}' >&2; exit 1; fi ;; esac\n`;
    standIn(
      'kubectl',
      refusing('Error from server (InternalError): failed calling webhook "webhook.pipeline.tekton.dev"'),
    );
    expect((await kind('up')).status).toBe(0);
    rmSync(join(folder, 'state/refused'));
    standIn('kubectl', refusing('Error from server (Invalid): Task "x" is invalid'));
    expect(await kind('up')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Error from server (Invalid): Task "x" is invalid\n') as string,
    });
  });

  it('says what stopped it, in the words of the program', async () => {
    standIn(
      'docker',
      DOCKER.replace(
        'run)',
        `run) printf 'Unable to find image\\ndocker: Error response from daemon: Bind for 127.0.0.1:5001 failed: port is already allocated\\n\\nRun docker run --help for more information\\n' >&2; exit 125 ;;\nnever)`,
      ),
    );
    const { status, stderr } = await kind('up');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^docker run --detach: docker: Error response from daemon: Bind for 127\.0\.0\.1:5001 failed: port is already allocated$/m,
    );
  });

  it('goes by the file of the cluster: another registry, and what synth makes of a release', async () => {
    mkdirSync(project('vendor'));
    cpSync(join(ROOT, 'test/fixtures/tekton/release.yaml'), project('vendor/tekton.yaml'));
    edit('clusters/kind-tekton-dag.ts', [
      ["'localhost:5001'", "'localhost:5009'"],
      ["'kind-registry:5000'", "'other-registry:5123'"],
      ["tektonVersion: '1.15.0'", "tekton: { install: 'release', release: 'vendor/tekton.yaml' }"],
    ]);
    edit('teams/local/team.ts', [["'localhost:5001/", "'localhost:5009/"]]);
    expect(await kind('up')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('with Tekton 1.15.0') as string,
    });
    expect(calls('docker run')[0]).toMatch(/--name other-registry .*--publish 127\.0\.0\.1:5009:5123 /);
    expect(calls('docker exec')[0]).toMatch(/certs\.d\/localhost:5009$/);
    expect(calls('docker push')).toEqual(['docker push localhost:5009/orchestrator:local']);
    const applied = calls('kubectl').filter((call) => call.includes(' apply '));
    expect(applied[0]).toMatch(/--filename dist\/install\/kind-tekton-dag$/);
    expect(calls('kubectl').filter((call) => call.includes(' patch '))).toEqual([]);
  });

  it('wants of that file what it makes', async () => {
    edit('clusters/kind-tekton-dag.ts', [
      ["'localhost:5001'", "'registry.example.com'"],
      ["tektonVersion: '1.15.0'", "tektonVersion: '1.15'"],
    ]);
    const { status, stderr } = await kind('up');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /kind-tekton-dag\.ts: imageRegistry: kind up cannot make this \(found registry\.example\.com; expected localhost and a port/,
    );
    expect(stderr).toMatch(
      /kind-tekton-dag\.ts: tektonVersion: kind up cannot make this \(found 1\.15; expected all three numbers/,
    );
    expect(calls('kind create')).toEqual([]);
  });

  it('wants a team for its cluster', async () => {
    writeFileSync(
      project('teams/local/team.ts'),
      readFileSync(project('teams/local/team.ts'), 'utf8').replace('kind-tekton-dag', 'production'),
    );
    expect(await kind('up')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        "teams: no team runs on this cluster: give one cluster: 'kind-tekton-dag'",
      ) as string,
    });
    expect(calls('kind create')).toEqual([]);
  });
});

describe.each(['up', 'down'])('kind %s', (what) => {
  beforeEach(setUp);
  afterEach(tearDown);

  it('names every program that is missing, and where to get it', async () => {
    for (const name of ['docker', 'kind']) rmSync(join(folder, 'bin', name));
    mkdirSync(join(folder, 'usr'));
    for (const name of ['sh', 'cat']) symlinkSync(`/bin/${name}`, join(folder, 'usr', name));
    const { status, stderr } = await kind(what, `${join(folder, 'bin')}:${join(folder, 'usr')}`);
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(
        /^docker: is not on the PATH \(expected a running Docker: start Docker, or install it: https:\/\/docs\.docker\.com\/\S+; docs\/local\.md says how to do without\)$/,
      ),
      expect.stringMatching(
        /^kind: is not on the PATH \(expected kind \d+\.\d+\.\d+ or newer: https:\/\/kind\.sigs\.k8s\.io\//,
      ),
    ]);
  });

  it('says that Docker does not run, and that kind is too old', async () => {
    standIn(
      'docker',
      'echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2; exit 1\n',
    );
    standIn('kind', 'echo kind v0.9.0 go1.24.6 linux/amd64\n');
    const { status, stderr } = await kind(what);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^docker version --format: Cannot connect to the Docker daemon at .* \(expected a running Docker: start Docker/m,
    );
    expect(stderr).toMatch(/^kind: is too old \(found 0\.9\.0; expected kind 0\.30\.0 or newer/m);
    expect(existsSync(project('build'))).toBe(false);
  });
});

describe('kind down', () => {
  beforeEach(setUp);
  afterEach(tearDown);

  it('removes what kind up made, and nothing else', async () => {
    await kind('up');
    expect(calls('docker run').every((call) => call.includes('--label tekton-dag.io/kind '))).toBe(true);
    expect((await kind('down')).status).toBe(0);
    expect(calls('kind delete')).toEqual(['kind delete cluster --name tekton-dag --kubeconfig build/kind/kubeconfig']);
    expect(calls('docker rm')).toEqual(['docker rm --force --volumes kind-git kind-registry']);
    expect(existsSync(project('build/kind'))).toBe(false);
  });

  it('is content where nothing is left', async () => {
    expect((await kind('down')).status).toBe(0);
    expect(calls('docker rm')).toEqual([]);
  });
});
