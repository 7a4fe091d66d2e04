'use strict';

/**
 * Backend for the front end: called by it, calls the API, and hands on the session between them. Also speaks WebSocket: each
 * connection is told the version, and has its text sent back.
 */
const http = require('node:http');
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { passOn } = require('./propagation');

const VERSION = readFileSync(join(__dirname, 'version.txt'), 'utf8').trim();
const API = process.env.API_URL ?? 'http://terminal';
const agent = new http.Agent({ keepAlive: true });

function call(url, headers) {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk) => (body += chunk));
        response.on('end', () =>
          response.statusCode === 200
            ? resolve(JSON.parse(body))
            : reject(new Error(`${url} answered ${response.statusCode}`)),
        );
      })
      .on('error', reject);
  });
}

async function answer(request, response) {
  if (request.url === '/healthz') return response.end('ok');
  try {
    const calls = await call(`${API}${request.url}`, passOn(request.headers));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ app: 'forwarder', version: VERSION, calls }));
  } catch (error) {
    response.statusCode = 502;
    response.end(`${error.message}\n`);
  }
}

/** https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2 */
const accept = (key) => createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

/** A text frame of less than 126 bytes; those of a server are not masked. */
const frame = (text) => Buffer.concat([Buffer.from([0x81, Buffer.byteLength(text)]), Buffer.from(text)]);

function upgrade(request, socket) {
  socket.on('error', () => socket.destroy());
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept(request.headers['sec-websocket-key'])}\r\n\r\n`,
  );
  socket.write(frame(`forwarder ${VERSION}`));
  socket.on('data', (data) => {
    if ((data[0] & 0x0f) === 8) return socket.end(Buffer.from([0x88, 0]));
    const mask = data.subarray(2, 6);
    socket.write(frame(Buffer.from(data.subarray(6).map((byte, index) => byte ^ mask[index % 4])).toString()));
  });
}

const server = http.createServer((request, response) => void answer(request, response)).on('upgrade', upgrade);
module.exports = { server };
if (require.main === module) {
  server.listen(8080);
  // pods that go away finish what they have
  process.on('SIGTERM', () => setTimeout(() => server.close(() => process.exit(0)), 1000));
}
