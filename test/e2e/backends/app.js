'use strict';

/** An app that says which pod answered: over HTTP, over a WebSocket, and with PROTOCOL=grpc as gRPC does. */
const { createHash } = require('node:crypto');
const http = require('node:http');
const http2 = require('node:http2');
const { hostname } = require('node:os');

const answer = JSON.stringify({ pod: hostname() });
const port = Number(process.env.PORT);

if (process.env.PROTOCOL === 'grpc') {
  http2
    .createServer()
    .on('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(answer);
    })
    .listen(port);
} else {
  http
    .createServer((_, response) => response.end(answer))
    .on('upgrade', (request, socket) => {
      const accept = createHash('sha1')
        .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.on('error', () => undefined).on('data', (data) => socket.write(`${answer} heard ${data}`));
    })
    .listen(port);
}
// as the first process of a container it has no default for it
process.on('SIGTERM', () => process.exit(0));
