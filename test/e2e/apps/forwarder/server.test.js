'use strict';

const { after, before, test } = require('node:test');
const assert = require('node:assert');
const http = require('node:http');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

let seen;
const backend = http.createServer((request, response) => {
  seen = request.headers;
  response.end('{"app":"backend"}');
});
let server;

before(async () => {
  await new Promise((resolve) => backend.listen(0, resolve));
  process.env.API_URL = `http://127.0.0.1:${backend.address().port}`;
  ({ server } = require('./server'));
  await new Promise((resolve) => server.listen(0, resolve));
});
after(() => [server, backend].forEach((each) => (each.close(), each.closeAllConnections())));

test('calls the API with the session, and with nothing else that it got', async () => {
  const response = await fetch(`http://127.0.0.1:${server.address().port}/`, {
    headers: { 'x-dev-session': 'pr-1-abcd', baggage: 'a=b', 'x-other': 'c' },
  });
  assert.deepStrictEqual((await response.json()).calls, { app: 'backend' });
  assert.strictEqual(seen['x-dev-session'], 'pr-1-abcd');
  assert.strictEqual(seen.baggage, 'a=b');
  assert.strictEqual(seen['x-other'], undefined);
});

test('makes up no session', async () => {
  await fetch(`http://127.0.0.1:${server.address().port}/`);
  assert.strictEqual(seen['x-dev-session'], undefined);
});

test('tells a WebSocket its version and sends back what it gets', async (t) => {
  const request = http.get(`http://127.0.0.1:${server.address().port}/`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
    },
  });
  const [response, socket, head] = await new Promise((resolve) => request.on('upgrade', (...all) => resolve(all)));
  t.after(() => socket.destroy());
  assert.strictEqual(response.headers['sec-websocket-accept'], 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  const told = head.length > 0 ? head : await new Promise((resolve) => socket.once('data', resolve));
  assert.strictEqual(
    told.subarray(2).toString(),
    `forwarder ${readFileSync(join(__dirname, 'version.txt'), 'utf8').trim()}`,
  );
  socket.write(Buffer.from([0x81, 0x82, 1, 2, 3, 4, 'h'.charCodeAt(0) ^ 1, 'i'.charCodeAt(0) ^ 2]));
  const echo = await new Promise((resolve) => socket.once('data', resolve));
  assert.strictEqual(echo.subarray(2).toString(), 'hi');
});
