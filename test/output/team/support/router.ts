import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { siteOf } from '../../../../lib/fleet/site';
import type { EnvironmentApp } from '../../../../lib/output/team/environment-apps';
import { ROUTER_ADMIN_PORT, haproxyConfig, routerPorts } from '../../../../lib/output/team/router-config';
import type { Dns } from './dns';
import { startDns } from './dns';

export const haproxyVersion = (): string | undefined =>
  /version (\S+)/.exec(spawnSync('haproxy', ['-v'], { encoding: 'utf8' }).stdout ?? '')?.[1];

/** What HAProxy itself says of a configuration. */
export function check(config: string): { status: number | null; complaints: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'router-'));
  writeFileSync(join(folder, 'haproxy.cfg'), config);
  const { status, stderr } = spawnSync('haproxy', ['-c', '-f', join(folder, 'haproxy.cfg')], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return { status, complaints: stderr.split('\n').filter((line) => /WARNING|ALERT/.test(line)) };
}

/** The synthesized configuration in a real HAProxy, asking a name server of ours. */
export interface Router {
  readonly dns: Dns;
  /** Port on 127.0.0.1 by app; `admin` for probes and metrics. */
  readonly ports: ReadonlyMap<string, number>;
  readonly log: string[];
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startRouter(
  namespace: string,
  apps: readonly EnvironmentApp[],
  site: Parameters<typeof haproxyConfig>[2] = siteOf(undefined),
): Promise<Router> {
  const dns = await startDns();
  const inside = new Map([...routerPorts(apps), ['admin', ROUTER_ADMIN_PORT]]);
  const ports = new Map<string, number>();
  for (const name of inside.keys()) ports.set(name, await freePort());
  const outside = new Map([...inside].map(([name, port]) => [String(port), ports.get(name)]));
  const config = haproxyConfig(namespace, apps, site)
    .replaceAll('parse-resolv-conf', `nameserver stub 127.0.0.1:${dns.port}`)
    .replace(/bind (:+)(\d+)/g, (_, any: string, port: string) => `bind ${any}${outside.get(port)}`);
  const folder = mkdtempSync(join(tmpdir(), 'router-'));
  writeFileSync(join(folder, 'haproxy.cfg'), config);
  const child = spawn('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: ['ignore', 'pipe', 'pipe'] });
  const log: string[] = [];
  child.stdout
    .setEncoding('utf8')
    .on('data', (text: string) => log.push(...text.split('\n').filter((line) => line !== '')));
  await until(
    async () => (await get(ports.get('admin') ?? 0, '/healthz').catch(() => undefined))?.status === 200,
    'the router to answer its probe',
  );
  return { dns, ports, log, pid: child.pid ?? 0, stop: () => stop(child, dns, folder) };
}

async function stop(child: ChildProcess, dns: Dns, folder: string): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
  await dns.close();
  rmSync(folder, { recursive: true });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export function get(
  port: number,
  path: string,
  headers: Record<string, string | string[]> = {},
  host = '127.0.0.1',
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path, headers, agent: false }, (reply) => {
      let body = '';
      reply.setEncoding('utf8').on('data', (text: string) => (body += text));
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

/** Waits until the condition holds, as long as a machine that is busy with other things may take. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
