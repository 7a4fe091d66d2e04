import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ApiServer {
  /** File for KUBECONFIG; its user may do everything. */
  readonly kubeconfig: string;
  /** Kills the API server alone: what it has stored stays. */
  interrupt(): Promise<void>;
  /** Starts it again, at the same address; returns when it is ready. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export interface ApiServerOptions {
  /** Whether quotas are held to; their status is the test's to write, as there is no controller manager. @default false */
  readonly quota?: boolean;
}

const READY_WITHIN_MS = 60_000;

/**
 * An empty cluster without nodes and controllers: etcd and kube-apiserver on free loopback ports, data in a folder that
 * goes when they stop. RBAC is on.
 *
 * @param assets folder with both programs, as KUBEBUILDER_ASSETS names it (https://book.kubebuilder.io/reference/envtest)
 * @throws with the end of their logs if they are not ready within a minute
 */
export async function startApiServer(assets: string, { quota = false }: ApiServerOptions = {}): Promise<ApiServer> {
  const missing = ['etcd', 'kube-apiserver'].filter((name) => !existsSync(join(assets, name)));
  if (missing.length > 0) throw new Error(`KUBEBUILDER_ASSETS=${assets} has no ${missing.join(' and no ')}`);
  const dir = mkdtempSync(join(tmpdir(), 'tekton-dag-api-'));
  const children: ChildProcess[] = [];
  const path = (name: string): string => join(dir, name);
  const run = (name: string, args: readonly string[]): ChildProcess => {
    const log = openSync(path(`${name}.log`), 'w');
    const child = spawn(join(assets, name), args, { stdio: ['ignore', log, log] });
    children.push(child);
    closeSync(log);
    return child;
  };
  const killNow = (): void => children.forEach((child) => child.kill('SIGKILL'));
  // also when the tests are interrupted: nothing may stay behind
  process.once('exit', killNow);
  const stop = async (): Promise<void> => {
    process.off('exit', killNow);
    await Promise.all(children.map((child) => ended(child)));
    rmSync(dir, { recursive: true, force: true });
  };

  const [client, peer, secure] = await freePorts(3);
  const etcd = `http://127.0.0.1:${client}`;
  const token = randomUUID();
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  writeFileSync(path('sa.key'), keys.privateKey);
  writeFileSync(path('sa.pub'), keys.publicKey);
  writeFileSync(path('tokens.csv'), `${token},admin,admin,"system:masters"\n`);
  const server = `https://127.0.0.1:${secure}`;
  const flags = [
    `--etcd-servers=${etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${secure}`,
    `--cert-dir=${path('certs')}`,
    `--token-auth-file=${path('tokens.csv')}`,
    `--service-account-key-file=${path('sa.pub')}`,
    `--service-account-signing-key-file=${path('sa.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=RBAC',
    // it waits for a status that only the controller manager writes
    ...(quota ? [] : ['--disable-admission-plugins=ResourceQuota']),
  ];
  try {
    run('etcd', [
      `--data-dir=${path('etcd')}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      '--unsafe-no-fsync',
    ]);
    let serving = run('kube-apiserver', flags);
    await ready(server, token, children, dir);
    const kubeconfig = path('kubeconfig');
    writeFileSync(kubeconfig, JSON.stringify(config(server, token, readFileSync(path('certs/apiserver.crt')))));
    const resume = (): Promise<void> => {
      serving = run('kube-apiserver', flags);
      return ready(server, token, children, dir);
    };
    return { kubeconfig, interrupt: () => ended(serving), resume, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const config = (server: string, token: string, certificate: Buffer): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': certificate.toString('base64') } }],
  users: [{ name: 'admin', user: { token } }],
  contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
  'current-context': 'test',
});

async function ready(server: string, token: string, children: readonly ChildProcess[], dir: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answersOk(`${server}/readyz`, token))) {
    const dead = children.find((child) => child.exitCode !== null);
    if (!dead && Date.now() < deadline) {
      await sleep(100);
      continue;
    }
    const logs = ['etcd', 'kube-apiserver'].map((name) => `${name}: …${tail(join(dir, `${name}.log`))}`);
    throw new Error(
      `the API server ${dead ? 'ended' : `was not ready within ${READY_WITHIN_MS / 1000} s`}\n${logs.join('\n')}`,
    );
  }
}

const tail = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8').slice(-2000) : 'no log');

const answersOk = (url: string, token: string): Promise<boolean> =>
  new Promise((resolve) => {
    // its certificate is made at its start; the token is the secret, and the line is the loopback
    const request = get(
      url,
      { headers: { authorization: `Bearer ${token}` }, rejectUnauthorized: false, timeout: 2000 },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.on('error', () => resolve(false));
    request.on('timeout', () => request.destroy());
  });

/** There is nothing to save, and an API server that is asked politely takes ten seconds. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** All asked for at once, so that none is given twice. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer();
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
