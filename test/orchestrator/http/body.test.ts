import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { BODY_MAX, Budget } from '../../../orchestrator/src/http/body';
import { HttpProblem } from '../../../orchestrator/src/http/problem';
import { api, callerWhoMay } from '../support/api';
import { delivery, front } from '../support';

/** What is held in memory of what a sender sends, and before it is known who that is. */

const MIB = 2 ** 20;

describe('the memory for bodies', () => {
  /** A body of so many bytes that arrive. */
  function arrival(budget: Budget, peer: string, bytes: number) {
    const refused: string[] = [];
    const body = {
      peer,
      bytes: 0,
      refuse: ({ code }: HttpProblem) => {
        refused.push(code);
        budget.drop(body);
      },
    };
    budget.begin(body);
    budget.add(body, bytes);
    return { body, refused };
  }

  it('is taken from the largest body of the peer that holds most', () => {
    const budget = new Budget();
    const [small, other] = [arrival(budget, 'a', MIB), arrival(budget, 'b', 5 * MIB)];
    const flood = [15, 5, 15].map((size) => arrival(budget, 'c', size * MIB));
    expect([small, other, ...flood].map(({ refused }) => refused)).toEqual([[], [], ['overloaded'], [], []]);
  });

  it('is given back, and counted', () => {
    const counts: number[] = [];
    const budget = new Budget((bytes) => counts.push(bytes));
    const { body } = arrival(budget, 'a', 5);
    budget.keep(body)();
    expect(counts).toEqual([5, 0]);
  });

  it('holds large bodies that are handled up to the size of the largest that may come, and refuses another', () => {
    const budget = new Budget();
    const give = [15, 10].map((size) => budget.keep(arrival(budget, 'a', size * MIB).body));
    expect(() => budget.keep(arrival(budget, 'a', 2 * MIB).body)).toThrow('Too much at once');
    give.forEach((each) => each());
    expect(() => budget.keep(arrival(budget, 'a', BODY_MAX).body)).not.toThrow();
  });

  it('is there for small bodies however much is handled of large ones', () => {
    const counts: number[] = [];
    const budget = new Budget((bytes) => counts.push(bytes));
    budget.keep(arrival(budget, 'a', BODY_MAX).body);
    expect(() => budget.keep(arrival(budget, 'a', 16 * MIB).body)).toThrow('Too much at once');
    const small = Array.from({ length: 32 }, () => arrival(budget, 'a', MIB));
    small.forEach(({ body }) => budget.keep(body));
    expect(small.flatMap(({ refused }) => refused)).toEqual([]);
    // and what all of them hold has an end
    expect(arrival(budget, 'a', 1).refused).toEqual(['overloaded']);
    expect(Math.max(...counts)).toBe(BODY_MAX + 32 * MIB + 1);
  });
});

describe('on the wire', () => {
  const sockets: Socket[] = [];
  const open = async (port: number, text: string): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  };
  const answer = async (socket: Socket): Promise<string> => {
    const [data] = (await once(socket, 'data')) as [Buffer];
    return data.toString();
  };
  const headersOf = (method: string, path: string, extra = ''): string =>
    `${method} ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${extra}\r\n`;
  const announced = `content-length: ${20 * MIB}\r\n`;

  const webhook = front();
  const served = api(undefined, { authenticate: callerWhoMay('create') });
  const locked = api(undefined, {
    authenticate: () => Promise.reject(new HttpProblem('unauthorized')),
  });
  const ports = new Map<string, number>();
  beforeAll(async () => {
    for (const [name, { app }] of Object.entries({ webhook, served, locked })) {
      await app.listen({ port: 0, host: '127.0.0.1' });
      ports.set(name, (app.server.address() as AddressInfo).port);
    }
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all([webhook, served, locked].map(({ app }) => app.close()));
  });

  it.each([
    ['an unknown path', 'webhook', 'POST', '/nowhere', 404],
    ['a method that is not taken', 'webhook', 'PUT', '/webhook/github', 405],
    ['a path of the API that is not there', 'served', 'POST', '/api/nothing', 404],
    ['a caller of /api/run who is not known', 'locked', 'POST', '/api/run', 401],
    ['a caller of /api/bootstrap who is not known', 'locked', 'POST', '/api/bootstrap', 401],
    ['a body of the API that is announced as too large', 'served', 'POST', '/api/run', 413],
  ])('%s is refused before the body comes, and the connection ends', async (_, name, method, path, status) => {
    const socket = await open(ports.get(name)!, headersOf(method, path, announced));
    const said = await answer(socket);
    expect(said).toContain(`HTTP/1.1 ${status} `);
    expect(said.toLowerCase()).toContain('connection: close');
    if (!socket.closed) await once(socket, 'close');
  });

  it('what is announced and does not come holds up no delivery', async () => {
    const port = ports.get('webhook')!;
    for (let count = 0; count < 40; count++) {
      await open(port, headersOf('POST', '/webhook/github', announced));
      await open(port, `${headersOf('POST', '/webhook/github', 'transfer-encoding: chunked\r\n')}1\r\n{\r\n`);
    }
    const { headers, payload } = delivery('ping', '{}');
    const lines = Object.entries(headers as Record<string, string>).map(([key, value]) => `${key}: ${value}\r\n`);
    const socket = await open(
      port,
      `POST /webhook/github HTTP/1.1\r\nhost: x\r\n${lines.join('')}\r\n${String(payload)}`,
    );
    expect(await answer(socket)).toContain('HTTP/1.1 200 ');
  });
});
