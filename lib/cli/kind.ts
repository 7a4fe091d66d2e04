import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from 'js-yaml';
import type { Team } from '../fleet/model';
import { ROUTER, accountName } from '../words/names';
import { InputError } from '../words/problem';
import type { Problem } from '../words/problem';
import { TOOL_IMAGES } from '../fleet/tool-images';
import { buildImage, pushImage } from './image';
import { loadFleet } from './load';
import { resolveImages } from '../output/tasks/shared/images';
import { program } from './program';
import { synth } from './synth';
import { EXIT, during, print } from './terminal';
import type { ExitCode } from './terminal';

/**
 * A cluster of Docker containers for one person: Kubernetes by Kind, a registry and a git server beside it, Tekton, and
 * what dist/kind.yaml holds. https://kind.sigs.k8s.io/docs/user/local-registry/
 */

const CLUSTER = 'tekton-dag';
/** The first Kind that this image is built for is the oldest that may start it. */
const KIND = {
  version: '0.30.0',
  image: 'kindest/node:v1.34.0@sha256:7416a61b42b1662ca6ca89f02028ac133a309a2a30ba309614e8ec94d976dc5a',
} as const;
/** As nodes and this machine call it; pods call it by the name of its container. */
const REGISTRY = {
  name: 'kind-registry',
  image: 'docker.io/library/registry:3.0.0',
  port: 5000,
  local: 'localhost:5001',
} as const;
const GIT = { name: 'kind-git', image: TOOL_IMAGES.platform as string } as const;
/** On the containers that `kind up` made: a registry of this name may be somebody else's. */
const LABEL = 'tekton-dag.io/kind';

const FOLDER = 'build/kind';
const KUBECONFIG = join(FOLDER, 'kubeconfig');
/** What is applied: dist/kind.yaml, by the images that were built. */
const OBJECTS = join(FOLDER, 'objects.yaml');
const kubectl = (...args: readonly string[]): Promise<string> =>
  program('kubectl', ['--kubeconfig', KUBECONFIG, ...args]);
const available = (deployment: string, namespace: string): Promise<string> =>
  during(
    `wait for ${deployment} in ${namespace}`,
    kubectl(
      'wait',
      `deployment/${deployment}`,
      '--namespace',
      namespace,
      '--for=condition=Available',
      '--timeout=300s',
    ),
  );

/**
 * `kind up`: each step looks first whether it is done, so that a second call goes on where the first was interrupted and
 * applies what has changed since.
 */
export async function kindUp(): Promise<ExitCode> {
  await checkPrograms();
  synth([], {});
  const teams = loadFleet({}).fleet.teams.filter(({ cluster }) => cluster === `kind-${CLUSTER}`);
  const [team] = teams;
  if (team === undefined)
    throw new InputError([
      {
        file: 'teams',
        message: `no team runs on this cluster: give one cluster: 'kind-${CLUSTER}'`,
        severity: 'error',
      },
    ]);
  mkdirSync(join(FOLDER, 'git'), { recursive: true });
  await startCluster();
  await startContainer(REGISTRY.name, [
    '--publish',
    `127.0.0.1:${REGISTRY.local.split(':')[1]}:${REGISTRY.port}`,
    REGISTRY.image,
  ]);
  await startContainer(GIT.name, gitServer());

  const tekton = tektonRelease();
  await during(
    `install Tekton ${tekton.version}`,
    kubectl('apply', '--server-side', '--force-conflicts', '--filename', tekton.address),
  );
  // nothing here puts sidecars into pods, so no first step needs to wait for them: docs/performance.md
  await kubectl(
    'patch',
    'configmap',
    'feature-flags',
    '--namespace',
    'tekton-pipelines',
    '--patch',
    '{"data": {"running-in-environment-with-injected-sidecars": "false"}}',
  );
  await during(
    'wait for Tekton',
    kubectl(
      'wait',
      'deployments',
      '--all',
      '--namespace',
      'tekton-pipelines',
      '--for=condition=Available',
      '--timeout=300s',
    ),
  );
  await applyTeams(teams);
  const environments = new Set(
    teams.filter(({ interceptBackend }) => interceptBackend === 'router').flatMap((each) => each.environments),
  );
  for (const namespace of environments) await available(ROUTER, namespace);
  for (const { namespace } of teams.filter(isBuiltHere)) await available(accountName('orchestrator'), namespace);
  writeFileSync(join(FOLDER, 'env'), environment());
  print(next(tekton.version, team));
  return EXIT.done;
}

/** Its orchestrator is built here: the image that the team names is one of this registry. */
const isBuiltHere = (team: Team): boolean =>
  team.orchestrator.enabled && team.orchestrator.mode === 'team' && imageOf(team).startsWith(`${REGISTRY.local}/`);
const imageOf = (team: Team): string => resolveImages(team)('orchestrator');

async function applyTeams(teams: readonly Team[]): Promise<void> {
  const served = teams.filter(isBuiltHere);
  let objects = readFileSync('dist/kind.yaml', 'utf8');
  for (const image of new Set(served.map(imageOf))) {
    await buildImage('docker', image);
    await pushImage('docker', image);
    // by digest: of a tag that it has, a node would not ask the registry again
    objects = objects.replaceAll(`image: ${image}\n`, `image: ${await digestOf(image)}\n`);
  }
  writeFileSync(OBJECTS, objects);
  // Tekton's webhook may take a moment more to be reached
  await during(
    'apply dist/kind.yaml',
    attempt(() => kubectl('apply', '--server-side', '--force-conflicts', '--filename', OBJECTS)),
  );
  for (const team of served) await ensureWebhookSecret(team);
}

/** As the registry knows what was pushed to it. https://docs.docker.com/reference/cli/docker/image/inspect/ */
async function digestOf(image: string): Promise<string> {
  const digests = JSON.parse(
    await program('docker', ['image', 'inspect', '--format', '{{json .RepoDigests}}', image]),
  ) as string[];
  return digests.find((each) => each.startsWith(`${image.replace(/:[^/:]+$/, '')}@`)) ?? image;
}

/** Without one the orchestrator takes no delivery, and its pod does not start. One that is there stays. */
async function ensureWebhookSecret({ namespace, secrets }: Team): Promise<void> {
  const name = secrets.names.webhook;
  if ((await kubectl('get', 'secret', name, '--namespace', namespace, '--ignore-not-found', '--output', 'name')) !== '')
    return;
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    stringData: { current: randomBytes(32).toString('hex') },
  };
  // not as an argument, which everybody on this machine could read
  await program('kubectl', ['--kubeconfig', KUBECONFIG, 'create', '--filename', '-'], JSON.stringify(secret));
}

/** `kind down`: what `kind up` made, and nothing else. */
export async function kindDown(): Promise<ExitCode> {
  await checkPrograms();
  await during(
    'delete the cluster',
    program('kind', ['delete', 'cluster', '--name', CLUSTER, '--kubeconfig', KUBECONFIG]),
  );
  const made = (await program('docker', ['ps', '--all', '--quiet', '--filter', `label=${LABEL}`]))
    .split('\n')
    .filter((id) => id !== '');
  if (made.length > 0)
    await during('remove its registry and git server', program('docker', ['rm', '--force', '--volumes', ...made]));
  rmSync(FOLDER, { recursive: true, force: true });
  print(`the cluster, its registry and ${FOLDER} are gone`);
  return EXIT.done;
}

const WITHOUT = 'docs/local.md says how to do without';
const PROGRAMS = [
  {
    name: 'docker',
    args: ['version', '--format', '{{.Server.Version}}'],
    expected: `a Docker that runs: https://docs.docker.com/get-started/get-docker/; ${WITHOUT}`,
  },
  {
    name: 'kind',
    args: ['version'],
    expected: `kind ${KIND.version} or newer: https://kind.sigs.k8s.io/docs/user/quick-start/#installation; ${WITHOUT}`,
  },
  { name: 'kubectl', args: ['version', '--client'], expected: 'kubectl: https://kubernetes.io/docs/tasks/tools/' },
] as const;

/** @throws InputError naming every program that is missing, too old or does not answer */
async function checkPrograms(): Promise<void> {
  const found = await Promise.all(
    PROGRAMS.map(async ({ name, args, expected }): Promise<readonly Problem[]> => {
      try {
        const version = /\d+\.\d+\.\d+/.exec(await program(name, args))?.[0];
        return name === 'kind' && version !== undefined && older(version, KIND.version)
          ? [{ file: name, message: 'is too old', found: version, expected, severity: 'error' }]
          : [];
      } catch (error) {
        if (error instanceof InputError) return error.problems.map((problem) => ({ ...problem, expected }));
        throw error;
      }
    }),
  );
  if (found.flat().length > 0) throw new InputError(found.flat());
}

const older = (version: string, than: string): boolean => version.localeCompare(than, 'en', { numeric: true }) < 0;

async function startCluster(): Promise<void> {
  const there = (await program('kind', ['get', 'clusters'])).split('\n').includes(CLUSTER);
  if (!there) {
    const config = {
      kind: 'Cluster',
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      name: CLUSTER,
      nodes: [{ role: 'control-plane', image: KIND.image }],
    };
    await during(
      'start Kubernetes',
      program(
        'kind',
        ['create', 'cluster', '--config', '-', '--kubeconfig', KUBECONFIG, '--wait', '180s'],
        JSON.stringify(config),
      ),
    );
  }
  await program('kind', ['export', 'kubeconfig', '--name', CLUSTER, '--kubeconfig', KUBECONFIG]);
  for (const node of (await program('kind', ['get', 'nodes', '--name', CLUSTER]))
    .split('\n')
    .filter((name) => name !== '')) {
    // one that was stopped, by a restart of this machine say
    await program('docker', ['start', node]);
    // to a node, too, localhost is itself
    const hosts = `[host."http://${REGISTRY.name}:${REGISTRY.port}"]\n`;
    await program(
      'docker',
      [
        'exec',
        '--interactive',
        node,
        'sh',
        '-c',
        'mkdir -p "$1" && cat >"$1/hosts.toml"',
        'sh',
        `/etc/containerd/certs.d/${REGISTRY.local}`,
      ],
      hosts,
    );
  }
  await during(
    'wait for Kubernetes',
    attempt(() => kubectl('wait', 'nodes', '--all', '--for=condition=Ready', '--timeout=180s')),
  );
}

/** Starts a container beside the nodes, where pods reach it by its name; `args` end with its image and its command. */
async function startContainer(name: string, args: readonly string[]): Promise<void> {
  const networks = (
    await program('docker', ['ps', '--all', '--filter', `name=^${name}$`, '--format', '{{.Networks}}'])
  ).trim();
  if (networks === '')
    return void (await during(
      `start ${name}`,
      program('docker', [
        'run',
        '--detach',
        '--restart',
        'always',
        '--name',
        name,
        '--label',
        LABEL,
        '--network',
        'kind',
        ...args,
      ]),
    ));
  if (!networks.split(',').includes('kind')) await program('docker', ['network', 'connect', 'kind', name]);
  // nothing to one that runs
  await program('docker', ['start', name]);
}

/** Serves the repositories in its folder to pods; as the user whose they are, or git would not trust them. */
function gitServer(): string[] {
  const user = process.getuid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid?.() ?? 0}`];
  return [
    ...user,
    '--volume',
    `${resolve(FOLDER, 'git')}:/git`,
    GIT.image,
    'git',
    'daemon',
    '--base-path=/git',
    '--export-all',
    '--enable=receive-pack',
    '--reuseaddr',
    '/git',
  ];
}

/** The release whose CRDs imports/ is generated from. */
function tektonRelease(): { readonly address: string; readonly version: string } {
  const { imports } = load(readFileSync(join(__dirname, '../../cdk8s.yaml'), 'utf8')) as { imports: string[] };
  const address = imports.find((each) => each.includes('/tekton-releases/pipeline/')) as string;
  return { address, version: /v(\d+\.\d+\.\d+)/.exec(address)?.[1] as string };
}

/** Nobody there yet, as opposed to no. */
const UNREACHABLE = /refused|unable to connect|failed calling webhook|EOF|timeout/i;
async function attempt(work: () => Promise<string>, left = 20): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (left === 0 || !UNREACHABLE.test((error as Error).message)) throw error;
    await sleep(3000);
    return attempt(work, left - 1);
  }
}

/** For a shell, and for `npm run test:e2e`. */
const environment = (): string =>
  Object.entries({
    KUBECONFIG: resolve(KUBECONFIG),
    CLUSTER_REGISTRY: REGISTRY.local,
    CLUSTER_PUSH_REGISTRY: `${REGISTRY.name}:${REGISTRY.port}`,
    CLUSTER_GIT: `git://${GIT.name}`,
    CLUSTER_GIT_DIR: resolve(FOLDER, 'git'),
  })
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`)
    .join('');

const next = (tekton: string, team: Team): string => `
Kubernetes runs in Docker, with Tekton ${tekton} and team ${team.name}. Next:

  . ${FOLDER}/env                     # this cluster for this shell
  kubectl get pipelines --namespace ${team.namespace}
  npm run test:e2e -- 01- 02-           # builds and deploys three small apps
  kubectl port-forward --namespace e2e-staging service/originator 8080:80
                                        # then open http://localhost:8080
${isBuiltHere(team) ? delivery(team) : ''}
docs/local.md goes on from here; npm run kind:down removes it all.`;

const delivery = ({ namespace, secrets }: Team): string => `
A delivery to its orchestrator, signed as GitHub signs it:

  kubectl port-forward --namespace ${namespace} service/${accountName('orchestrator')} 8081:80 &
  secret=$(kubectl get secret ${secrets.names.webhook} --namespace ${namespace} --output 'go-template={{.data.current | base64decode}}')
  signature=$(openssl dgst -sha256 -hmac "$secret" -r payload.json | cut -d ' ' -f 1)
  curl http://localhost:8081/webhook/github --data-binary @payload.json \\
    --header 'content-type: application/json' --header 'x-github-event: pull_request' \\
    --header "x-github-delivery: by-hand-$(date +%s)" --header "x-hub-signature-256: sha256=$signature"
`;
