import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { API_AUDIENCE } from '../../../lib/words/names';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import { SECRET, SHA, delivery, pullRequestPayload, teamOf } from '../../orchestrator/support';
import { apply, applyObjects, awaitKinds, kubectl } from '../kubectl';

/** The program as it runs for a whole cluster: configuration that comes and breaks, secrets that change, callers who are asked who they are. */

const ROOT = join(__dirname, '../../..');
const LABEL = 'front-test';
const A: TeamConfig = teamOf('front-a', { shop: [{ name: 'web', repo: 'front/web' }] });
const B: TeamConfig = teamOf('front-b', { desk: [{ name: 'desk', repo: 'front/desk' }] });

let secrets: string;
let program: ChildProcess;
let address = '';
let log = '';

const applied = (...items: readonly object[]) => applyObjects(items);
const namespace = (team: TeamConfig) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: team.namespace } });
const configMap = (team: TeamConfig, text = JSON.stringify(team)) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'config', namespace: team.namespace, labels: { [LABEL]: 'yes' } },
  data: { 'team.json': text },
});

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

/** Its time is the program's own: what is older than three days is stale. */
const now = (): string => new Date().toISOString().replace(/\.\d+/, '');
async function deliver(
  repo: string,
  sha: string,
  secret = SECRET,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const { url, headers, payload } = delivery('pull_request', pullRequestPayload({ repo, sha, at: now() }), { secret });
  const response = await fetch(`${address}${String(url)}`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: payload as string,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const ready = async (): Promise<{ teams: number; problems: number }> =>
  (await fetch(`${address}/readyz`)).json() as Promise<{ teams: number; problems: number }>;

beforeAll(async () => {
  apply(join(ROOT, 'dist/cluster'));
  awaitKinds();
  applied(namespace(A), namespace(B));
  applied(configMap(A));
  secrets = mkdtempSync(join(tmpdir(), 'secrets-'));
  writeFileSync(join(secrets, 'current'), `${SECRET}\n`);
  const env = {
    ...process.env,
    PORT: '0',
    METRICS_PORT: '0',
    NAMESPACE: A.namespace,
    CONFIG_LABEL: LABEL,
    WEBHOOK_SECRETS_DIR: secrets,
    API_AUTH: 'tokenreview',
    TEAM: '',
  };
  program = spawn(process.execPath, ['--require', 'tsx/cjs', join(ROOT, 'orchestrator/src/main.ts')], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [program.stdout, program.stderr]) stream?.on('data', (chunk) => (log += String(chunk)));
  const port = await until(60, () => /"port":(\d+)/.exec(log)?.[1]);
  address = `http://127.0.0.1:${port}`;
  await until(30, async () => ((await fetch(`${address}/readyz`)).ok ? true : undefined));
});

afterAll(() => {
  program.kill('SIGKILL');
  rmSync(secrets, { recursive: true });
  kubectl(['delete', 'namespace', A.namespace, B.namespace, '--wait=false']);
});

it('a signed delivery is a request in the cluster before it is answered', async () => {
  const { status, body } = await deliver('front/web', SHA.a);
  expect([status, body.status]).toEqual([202, 'accepted']);
  const name = String(body.pipelinerun);
  expect(JSON.parse(kubectl(['get', 'rreq', name, '--namespace', A.namespace, '--output=json']))).toMatchObject({
    spec: { pipeline: 'pr-test', apps: ['web'], revision: SHA.a },
  });
  expect((await deliver('front/web', SHA.a)).status).toBe(200);
});

it('a team that is added while it runs is served within two seconds', async () => {
  expect((await deliver('front/desk', SHA.a)).body.reason).toBe('unmapped_repo');
  applied(configMap(B));
  await until(2, async () => ((await ready()).teams === 2 ? true : undefined));
  expect((await deliver('front/desk', SHA.a)).status).toBe(202);
});

it('configuration that breaks is told by an Event on it, and what was good before holds', async () => {
  applied(configMap(B, '{"name": '));
  await until(2, async () => ((await ready()).problems > 0 ? true : undefined));
  expect((await deliver('front/desk', SHA.b)).status).toBe(202);
  const events = await until(5, () => {
    const { items } = JSON.parse(
      kubectl([
        'get',
        'events',
        '--namespace',
        B.namespace,
        '--field-selector=reason=BadConfiguration',
        '--output=json',
      ]),
    ) as { items: { message: string; involvedObject: { name: string } }[] };
    return items.length > 0 ? items : undefined;
  });
  expect(events).toEqual([
    expect.objectContaining({
      message: expect.stringContaining('not JSON'),
      involvedObject: expect.objectContaining({ kind: 'ConfigMap', name: 'config' }),
    }),
  ]);
  applied(configMap(B));
  await until(2, async () => ((await ready()).problems === 0 ? true : undefined));
});

it('a team that has gone is still served, and that is told', async () => {
  kubectl(['delete', 'configmap', 'config', '--namespace', B.namespace]);
  await until(2, async () => ((await ready()).problems > 0 ? true : undefined));
  expect((await deliver('front/desk', SHA.c)).status).toBe(202);
});

it('secrets change without a restart, the old one good while it is there', async () => {
  expect((await deliver('front/web', SHA.b, 'the next of 16 or more')).status).toBe(401);
  writeFileSync(join(secrets, 'next'), 'the next of 16 or more');
  await until(3, async () =>
    (await deliver('front/web', SHA.b, 'the next of 16 or more')).status !== 401 ? true : undefined,
  );
  expect((await deliver('front/web', SHA.b)).status).toBe(200);
  rmSync(join(secrets, 'next'));
  await until(3, async () =>
    (await deliver('front/web', SHA.b, 'the next of 16 or more')).status === 401 ? true : undefined,
  );
});

describe('callers of the API', () => {
  const account = (name: string, verbs: readonly string[]): string => {
    const metadata = { name, namespace: A.namespace };
    applied(
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata,
        rules: [{ apiGroups: ['tekton-dag.io'], resources: ['runrequests'], verbs }],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects: [{ kind: 'ServiceAccount', name, namespace: A.namespace }],
      },
    );
    return name;
  };
  const token = (name: string, audience: string): string =>
    kubectl(['create', 'token', name, '--namespace', A.namespace, `--audience=${audience}`]).trim();
  const call = async (method: string, path: string, bearer?: string, body?: object) => {
    const response = await fetch(`${address}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      body: (await response.json()) as Record<string, unknown>[] & Record<string, unknown>,
    };
  };

  it('are told by their token, made for this', async () => {
    const reader = account('front-reader', ['list']);
    expect((await call('GET', '/api/stacks')).status).toBe(401);
    expect((await call('GET', '/api/stacks', 'nonsense')).status).toBe(401);
    expect((await call('GET', '/api/stacks', token(reader, 'https://kubernetes.default.svc'))).status).toBe(401);
    const { status, body } = await call('GET', '/api/stacks', token(reader, API_AUDIENCE));
    expect([status, body.map(({ team }) => team)]).toEqual([200, ['front-a']]);
    expect(
      (await call('POST', '/api/run', token(reader, API_AUDIENCE), { mode: 'bootstrap', stack: 'shop' })).status,
    ).toBe(403);
  });

  it('may ask for runs without being trusted', async () => {
    const asker = token(account('front-asker', ['list', 'create']), API_AUDIENCE);
    const answer = await call('POST', '/api/run', asker, {
      mode: 'pr',
      stack: 'shop',
      app: 'web',
      prNumber: 9,
      sha: SHA.a,
    });
    expect(answer.status).toBe(201);
    expect(
      JSON.parse(kubectl(['get', 'rreq', String(answer.body.name), '--namespace', A.namespace, '--output=json'])),
    ).toMatchObject({
      spec: { trust: 'untrusted', source: { sender: `system:serviceaccount:${A.namespace}:front-asker` } },
    });
    expect(
      (await call('POST', '/api/run', asker, { mode: 'merge', stack: 'shop', app: 'web', sha: SHA.a })).status,
    ).toBe(403);
    // of a team that the caller may not see, a stack is as if it were not there
    expect((await call('POST', '/api/run', asker, { mode: 'bootstrap', stack: 'desk' })).status).toBe(422);
  });
});

it('reads anew on SIGHUP, and ends on SIGTERM after it has said that it will', async () => {
  program.kill('SIGHUP');
  await sleep(500);
  expect((await ready()).teams).toBeGreaterThan(0);
  const ended = new Promise((resolve) => program.once('exit', resolve));
  program.kill('SIGTERM');
  await until(2, async () => ((await fetch(`${address}/readyz`)).status === 503 ? true : undefined));
  // those who have not noticed yet are still served
  expect((await deliver('front/web', SHA.c)).status).toBe(202);
  expect(await ended).toBe(0);
});
