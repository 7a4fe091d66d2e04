import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { buildTask } from '../../lib/words/names';
import type { TeamProps } from '../../lib';
import type { Request } from '../../orchestrator/src/queue/objects';
import { certify } from '../support/private-authority';
import type { Certificate } from '../support/private-authority';
import { atEnd } from './support/belongings';
import { Change } from './support/change';
import { publish, show } from './support/git';
import { GitHub } from './support/github';
import { buildImage } from './support/image';
import { applyObjects, kubectl } from './support/kubectl';
import {
  ORCHESTRATOR,
  WEBHOOK_SECRET,
  bringUpWithOrchestrator,
  everyReplicaReady,
  giveSecret,
} from './support/orchestrator';
import { nameImage } from './support/registry';
import { RegistryProxy } from './support/registry-proxy';
import { comesTo, requestOf, requests } from './support/requests';
import type { Outcome, Run } from './support/run';
import { log, outcome, ran, succeededRun, succeeds, task } from './support/run';
import { imageOverrides, suite, toolImage } from './support/suite';
import type { TestTeam } from './support/team';
import { APP_RESOURCES, writeTeam } from './support/team';
import { applyTeam } from './support/team-up';
import { ask, openClient } from './support/traffic';

/**
 * Story 3: the world is not this cluster. The Git host speaks HTTPS with a certificate of a private authority and protects the
 * branch that holds versions, the registry denies what is absent, the builder ships settings of its own for short names,
 * two apps share a repository, and one asks for nodes that are not there.
 */

const WORLD: TestTeam = { name: 'world', namespace: 'team-world', environment: 'world-staging' };
const CLUSTER = 'e2e-world';
const MONO = 'mono';
const ELSEWHERE = 'elsewhere';
const APPS = ['shop', 'stock'] as const;
const PLATFORM = 'world-platform';
const VERSIONS = `teams/${WORLD.name}/versions.yaml`;
const OFFERED = `tekton-dag/versions-${WORLD.name}`;
const AUTHORITY = { name: 'private-ca', namespace: WORLD.namespace };
const SHARED = 'shared/greeting.txt';

const registry = new RegistryProxy('e2e-world-registry', 'denied');
const github = new GitHub('e2e-world-github', [`e2e/${MONO}`, `e2e/${ELSEWHERE}`], {
  url: `http://${ORCHESTRATOR}.${WORLD.namespace}/webhook/github`,
  secret: WEBHOOK_SECRET,
});
const web = `https://${github.host}`;
const change = new Change(github, MONO, 1);
const unschedulable = new Change(github, ELSEWHERE, 2);

/** Where base images are found that this cluster has in place of those of Docker Hub. */
const { busybox, base, toolbox, id } = suite();
const MIRROR = `${id}/mirror`;
const local = busybox ?? base ?? toolbox;
const SERVE =
  "if command -v busybox; then exec busybox httpd -f -p 8080 -h /public; else exec node -e \\\"require('node:http').createServer((_, r) => r.end(require('node:fs').readFileSync('/public/index.html'))).listen(8080)\\\"; fi";
const DOCKERFILE = `FROM busybox\nCOPY public /public\nUSER 1000\nEXPOSE 8080\nCMD ["sh", "-c", "${SERVE}"]\n`;

/** As builders ship it: other registries come first, and some names lead elsewhere. */
const SHIPPED = {
  'registries.conf':
    'unqualified-search-registries = ["registry.invalid", "docker.io"]\nshort-name-mode = "enforcing"\n',
  'short-names.conf': '[aliases]\n"busybox" = "registry.invalid/busybox"\n',
  Dockerfile: `FROM ${toolImage('buildah')}\nCOPY registries.conf /etc/containers/registries.conf\nCOPY short-names.conf /etc/containers/registries.conf.d/000-shortnames.conf\n`,
};

const app = (name: string, repo: string, build: object, more: object = {}): object => ({
  name,
  repo: `e2e/${repo}`,
  'propagation-role': 'originator',
  build,
  resources: APP_RESOURCES,
  ...more,
});
const copies = (name: string): string => `mkdir -p public && cp ../../${SHARED} public/index.html && echo ${name}`;
const STACKS = {
  [MONO]: {
    apps: APPS.map((name) =>
      app(
        name,
        MONO,
        // one says what it reads, the other may read everything
        { tool: 'npm', 'build-command': copies(name), ...(name === 'shop' && { inputs: ['shared'] }) },
        { 'context-dir': `apps/${name}` },
      ),
    ),
  },
  [ELSEWHERE]: {
    apps: [app(ELSEWHERE, ELSEWHERE, { platforms: [process.arch === 'arm64' ? 'linux/amd64' : 'linux/arm64'] })],
  },
};

/** On a cluster of its own; while it makes images, on one of which nothing is particular. */
function write(orchestrator: TeamProps['orchestrator'], builder?: string): void {
  const particular: Partial<TeamProps> = {
    cluster: CLUSTER,
    pushRegistry: `${registry.host}/${id}/${WORLD.name}`,
    images: {
      overrides: {
        ...imageOverrides(orchestrator?.image !== undefined),
        ...(builder !== undefined && { buildah: builder }),
      },
      ...(local !== undefined && { mirror: `${registry.host}/${MIRROR}` }),
    },
    git: { baseURL: web },
    platform: { repoURL: `${web}/e2e/${PLATFORM}.git` },
  };
  writeTeam(WORLD, STACKS, { orchestrator, ...(orchestrator?.enabled !== false && particular) });
}

/** What is particular to the cluster, and who signed the certificate of its Git host. @returns that certificate */
function describeCluster(): Certificate {
  const clusters = join(suite().work, 'clusters');
  mkdirSync(clusters, { recursive: true });
  const caBundle = { configMap: AUTHORITY.name };
  writeFileSync(join(clusters, `${CLUSTER}.yaml`), dump({ name: CLUSTER, caBundle }));
  const folder = join(suite().work, 'authority');
  mkdirSync(folder);
  return certify(folder, github.host);
}

/** Says what GitHub says of a push to a branch that takes pull requests alone. */
function protectMain(name: string): void {
  const hook = join(suite().gitDir, 'e2e', `${name}.git`, 'hooks/update');
  writeFileSync(
    hook,
    '#!/bin/sh\n[ "$1" = refs/heads/main ] || exit 0\necho "error: GH006: Protected branch update failed for $1." >&2\nexit 1\n',
  );
  chmodSync(hook, 0o755);
}

const said = async (name: string, headers = {}): Promise<string> =>
  (await ask(WORLD.environment, `http://${name}/`, headers)).body.trim();
const bothSay = async (): Promise<readonly string[]> => Promise.all(APPS.map((name) => said(name)));
const runOf = ({ metadata, status }: Request): Run => ({
  name: metadata.name,
  namespace: metadata.namespace,
  uid: status!.runUID!,
});
/** What became of the runs for a commit, which succeed: a merge has one for each app. */
async function ranFor(revision: string): Promise<readonly Outcome[]> {
  await requestOf(WORLD.namespace, revision);
  const asked = (await requests(WORLD.namespace)).filter(({ spec }) => spec.revision === revision);
  return Promise.all(
    asked.map(async (request) => succeededRun(await outcome(runOf(await comesTo(request, 'Succeeded'))))),
  );
}
/** Whether the image of each app was built in one of the runs, by name of the app. */
const built = (ended: readonly Outcome[]): Readonly<Record<string, boolean>> =>
  Object.fromEntries(
    ended.flatMap((one) =>
      APPS.filter((name) => one.tasks.has(buildTask(name))).map((name) => [
        name,
        ran(task(one, buildTask(name)), 'image'),
      ]),
    ),
  );

beforeAll(async () => {
  const certificate = describeCluster();
  await Promise.all([registry.open(), github.open(certificate)]);
  if (local !== undefined) await nameImage(local, `${MIRROR}/library/busybox`, 'latest');
  await publish(MONO, undefined, {
    [SHARED]: 'first\n',
    ...Object.fromEntries(APPS.map((name) => [`apps/${name}/Dockerfile`, DOCKERFILE])),
  });
  await publish(ELSEWHERE, undefined, { Dockerfile: 'FROM busybox\n' });
  const entries = APPS.map((name) => `  ${name}:\n    version: "0.1.0-rc.0"\n`).join('');
  await publish(PLATFORM, undefined, { [VERSIONS]: `apps:\n${entries}` });
  protectMain(PLATFORM);

  let image: string | undefined;
  await bringUpWithOrchestrator(
    WORLD,
    (orchestrator) => {
      image = orchestrator?.image;
      write(orchestrator);
    },
    { githubURL: `${web}/api/v3`, replicas: 1 },
  );
  const data = { 'ca.crt': readFileSync(certificate.authority, 'utf8') };
  await applyObjects({ apiVersion: 'v1', kind: 'ConfigMap', metadata: AUTHORITY, data });
  const builder = await buildImage(WORLD, 'builder', SHIPPED);
  write({ githubURL: `${web}/api/v3`, replicas: 1, image }, builder);
  await applyTeam(WORLD);
  await giveSecret(WORLD, 'github-webhook-secret', { current: WEBHOOK_SECRET });
  await giveSecret(WORLD, 'github-token', { token: 'a token of this suite' });
  await everyReplicaReady(WORLD);
});
atEnd(() => github.close());

describe('a bootstrap', () => {
  let ended: Outcome;
  beforeAll(async () => {
    ended = await succeeds(['bootstrap'], { team: WORLD, stack: MONO });
    await openClient(WORLD.environment);
  });

  it('builds what the registry denied, from base images by short names', async () => {
    expect(built([ended])).toEqual({ shop: true, stock: true });
    const said = await log(task(ended, buildTask('shop')), 'look-for-image');
    expect(said).toMatch(/does not say whether it has \S+: .*denied/);
  });

  it('deploys what it cloned by HTTPS', async () => {
    expect(await bothSay()).toEqual(['first', 'first']);
  });
});

describe('a pull request that changes a shared folder alone', () => {
  it('builds and tests each app that reads it', async () => {
    expect(await change.deliver(await change.push({ [SHARED]: 'second\n' }))).toBe(202);
    const request = await requestOf(WORLD.namespace, change.revision);
    expect([...(request.spec.apps ?? [])].sort()).toEqual([...APPS]);
    expect(built(await ranFor(change.revision))).toEqual({ shop: true, stock: true });
    await change.isTold(`of \`${change.revision.slice(0, 10)}\` succeeded`);
  });
});

describe('a release where main takes no push', () => {
  let ended: readonly Outcome[];
  beforeAll(async () => {
    const { payload, sha } = await change.merge();
    expect(await change.deliver(payload)).toBe(202);
    ended = await ranFor(sha);
  });

  it('deploys what was tested', async () => {
    expect(built(ended)).toEqual({ shop: false, stock: false });
    expect(await bothSay()).toEqual(['second', 'second']);
  });

  it('offers the versions by a pull request', async () => {
    const versions = async (branch: string): Promise<unknown> =>
      (load(await show(PLATFORM, branch, VERSIONS)) as { apps: unknown }).apps;
    const released = { version: '0.1.1-rc.0', 'last-released': '0.1.0' };
    expect(await versions(OFFERED)).toMatchObject({ shop: released, stock: released });
    expect(await versions('main')).toEqual({ shop: { version: '0.1.0-rc.0' }, stock: { version: '0.1.0-rc.0' } });
    expect(github.opened).toContainEqual({ repo: `e2e/${PLATFORM}`, head: OFFERED, base: 'main' });
  });
});

describe('a pull request whose build no node may run', () => {
  it('is told so, and ends when it is closed', async () => {
    expect(await unschedulable.deliver(await unschedulable.push({ 'README.md': 'x\n' }))).toBe(202);
    const waits = `${buildTask(ELSEWHERE)} waits for a node: `;
    await unschedulable.isTold(waits);
    const request = await requestOf(WORLD.namespace, unschedulable.revision);
    expect(request.status).toMatchObject({ phase: 'Running', message: expect.stringContaining(waits) });
    expect(await kubectl(['get', 'rreq', request.metadata.name, '--namespace', WORLD.namespace])).toContain(waits);
    expect(await unschedulable.deliver(unschedulable.close())).toBe(200);
    await comesTo(request, 'Cancelled');
  });
});

it('asks and tells GitHub nothing that it does not take', () => {
  expect(github.invalid).toEqual([]);
});
