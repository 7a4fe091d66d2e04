import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliverOptions } from '../../../orchestrator/support';
import { SECRET, delivery } from '../../../orchestrator/support';
import { NODE_OPTIONS } from '../../../support/entrypoint';
import type { Credentials } from '../../../../lib/kube/transport';
import { Proxy } from './proxy';

/** The program, bundled once as its image has it, and started as often as a test wants: from source it loads for seconds. */
export class Program {
  private readonly folder = mkdtempSync(join(tmpdir(), 'orchestrator-'));
  private readonly bundle = join(this.folder, 'main.js');
  private readonly secrets = join(this.folder, 'secrets');
  private readonly replicas: Replica[] = [];

  constructor(
    private readonly credentials: Credentials,
    /** User that the replicas speak as. */
    private readonly account: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    mkdirSync(this.secrets);
    writeFileSync(join(this.secrets, 'webhook'), SECRET);
    execFileSync(process.execPath, [join(__dirname, '../../../../orchestrator/bundle.js'), `--outfile=${this.bundle}`]);
  }

  /** Gives all replicas one secret more. */
  takes(name: string, secret: string): void {
    writeFileSync(join(this.secrets, name), secret);
  }

  /** @param options of node, before those of the image */
  async start(name: string, options: readonly string[] = []): Promise<Replica> {
    const proxy = new Proxy(this.credentials, this.account);
    const kubeconfig = join(this.folder, `${name}.json`);
    writeFileSync(kubeconfig, JSON.stringify(configFor(await proxy.open())));
    const log = join(this.folder, `${name}.log`);
    const out = openSync(log, 'a');
    const child = spawn(process.execPath, [...options, ...NODE_OPTIONS, this.bundle], {
      stdio: ['ignore', out, out],
      env: {
        ...process.env,
        ...this.environment,
        KUBECONFIG: kubeconfig,
        WEBHOOK_SECRETS_DIR: this.secrets,
        PORT: '0',
        METRICS_PORT: '0',
        API_AUTH: 'none',
      },
    });
    closeSync(out);
    const replica = new Replica(child, proxy, log);
    this.replicas.push(replica);
    return replica;
  }

  /** The one that has renewed the Lease more often: who leads keeps it. */
  leader(): Replica {
    const renewed = ({ proxy }: Replica) =>
      proxy.seen.filter(({ method, path }) => method === 'PATCH' && path.endsWith('/leases/tekton-dag-orchestrator'))
        .length;
    return [...this.replicas].sort((a, b) => renewed(b) - renewed(a))[0]!;
  }

  async stop(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class Replica {
  constructor(
    private readonly child: ChildProcess,
    readonly proxy: Proxy,
    private readonly file: string,
  ) {}

  /** Where it takes deliveries, once it does. */
  async address(): Promise<string> {
    for (;;) {
      const port = /"addresses":\[\{[^\]]*?"port":(\d+)/.exec(readFileSync(this.file, 'utf8'))?.[1];
      if (port !== undefined) return `http://127.0.0.1:${port}`;
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`it ended: ${readFileSync(this.file, 'utf8')}`);
      await sleep(100);
    }
  }

  /** Sends it a delivery of a Git host, signed. */
  async deliver(
    event: string,
    body: unknown,
    { signal, ...options }: DeliverOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<Response> {
    const { url, headers, payload } = delivery(event, body, options);
    return fetch(`${await this.address()}${String(url)}`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: payload as string,
      signal,
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM' | 'SIGKILL'): void {
    this.child.kill(signal);
  }

  /** Its exit code, once it has ended; null if a signal ended it. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null)
      await new Promise((resolve) => this.child.once('exit', resolve));
    return this.child.exitCode;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
    await this.proxy.close();
  }
}

const configFor = (server: string): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'proxy', cluster: { server, 'insecure-skip-tls-verify': true } }],
  users: [{ name: 'nobody', user: {} }],
  contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'nobody' } }],
  'current-context': 'proxy',
});
