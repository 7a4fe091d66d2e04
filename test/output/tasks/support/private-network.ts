import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { certify } from '../../../support/private-authority';
import type { Workshop } from './run-script';

/** A server whose certificate a private authority has signed, at a name that only a proxy knows. */
export interface PrivateNetwork {
  /** File with the certificate of the authority. */
  readonly bundle: string;
  readonly proxy: string;
  /** What the proxy was asked to connect to: `host:port`. */
  readonly connected: string[];
  stop(): Promise<void>;
}

export const PRIVATE_HOST = 'git.corp.test';

export async function startPrivateNetwork(shop: Workshop, listener: RequestListener): Promise<PrivateNetwork> {
  const { authority: bundle, certificate, key } = certify(shop.folder, PRIVATE_HOST);
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const inside = (server.address() as AddressInfo).port;
  const connected: string[] = [];
  const open = new Set<Socket>();
  const keep = (socket: Socket): Socket => open.add(socket) && socket.on('error', () => socket.destroy());
  const proxy = createHttpServer().on('connect', ({ url = '' }, client: Socket) => {
    connected.push(url);
    const server = keep(connect(inside, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n')));
    server.pipe(keep(client)).pipe(server);
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  return {
    bundle,
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    connected,
    stop: async () => {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      await Promise.all([server, proxy].map((one) => new Promise((done) => one.close(done))));
    },
  };
}
