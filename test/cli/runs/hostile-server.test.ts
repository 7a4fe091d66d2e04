import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { command } from './asked';

// a machine that is busy with other things is no failure
jest.setTimeout(60_000);

/** The commands against what answers in place of an orchestrator. */

const servers: ReturnType<typeof createServer>[] = [];
async function answering(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return (...args: readonly string[]) => command({ TEKTON_DAG_URL: url }, ...args);
}
afterEach(() => servers.splice(0).forEach((server) => server.close().closeAllConnections()));

const CLEAR = '\u001b[2J';
const RUN = { name: `pr-1${CLEAR}`, pipeline: 'x', status: 'Failed', namespace: 'x' };
const TASKS = {
  isPruned: false,
  tasks: [
    {
      name: `a${CLEAR}`,
      state: `failed${CLEAR}`,
      steps: ['b', 'c'].map((name) => ({ name: `${name}${CLEAR}`, state: 'x' })),
    },
  ],
};
const LOGGED = { isPruned: false, tasks: [{ name: 'a', state: 'failed', steps: [{ name: 'b', state: 'failed' }] }] };

it.each([[['runs']], [['report', 'x']], [['logs', 'x', '--task', `a${CLEAR}`]], [['run', '--from', 'x']]])(
  '%j prints no control character, whatever is answered',
  async (args) => {
    const run = await answering(({ url = '', method }, response) => {
      response.setHeader('x-continue', 'a\u009b2J');
      if (url.includes('/log')) response.end(CLEAR);
      else if (method === 'POST') response.end(JSON.stringify(RUN));
      else
        response.end(JSON.stringify(url.includes('/tasks') ? TASKS : url.split('?')[0] === '/api/runs' ? [RUN] : RUN));
    });
    const { stdout, stderr } = await run(...args);
    expect(stdout + stderr).toContain('\\u00');
    expect(stdout + stderr).not.toMatch(/(?!\n)\p{Cc}/u);
  },
);

it('reads no more of a log than it shows, though it never ends', async () => {
  const run = await answering(({ url = '' }, response) => {
    if (!url.includes('/log')) return void response.end(JSON.stringify(LOGGED));
    const piece = Buffer.from('x'.repeat(1023) + '\n')
      .toString()
      .repeat(1024);
    const more = (): void => {
      while (response.write(piece));
    };
    response.on('drain', more);
    more();
  });
  const { status, stdout, stderr } = await run('logs', 'x');
  expect([status, stderr]).toEqual([0, expect.stringContaining('longer than 10 MiB')]);
  expect(stdout.length).toBeLessThan(12 * 2 ** 20);
});

it.each(['', '..', '.', '/', 'a/', '../x', 'a/b/c'])(
  'asks for no other address than that of a run: %j',
  async (name) => {
    const asked: string[] = [];
    const run = await answering(({ url = '' }, response) => {
      asked.push(url);
      response.end('{}');
    });
    for (const args of [
      ['report', name],
      ['logs', name],
      ['run', '--from', name],
    ])
      expect(await run(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining('expected <name>') });
    expect(asked).toEqual([]);
  },
);
