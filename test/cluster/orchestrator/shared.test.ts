import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { load, loadAll } from 'js-yaml';
import { accountName } from '../../../lib/words/names';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { Folder, ROOT, teamFile } from '../../cli/folder';
import { SHA, delivery, pullRequestPayload } from '../../orchestrator/support';
import { appliesTwice, objectsIn } from '../applies-twice';
import { apply, applyObjects, awaitKinds, kubectl } from '../kubectl';

/** The orchestrator that teams share, as it is rendered: with the environment of its Deployment, and no more rights than its account has. */

const HOME = 'tekton-dag';
const [A, B, C] = ['one', 'two', 'three'].map((name) => `shared-${name}`) as [string, string, string];
/** Of a team that has its own. */
const OTHER = 'shared-none';

let folder: Folder;
let program: ChildProcess;
let address = '';
let log = '';

async function until<T>(seconds: number, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline)
      throw new Error(`not within ${seconds} s; the program said:\n${log.slice(-4000)}`);
    await sleep(50);
  }
}

const dist = (path: string): string => join(folder.path, 'dist', path);
const applied = (...items: readonly object[]) => applyObjects(items);
const ready = async () => {
  const response = await fetch(`${address}/readyz`);
  return { ok: response.ok, ...((await response.json()) as { teams: number; problems: number }) };
};

async function deliver(
  team: string,
  { repo = `${team}/fe`, sha = SHA.a as string, secret = `that of ${team}` } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const time = new Date().toISOString().replace(/\.\d+/, '');
  const { url, headers, payload } = delivery('pull_request', pullRequestPayload({ repo, sha, at: time }), { secret });
  const response = await fetch(`${address}${String(url)}/${team}`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: payload as string,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The run of a request, once there is one. */
const runOf = (name: string, namespace: string) =>
  until(10, () => {
    const { items } = JSON.parse(kubectl(['get', 'pipelineruns', '--namespace', namespace, '--output=json'])) as {
      items: Manifest[];
    };
    return items.find(({ metadata }) => metadata.name === name);
  });

/** Gives a user a right in a namespace. */
function allow(user: string, namespace: string, rule: object): void {
  const [metadata, apiGroup] = [{ name: user, namespace }, 'rbac.authorization.k8s.io'];
  applied(
    { apiVersion: `${apiGroup}/v1`, kind: 'Role', metadata, rules: [rule] },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup, kind: 'Role', name: user },
      subjects: [{ kind: 'User', name: user, apiGroup }],
    },
  );
}

/** A file by which programs speak as the account, and as nobody else. */
function kubeconfigOf(account: string): string {
  const config = JSON.parse(kubectl(['config', 'view', '--raw', '--flatten', '--minify', '--output=json'])) as {
    users: [{ name: string; user: object }];
  };
  const token = kubectl(['create', 'token', account, '--namespace', HOME]).trim();
  return folder.write(
    'kubeconfig',
    JSON.stringify({ ...config, users: [{ name: config.users[0].name, user: { token } }] }),
  );
}

beforeAll(async () => {
  folder = new Folder();
  folder.fleet(A, B, C, OTHER);
  for (const team of [A, B, C])
    folder.write(`teams/${team}/team.yaml`, teamFile(team, 'orchestrator: { mode: shared }\n'));
  expect(await folder.run('synth')).toMatchObject({ status: 0 });
  apply(dist('cluster/tekton-dag.yaml'));
  awaitKinds();
  apply(dist('cluster/prod'), dist(`teams/${A}`), dist(`teams/${B}`), dist(`teams/${OTHER}`));

  const secrets = join(folder.path, 'secrets');
  mkdirSync(secrets);
  for (const team of [A, B, C]) writeFileSync(join(secrets, `${team}.current`), `that of ${team}\n`);
  const deployment = (loadAll(readFileSync(dist('cluster/prod/orchestrator.yaml'), 'utf8')) as Manifest[]).find(
    ({ kind }) => kind === 'Deployment',
  )!;
  const [{ env: rendered }] = at(deployment, 'spec', 'template', 'spec', 'containers') as [
    { env: { name: string; value: string }[] },
  ];
  const env = {
    PATH: process.env.PATH,
    ...Object.fromEntries(rendered.map(({ name, value }) => [name, value])),
    PORT: '0',
    METRICS_PORT: '0',
    WEBHOOK_SECRETS_DIR: secrets,
    GITHUB_TOKEN_FILE: '',
    KUBECONFIG: kubeconfigOf(accountName('orchestrator')),
  };
  program = spawn(process.execPath, ['--require', 'tsx/cjs', join(ROOT, 'orchestrator/src/main.ts')], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [program.stdout, program.stderr]) stream?.on('data', (chunk) => (log += String(chunk)));
  const port = await until(60, () => /"port":(\d+)/.exec(log)?.[1]);
  address = `http://127.0.0.1:${port}`;
  await until(30, async () => ((await ready()).ok ? true : undefined));
});

afterAll(() => {
  program.kill('SIGKILL');
  // the namespace of the platform stays: no controller ends it here, and the tests that follow apply objects in it
  for (const { kind, metadata } of objectsIn(dist('cluster/prod'))) {
    if (kind === 'Namespace') continue;
    const namespace = metadata.namespace === undefined ? [] : ['--namespace', metadata.namespace];
    kubectl(['delete', kind, metadata.name, '--wait=false', '--ignore-not-found', ...namespace]);
  }
  kubectl([
    'delete',
    'namespace',
    '--wait=false',
    '--ignore-not-found',
    'shared-stranger',
    ...[A, B, C, OTHER].flatMap((team) => [`team-${team}`, `${team}-staging`]),
  ]);
  folder.remove();
});

it('is taken by an API server as it is written', () => appliesTwice(dist('cluster/prod')));

it('serves the teams that share it, each in its own namespace, and no other', async () => {
  expect((await ready()).teams).toBe(2);
  for (const team of [A, B]) {
    const { status, body } = await deliver(team);
    expect([status, body.status]).toEqual([202, 'accepted']);
    const run = await runOf(String(body.pipelinerun), `team-${team}`);
    expect(run.metadata.labels).toMatchObject({ 'tekton-dag.io/team': team, 'tekton-dag.io/trust': 'trusted' });
  }
});

it('takes nothing of one team for another', async () => {
  expect(await deliver(A, { secret: `that of ${B}` })).toMatchObject({ status: 401 });
  expect(await deliver(A, { repo: `${B}/fe` })).toMatchObject({ status: 403, body: { code: 'repo_not_in_team' } });
});

it('serves a team that is added while it runs within two seconds', async () => {
  apply(dist(`teams/${C}`));
  await until(2, async () => ((await deliver(C)).status === 202 ? true : undefined));
});

it('may do nothing where it is not let in', () => {
  const as = (...args: readonly string[]) => [...args, '--kubeconfig', join(folder.path, 'kubeconfig')];
  const rights = [[`team-${A}`, 'create', 'pipelineruns', 'tekton.dev']];
  const wrongs = [`team-${OTHER}`, HOME, 'kube-system', 'default', ''].flatMap((namespace) => [
    [namespace, 'create', 'pipelineruns', 'tekton.dev'],
    [namespace, 'create', 'runrequests', 'tekton-dag.io'],
    [namespace, 'list', 'secrets', ''],
    [namespace, 'get', 'configmaps', ''],
    [namespace, 'create', 'pods', ''],
  ]);
  const reviews = [...rights, ...wrongs].map(([namespace, verb, resource, group]) => ({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { namespace, verb, resource, group } },
  }));
  const answers = kubectl(
    as('create', '--filename=-', '--output=jsonpath={.status.allowed}{"\\n"}'),
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: reviews }),
  )
    .trimEnd()
    .split('\n');
  expect(answers).toEqual([...rights.map(() => 'true'), ...wrongs.map(() => 'false')]);

  const list = as('get', 'configmaps', '--all-namespaces');
  expect(() => kubectl(list)).toThrow(/cannot list resource "configmaps"/);
  expect(kubectl([...list, '--field-selector=metadata.name=tekton-dag-orchestrator'])).toContain(`team-${A}`);
});

describe('a namespace that says it is a team', () => {
  const metadata = {
    name: 'tekton-dag-orchestrator',
    namespace: 'shared-stranger',
    labels: { 'tekton-dag.io/config': 'shared' },
  };
  const config = () => {
    const of = JSON.parse(
      kubectl(['get', 'configmap', metadata.name, '--namespace', `team-${OTHER}`, '--output=json']),
    ) as { data: Record<string, string> };
    const team = { ...(JSON.parse(of.data['team.json']!) as object), name: 'stranger', namespace: metadata.namespace };
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'team.json': JSON.stringify(team) } };
  };
  beforeAll(() => applied({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: metadata.namespace } }));

  it('is none where who says so may not release there', () => {
    allow('stranger', metadata.namespace, { apiGroups: [''], resources: ['configmaps'], verbs: ['create'] });
    expect(() => kubectl(['create', '--filename=-', '--as=stranger'], JSON.stringify(config()))).toThrow(
      /serves takes the right to 'release' runrequests/,
    );
  });

  it('holds up no other where it lets the orchestrator not in', async () => {
    const before = (await ready()).teams;
    applied(config());
    await until(2, async () => ((await ready()).teams === before + 1 ? true : undefined));
    await until(5, () => (/"namespace":"shared-stranger".*forbidden/.test(log) ? true : undefined));
    expect((await ready()).ok).toBe(true);
    expect((await deliver(A, { sha: SHA.b })).status).toBe(202);
  });
});

it('runs what somebody asks for who may ask and no more', async () => {
  const { stdout } = await folder.run(
    'run',
    'pr-test',
    '--team',
    A,
    '--stack',
    A,
    '--app',
    'fe',
    '--pr',
    '9',
    '--revision',
    'abc1234',
    '--request',
  );
  const namespace = `team-${A}`;
  allow('asker', namespace, { apiGroups: ['tekton-dag.io'], resources: ['runrequests'], verbs: ['create'] });
  const made = JSON.parse(
    kubectl(
      ['create', '--validate=strict', '--filename=-', '--output=json', '--as=asker'],
      JSON.stringify(load(stdout)),
    ),
  ) as RunRequest;
  expect(made.metadata.name).toMatch(/^pr-9-[a-z0-9]{5}$/);
  const run = await runOf(made.metadata.name, namespace);
  expect(run.metadata.labels).toMatchObject({
    'tekton-dag.io/request': made.metadata.name,
    'tekton-dag.io/trust': 'untrusted',
  });
});
