import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../../../lib/runs/configuration/routing';
import { SECRET, sign } from '../support';

/** What a member has got, to the byte. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * A member of a router: an HTTP server that verifies deliveries, and stores each under its id before it answers. What it has stored
 * outlives the server, as what is in a cluster outlives an orchestrator.
 */
export class StoringMember {
  readonly received: Received[] = [];
  /** By the id of the delivery, how often it was taken. */
  readonly stored = new Map<string, number>();
  /** What it answers with in place of taking a delivery; undefined: it takes it. */
  answer: (delivery: Received, response: ServerResponse) => Promise<boolean> | boolean = () => false;
  private server: Server | undefined;
  private port = 0;

  constructor(readonly name: string) {}

  /** On the same port as before. */
  async start(): Promise<this> {
    const server = createServer((request, response) => void this.take(request, response));
    await new Promise<void>((done) => server.listen(this.port, '127.0.0.1', done));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    return this;
  }

  /** At once, whatever it was about to answer. */
  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }

  /** As a router is told of it. */
  as(over: Partial<Member> = {}): Member {
    return { name: this.name, url: `http://127.0.0.1:${this.port}/webhook/{gitHost}`, insecure: true, ...over };
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // it was stopped while the delivery came
      return;
    }
    const { url: path = '', headers } = request;
    const delivery: Received = { path, headers, body: Buffer.concat(chunks) };
    this.received.push(delivery);
    if (await this.answer(delivery, response)) return;
    const given = headers['x-hub-signature-256'] ?? `sha256=${String(headers['x-gitea-signature'])}`;
    if (given !== `sha256=${sign(delivery.body, SECRET)}`) return void response.writeHead(401).end();
    const id = String(headers['x-github-delivery'] ?? headers['x-gitea-delivery']);
    const before = this.stored.get(id) ?? 0;
    this.stored.set(id, before + 1);
    response.writeHead(before > 0 ? 200 : 202, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: before > 0 ? 'duplicate' : 'accepted' }));
  }
}

/** Makes a member wait before it takes what comes. */
export const slow =
  (ms: number): StoringMember['answer'] =>
  async () => {
    await sleep(ms);
    return false;
  };

/** Makes a member answer in place of taking what comes. */
export const answering =
  (status: number, body = '', headers: Record<string, string> = {}): StoringMember['answer'] =>
  (_delivery, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };
