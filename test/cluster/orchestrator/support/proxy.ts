import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Credentials } from '../../../../lib/kube/transport';

/** A request as it passes. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A request that was held. */
export interface Held {
  /** Lets it pass: it is done though whoever asked may have gone. */
  pass(): void;
  /** Breaks the connection: what is held before is not done, what is held after is, unheard. */
  drop(): void;
}

interface Hold {
  readonly matches: (passing: Passing) => boolean;
  readonly when: 'before' | 'after';
  readonly caught: (held: Held) => void;
}

/**
 * Stands between one replica and the API server, and speaks to it as the account that it is given: so a test sees each
 * step of the replica from outside, and can hold or lose it, before or after it is done.
 */
export class Proxy {
  /** With when they came, as `performance.now()` counts. */
  readonly seen: (Passing & { readonly at: number })[] = [];
  /** Answers for logs of pods in the place of a kubelet, which is not here; undefined: the API server answers. */
  logOf: (path: string) => string | undefined = () => undefined;
  private readonly holds: Hold[] = [];
  private readonly server: Server = createServer(
    (incoming, outgoing) => void this.handle(incoming, outgoing).catch(() => outgoing.destroy()),
  );
  private readonly agent = new Agent({ keepAlive: true });
  private watchers: (() => void)[] = [];

  constructor(
    private readonly credentials: Credentials,
    private readonly account: string,
  ) {}

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The next request that matches, once it is there: it waits until it is told what to do. */
  hold(matches: Hold['matches'], when: Hold['when']): Promise<Held> {
    return new Promise((caught) => this.holds.push({ matches, when, caught }));
  }

  /** Waits until so many requests that match have passed. */
  async passed(count: number, matches: (passing: Passing) => boolean): Promise<void> {
    while (this.seen.filter(matches).length < count) await new Promise<void>((resolve) => this.watchers.push(resolve));
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const at = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const passing = { method: incoming.method ?? '', path: incoming.url ?? '', body: Buffer.concat(chunks).toString() };
    const index = this.holds.findIndex(({ matches }) => matches(passing));
    const [hold] = index < 0 ? [] : this.holds.splice(index, 1);
    if (hold?.when === 'before' && !(await this.wait(hold))) return void outgoing.destroy();
    const log = this.logOf(passing.path);
    if (log !== undefined) return void outgoing.end(log);
    const answer = await this.forward(passing, incoming);
    this.seen.push({ ...passing, at });
    this.watchers.splice(0).forEach((wake) => wake());
    if (hold?.when === 'after' && !(await this.wait(hold)))
      return void [answer, outgoing].forEach((end) => end.destroy());
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    outgoing.flushHeaders();
    answer.on('error', () => outgoing.destroy()).pipe(outgoing);
    outgoing.on('close', () => answer.destroy());
  }

  private wait({ caught }: Hold): Promise<boolean> {
    return new Promise((resolve) => caught({ pass: () => resolve(true), drop: () => resolve(false) }));
  }

  private async forward({ method, path, body }: Passing, { headers }: IncomingMessage): Promise<IncomingMessage> {
    const options: RequestOptions = {};
    await this.credentials.applyToHTTPSOptions(options);
    const { protocol, hostname, port } = new URL(this.credentials.getCurrentCluster()!.server);
    const send = protocol === 'http:' ? httpRequest : request;
    return new Promise((resolve, reject) => {
      send(
        {
          ...options,
          agent: this.agent,
          hostname,
          port,
          method,
          path,
          headers: { ...headers, host: `${hostname}:${port}`, ...options.headers, 'impersonate-user': this.account },
        },
        resolve,
      )
        .on('error', reject)
        .end(body);
    });
  }
}
