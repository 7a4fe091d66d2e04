import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { script } from '../../lib/output/tasks/shared/script';
import { withPrelude } from '../../lib/tekton/every-step';
import { CACHE_CLAIM, REPORTS_CLAIM, accountName, session } from '../../lib/words/names';
import type { TeamProps } from '../../lib';
import { commit, publish } from './support/git';
import { applyObjects, get, kubectl, list } from './support/kubectl';
import type { KubeObject } from './support/kubectl';
import { state } from './support/pull-request';
import { manifest } from './support/registry';
import { bringUpWithOrchestrator } from './support/orchestrator';
import type { Outcome, TaskRun } from './support/run';
import { finished, log, result, start, succeededRun, succeeds, task } from './support/run';
import { baseImage, toolImage } from './support/suite';
import type { TestTeam } from './support/team';
import { APP_RESOURCES, beginVersions, imageRegistry, writeTeam } from './support/team';

/** Story 10: what a pull request brings runs where it can do no harm: it is let try. */

const GUARDED: TestTeam = { name: 'guarded', namespace: 'team-guarded', environment: 'guarded-staging' };
const HERE = { team: GUARDED, stack: GUARDED.name };
const support = (name: string): string => readFileSync(join(__dirname, 'support', name), 'utf8');
const INTRUDER = support('intruder.js');
const FORGER = support('forger.js');
const MARK = /LEAK-[a-z-]+-[0-9a-f]{8}/;
/** What forger.js says in place of digests and commits. */
const FORGED = /f{40}/;
const mark = (name: string): string => `LEAK-${name}-${randomBytes(4).toString('hex')}`;

/** One for every purpose, none of which opens anything. */
const SECRETS: readonly object[] = [
  ...['release', 'pr', 'fork', 'release-cache', 'pr-cache'].map((scope) =>
    secret(`registry-push-${scope}`, 'kubernetes.io/dockerconfigjson', {
      '.dockerconfigjson': JSON.stringify({ auths: { [`${mark(scope)}.example.com`]: { auth: 'eDp5' } } }),
    }),
  ),
  secret('github-token', 'Opaque', { token: mark('token') }),
  secret('git-ssh-key', 'kubernetes.io/ssh-auth', { 'ssh-privatekey': mark('ssh'), known_hosts: mark('ssh') }),
  secret('git-read-token', 'Opaque', { token: mark('read-token') }),
  secret('git-read-ssh-key', 'kubernetes.io/ssh-auth', {
    'ssh-privatekey': mark('read-ssh'),
    known_hosts: mark('read-ssh'),
  }),
  secret('github-webhook-secret', 'Opaque', { current: mark('webhook') }),
];
function secret(name: string, type: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Secret', type, metadata: { name, namespace: GUARDED.namespace }, stringData };
}

const dockerfile = (run = ''): string =>
  `FROM ${baseImage() ?? 'docker.io/library/node:22.14.0-bookworm'}\nCOPY . /app\n${run}USER 1000\nCMD ["node", "/app/server.js"]\n`;
const server = (first = ''): string =>
  `${first}require('node:http').createServer((_, response) => response.end('ok')).listen(8080);\nprocess.on('SIGTERM', () => process.exit(0));\n`;
const packageJson = (test: string): string =>
  JSON.stringify({ name: 'guarded', version: '1.0.0', private: true, scripts: { test } });
const LOCK = JSON.stringify({
  name: 'guarded',
  version: '1.0.0',
  lockfileVersion: 3,
  requires: true,
  packages: { '': { name: 'guarded', version: '1.0.0' } },
});
const intrude = (place: string): string => `node intruder.js ${GUARDED.namespace} ${GUARDED.environment} ${place}`;

/** A package whose installation runs code of the repository, beside the runner that would be installed. */
const tests = (run = 'true'): Readonly<Record<string, string>> => ({
  'tests/package.json': JSON.stringify({
    name: 'tests',
    version: '1.0.0',
    private: true,
    scripts: {
      postinstall: `mkdir -p node_modules/.bin && cp playwright.sh node_modules/.bin/playwright && chmod +x node_modules/.bin/playwright && ${run}`,
    },
  }),
  'tests/playwright.sh': '#!/bin/sh\necho no browser is needed\n',
});

interface Loot {
  readonly token: boolean;
  /** Names of the marks that were read. */
  readonly secrets: readonly string[];
  readonly allowed: readonly string[];
  /** Whether the API server answered at all. */
  readonly reached: boolean;
}
function loot(text: string): Loot {
  const line = /^(?:.* )?INTRUDER (\{.*\})/m.exec(text)?.[1];
  if (line === undefined) throw new Error(`the intruder says nothing:\n${text}`);
  return JSON.parse(line) as Loot;
}
const NOTHING = expect.objectContaining({ token: false, secrets: [], allowed: [], reached: true });

beforeAll(async () => {
  await publish('guarded', undefined, {
    'package.json': packageJson('node --test'),
    'package-lock.json': LOCK,
    Dockerfile: dockerfile(),
    'server.js': server(),
    ...tests(),
  });
  await beginVersions(GUARDED, '0.1.0-rc.0', ['guarded']);
  const app = {
    name: 'guarded',
    repo: 'e2e/guarded',
    'propagation-role': 'originator',
    resources: APP_RESOURCES,
    build: { tool: 'npm' },
    tests: { unit: 'npm test', playwright: 'tests' },
  };
  const write = (orchestrator: TeamProps['orchestrator']): void =>
    writeTeam(GUARDED, { [HERE.stack]: { apps: [app] } }, { orchestrator });
  // releases run a program of its image; nobody asks it for runs here
  await bringUpWithOrchestrator(GUARDED, write, { enabled: false });
  await applyObjects(...SECRETS);
  await succeeds(['bootstrap'], HERE);
});

describe('a hostile pull request', () => {
  let ended: Outcome;
  let preview = '';
  beforeAll(async () => {
    const revision = await commit('guarded', 'hostile', {
      'intruder.js': INTRUDER,
      // an image of the same content would be used instead, and nothing be run
      'nonce.txt': randomBytes(8).toString('hex'),
      'package.json': packageJson(intrude('unit-test')),
      Dockerfile: dockerfile(`RUN cd /app && ${intrude('dockerfile')}\n`),
      'server.js': server(
        `process.chdir(__dirname);\nrequire('node:child_process').execSync('${intrude('preview')}', { stdio: 'inherit' });\n`,
      ),
    });
    const run = await start(['pr-test', '--app', 'guarded', '--pr', '10', '--revision', revision], HERE);
    const selector = `tekton-dag.io/session=${session('e2e/guarded', 10)}`;
    const listening = async () => {
      for (const { metadata } of await list('pods', GUARDED.environment, selector)) {
        const said = await kubectl(['logs', metadata.name, '--namespace', GUARDED.environment]).catch(() => '');
        // of a pod that is going, the kubelet says that it finds no log, as if that were the log
        if (said.includes('INTRUDER')) preview = said;
      }
    };
    const polling = setInterval(() => void listening(), 1000);
    ended = await succeededRun(await finished(run).finally(() => clearInterval(polling)));
  });

  it('reaches nothing from its unit test', async () => {
    expect(loot(await log(task(ended, 'build-guarded'), 'unit-test'))).toEqual(NOTHING);
  });

  it('reaches nothing from its Dockerfile but what keeps image layers of pull requests', async () => {
    const { secrets, ...rest } = loot(await log(task(ended, 'build-guarded'), 'image'));
    expect(rest).toMatchObject({ token: false, allowed: [], reached: true });
    expect(['pr-cache']).toEqual(expect.arrayContaining([...secrets]));
  });

  it('reaches nothing from its preview', () => {
    expect(loot(preview)).toEqual(NOTHING);
  });

  it('cannot say what was built', async () => {
    const pushed = task(ended, 'push-guarded');
    const digest = result(pushed, 'IMAGE_DIGEST') ?? '';
    expect(await manifest(`${imageRegistry(GUARDED)}/pr/guarded@${digest}`)).toMatchObject({ status: 200, digest });
    expect(result(pushed, 'TREE')).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe.each(['links', 'results', 'size', 'race', 'pipes', 'poison'])('a pull request that forges by %s', (kind) => {
  let ended: Outcome;
  const logs = new Map<string, string>();
  beforeAll(async () => {
    const forge = `node forger.js ${kind}`;
    const revision = await commit('guarded', `forge-${kind}`, {
      'forger.js': FORGER,
      'nonce.txt': randomBytes(8).toString('hex'),
      'package.json': packageJson(forge),
      Dockerfile: dockerfile(`RUN cd /app && ${forge}\n`),
      ...tests(`node ../forger.js ${kind}`),
    });
    ended = await finished(await start(['pr-test', '--app', 'guarded', '--pr', '11', '--revision', revision], HERE));
    const { namespace } = GUARDED;
    for (const [name, { status }] of ended.tasks) {
      const pod = status?.podName;
      if (!pod || (await kubectl(['get', 'pod', pod, '--namespace', namespace, '--ignore-not-found'])) === '') continue;
      logs.set(name, await kubectl(['logs', pod, '--namespace', namespace, '--all-containers']));
    }
  });

  it('is let try, unless Tekton ends it at once, which may take its log away', () => {
    const said = [...(logs.get('build-guarded') ?? '').matchAll(/^(?:.* )?FORGER (\{.*\})$/gm)];
    const made = said.flatMap(([, line]) => (JSON.parse(line!) as { made: readonly string[] }).made);
    if (made.length === 0) expect(state(ended, 'build-guarded')).toMatch(/^False /);
  });

  it('brings no credential to light', () => {
    expect(JSON.stringify([ended.run, ...ended.tasks.values()])).not.toMatch(MARK);
    for (const text of logs.values()) expect(text).not.toMatch(MARK);
  });

  it('says nothing in the name of what pushes, or of the run', () => {
    const pushed = ended.tasks.get('push-guarded')?.status?.results ?? [];
    expect(JSON.stringify([pushed, ended.run.status?.results ?? []])).not.toMatch(FORGED);
  });
});

describe('what is merged after that', () => {
  const NAME = `merged-${randomBytes(4).toString('hex')}`;
  let released: Outcome;
  let revision: string;
  beforeAll(async () => {
    revision = await commit('guarded', 'main', { 'server.js': server(`// ${NAME}\n`) });
    released = await succeeds(['merge-release', '--app', 'guarded', '--revision', revision], HERE);
  });

  it('is what is released', async () => {
    const pushed = task(released, 'push-guarded');
    expect(result(pushed, 'COMMIT')).toBe(revision);
    expect(await manifest(`${imageRegistry(GUARDED)}/guarded:0.1.0`)).toMatchObject({
      status: 200,
      digest: result(pushed, 'IMAGE_DIGEST'),
    });
    const files = await kubectl([
      'exec',
      'deployment/guarded',
      '--namespace',
      GUARDED.environment,
      '--',
      'sh',
      '-c',
      'cat /app/server.js; ls /app',
    ]);
    expect(files).toContain(NAME);
    expect(files).not.toMatch(/forger|intruder/);
  });

  it('finds no cache, report or setting that was poisoned', async () => {
    const name = 'look-for-poison';
    const claim = (claimName: string) => ({ name: claimName, persistentVolumeClaim: { claimName, readOnly: true } });
    await applyObjects({
      apiVersion: 'tekton.dev/v1',
      kind: 'TaskRun',
      metadata: { name, namespace: GUARDED.namespace },
      spec: {
        taskSpec: {
          steps: [
            {
              name: 'look',
              image: toolImage('node-22'),
              script: `#!/bin/sh\nls -R /cache | head -n 50\nif grep -rlE 'POISON|LEAK-' /cache || find /cache | grep POISON; then exit 1; fi\nif grep -rlE 'LEAK-' /reports || [ -e /reports/POISON ]; then exit 1; fi\n`,
              volumeMounts: [
                { name: CACHE_CLAIM, mountPath: '/cache', readOnly: true },
                { name: REPORTS_CLAIM, mountPath: '/reports', readOnly: true },
              ],
            },
          ],
          volumes: [claim(CACHE_CLAIM), claim(REPORTS_CLAIM)],
        },
      },
    });
    await kubectl([
      'wait',
      `taskrun/${name}`,
      '--namespace',
      GUARDED.namespace,
      '--for=jsonpath={.status.completionTime}',
      '--timeout=300s',
    ]);
    const said = await kubectl(['logs', `${name}-pod`, '--namespace', GUARDED.namespace]);
    const looked = await get<TaskRun>('taskrun', name, GUARDED.namespace);
    expect({ said, status: looked.status?.conditions?.[0]?.status }).toEqual({
      said: expect.stringContaining('guarded.tar') as string,
      status: 'True',
    });
    for (const namespace of [GUARDED.namespace, GUARDED.environment])
      expect(await kubectl(['get', 'configmaps', '--namespace', namespace, '--output=yaml'])).not.toMatch(
        /POISON|LEAK-[a-z-]+-[0-9a-f]{8}|sha256:f{64}/,
      );
  });
});

it('would find what is there: an account with a token, a Secret that is mounted', async () => {
  await applyObjects({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'intruder', namespace: GUARDED.namespace },
    data: { 'intruder.js': INTRUDER },
  });
  const step = {
    name: 'intrude',
    image: toolImage('node-22'),
    script: `#!/bin/sh\ncd /intruder && ${intrude('control')}\n`,
    volumeMounts: [
      { name: 'intruder', mountPath: '/intruder' },
      { name: 'release', mountPath: '/credentials' },
    ],
  };
  const volumes = [
    { name: 'intruder', configMap: { name: 'intruder' } },
    { name: 'release', secret: { secretName: 'registry-push-release' } },
  ];
  await applyObjects({
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { name: 'control', namespace: GUARDED.namespace },
    spec: { serviceAccountName: accountName('release'), taskSpec: { steps: [step], volumes } },
  });
  await kubectl([
    'wait',
    'taskrun/control',
    '--namespace',
    GUARDED.namespace,
    '--for=condition=Succeeded',
    '--timeout=300s',
  ]);
  expect(loot(await kubectl(['logs', 'control-pod', '--namespace', GUARDED.namespace]))).toEqual({
    place: 'control',
    token: true,
    secrets: ['release'],
    allowed: [`GET /apis/tekton.dev/v1/namespaces/${GUARDED.namespace}/pipelineruns`],
    reached: true,
  });
});

it('leaves the values of a Secret out of the log of the step that mounts it, which ends as its script does', async () => {
  const own = mark('printed');
  const name = 'prints-its-secret';
  const text = '#!/bin/sh\ncat /credentials/token; base64 </credentials/token; echo "over $1" >&2; exit 7\n';
  const step = {
    name: 'print',
    image: toolImage('node-22'),
    script: withPrelude(text, script('shell/mask.sh')),
    args: ['and out'],
    env: [{ name: 'MASKED', value: '/credentials' }],
    volumeMounts: [{ name: 'own', mountPath: '/credentials', readOnly: true }],
  };
  const volumes = [{ name: 'own', secret: { secretName: name } }];
  await applyObjects(secret(name, 'Opaque', { token: `${own}\n` }), {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { name, namespace: GUARDED.namespace },
    spec: { serviceAccountName: accountName('build'), taskSpec: { steps: [step], volumes } },
  });
  const at = ['--namespace', GUARDED.namespace];
  await kubectl(['wait', `taskrun/${name}`, ...at, '--for=jsonpath={.status.completionTime}', '--timeout=300s']);
  const said = await kubectl(['logs', `${name}-pod`, '--container=step-print', ...at]);
  expect(said.trim().split('\n')).toEqual(['***', '***', 'over and out']);
  const exitCode = '--output=jsonpath={.status.steps[0].terminated.exitCode}';
  expect(await kubectl(['get', 'taskrun', name, ...at, exitCode])).toBe('7');
});

describe.each([GUARDED.namespace, GUARDED.environment])('the pods of %s', (namespace) => {
  const enforcing = async (level: string): Promise<string> =>
    // another version, or the API server would not look at the pods that are there
    kubectl([
      'label',
      'namespace',
      namespace,
      '--dry-run=server',
      '--overwrite',
      '--warnings-as-errors',
      `pod-security.kubernetes.io/enforce=${level}`,
      'pod-security.kubernetes.io/enforce-version=v1.34',
    ]);

  it('satisfy the Pod Security level of their namespace', async () => {
    const { metadata } = await get<KubeObject>('namespace', namespace, '');
    expect(metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'baseline' });
    expect(await list('pods', namespace)).not.toEqual([]);
    await enforcing('baseline');
  });

  it('would be told of, if they did not', async () => {
    await expect(enforcing('restricted')).rejects.toThrow(
      /existing pods in namespace .* violate the new PodSecurity enforce level "restricted:/,
    );
  });
});
