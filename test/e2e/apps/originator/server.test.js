'use strict';

const { after, before, test } = require('node:test');
const assert = require('node:assert');
const http = require('node:http');

let seen;
const backend = http.createServer((request, response) => {
  seen = request.headers;
  response.end('{"app":"backend"}');
});
let server;

before(async () => {
  await new Promise((resolve) => backend.listen(0, resolve));
  process.env.BACKEND_URL = `http://127.0.0.1:${backend.address().port}`;
  ({ server } = require('./server'));
  await new Promise((resolve) => server.listen(0, resolve));
});
after(() => [server, backend].forEach((each) => (each.close(), each.closeAllConnections())));

test('calls the backend with the session, and with nothing else that it got', async () => {
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
