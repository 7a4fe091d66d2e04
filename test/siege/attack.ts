import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A program that attacks a port until it is killed, in all these ways at once: bodies that are too large to every route,
 * bodies that come a byte at a time, many connections that say nothing, many bodies without a length, and bad signatures.
 */

const port = Number(process.argv[2]);
const MIB = Buffer.alloc(2 ** 20, 0x20);
const LARGE = 26 * 2 ** 20;
const ROUTES = [
  'POST /webhook/github',
  'POST /webhook/gitea',
  'POST /triggers',
  'POST /webhook/github/siege-a',
  'POST /api/run',
  'POST /api/bootstrap',
  'POST /api/runs/x/rerun',
  'POST /nowhere',
  'PUT /webhook/github',
  'DELETE /healthz',
];

const head = (route: string, ...headers: readonly string[]): string =>
  [`${route} HTTP/1.1`, 'host: x', 'content-type: application/json', ...headers, '', ''].join('\r\n');

/** Opens a connection, writes, and waits until it ends. */
const talk = (act: (socket: Socket) => Promise<void> | void): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => void Promise.resolve(act(socket)).catch(() => undefined));
    socket.on('error', () => undefined).on('close', () => resolve());
    socket.resume();
  });

/** Goes on in so many places at once. */
const often = (places: number, act: (place: number) => Promise<void>): void => {
  for (let place = 0; place < places; place++)
    void (async () => {
      for (;;) {
        await act(place);
        // a connection that is refused at once costs nobody anything
        await sleep(20);
      }
    })();
};

const write = (socket: Socket, data: Buffer | string): Promise<boolean> =>
  new Promise((resolve) => {
    if (socket.destroyed) return resolve(false);
    socket.write(data, (error) => resolve(!error));
  });

often(ROUTES.length, (place) =>
  talk(async (socket) => {
    // half of them say how much comes
    const size = Math.random() < 0.5 ? `content-length: ${LARGE - 2 ** 20}` : 'transfer-encoding: chunked';
    await write(socket, head(ROUTES[place]!, size));
    for (let sent = 0; sent < LARGE; sent += MIB.length) {
      if (size.startsWith('t') && !(await write(socket, `${MIB.length.toString(16)}\r\n`))) return;
      if (!(await write(socket, MIB))) return;
      if (size.startsWith('t') && !(await write(socket, '\r\n'))) return;
    }
  }),
);
often(300, (place) =>
  talk(async (socket) => {
    await write(socket, head(ROUTES[place % ROUTES.length]!, `content-length: ${LARGE / 2}`));
    while (await write(socket, ' ')) await sleep(1_000);
  }),
);
often(3_000, () => talk(() => undefined));
often(40, () =>
  talk((socket) => void socket.write(`${head('POST /webhook/github', 'transfer-encoding: chunked')}1\r\n{\r\n`)),
);
often(10, () =>
  talk((socket) => {
    const headers = [
      'x-github-event: push',
      'x-github-delivery: siege-siege',
      `x-hub-signature-256: sha256=${'0'.repeat(64)}`,
    ];
    socket.end(`${head('POST /webhook/github', 'content-length: 2', 'connection: close', ...headers)}{}`);
  }),
);
