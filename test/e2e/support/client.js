'use strict';

/** Runs in pod `client` of an environment; plain node, for there is nothing else. Prints what it found as JSON. */
const http = require('node:http');
const { setTimeout: pause } = require('node:timers/promises');

/** One request; what went wrong is its status. */
function get(url, headers, agent) {
  return new Promise((resolve) => {
    const request = http.get(url, { headers, agent, timeout: 30_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
      response.on('error', (error) => resolve({ status: error.code, headers: {}, body: '' }));
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: 'no answer within 30 s' })));
    request.on('error', (error) => resolve({ status: error.code ?? error.message, headers: {}, body: '' }));
  });
}

/** `originator=stable forwarder=pr-7`: which version answered at each hop; what another app said; or what went wrong. */
function hops({ status, body }) {
  if (status !== 200) return `${status} ${body}`.trim();
  const first = JSON.parse(body);
  if (first.app === undefined) return body;
  const names = [];
  for (let hop = first; hop; hop = hop.calls) names.push(`${hop.app}=${hop.version}`);
  return names.join(' ');
}

const untilStdinEnds = () => new Promise((resolve) => process.stdin.on('end', resolve).resume());

/** Two workers a target ask again and again, until standard input ends; a line an answer. One keeps its connection, as apps do. */
async function load(given) {
  const kept = new http.Agent({ keepAlive: true });
  let over = false;
  const worker = async ({ name, url, headers }, agent) => {
    while (!over) {
      const start = Date.now();
      const answer = hops(await get(url, headers, agent));
      process.stdout.write(`${JSON.stringify({ target: name, start, end: Date.now(), answer })}\n`);
      await pause(20);
    }
  };
  const workers = JSON.parse(given).flatMap((target) => [worker(target, kept), worker(target)]);
  await untilStdinEnds();
  over = true;
  await Promise.all(workers);
}

/** Milliseconds of each of `count` requests, one after another on one connection. */
async function latency(url, count) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const took = [];
  for (let each = 0; each < Number(count); each++) {
    const start = process.hrtime.bigint();
    const { status } = await get(url, {}, agent);
    if (status !== 200) throw new Error(`${url} answered ${status}`);
    took.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  return took;
}

/** Requests a second, with so many at once, in so many seconds. */
async function capacity(url, atOnce, seconds) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: Number(atOnce) });
  const end = Date.now() + Number(seconds) * 1000;
  let done = 0;
  let failed = 0;
  const worker = async () => {
    while (Date.now() < end) {
      if ((await get(url, {}, agent)).status === 200) done++;
      else failed++;
    }
  };
  await Promise.all(Array.from({ length: Number(atOnce) }, worker));
  return { perSecond: done / Number(seconds), failed };
}

/** The texts that a WebSocket sends: by itself, and back. */
function websocket(url, headers, text) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, {
      headers: {
        ...JSON.parse(headers),
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-version': '13',
      },
    });
    request.on('error', reject);
    request.on('response', ({ statusCode }) => reject(new Error(`no upgrade: ${statusCode}`)));
    request.on('upgrade', (_, socket, head) => {
      let received = head;
      const texts = [];
      const take = () => {
        while (received.length >= 2 && received.length >= 2 + received[1]) {
          texts.push(received.subarray(2, 2 + received[1]).toString());
          received = received.subarray(2 + received[1]);
        }
        if (texts.length === 2) {
          socket.destroy();
          resolve(texts);
        }
      };
      socket.on('data', (data) => {
        received = Buffer.concat([received, data]);
        take();
      });
      const bytes = Buffer.from(text);
      // a mask of zeros is one, too
      socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | bytes.length, 0, 0, 0, 0]), bytes]));
      take();
    });
  });
}

const commands = { ask: async (url, headers) => get(url, JSON.parse(headers)), load, latency, capacity, websocket };

const [command, ...args] = process.argv.slice(2);
commands[command](...args).then(
  // a load has told its answers already
  (answer) => process.stdout.write(answer === undefined ? '' : JSON.stringify(answer), () => process.exit(0)),
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
