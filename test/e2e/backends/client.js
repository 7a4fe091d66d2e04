'use strict';

/** Read from standard input by node in pod `client`: what an app of the environment would send. */
const http = require('node:http');
const http2 = require('node:http2');

function ask(url, headers = {}) {
  return new Promise((resolve) => {
    const request = http.get(url, { headers, timeout: 20_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => (body += text));
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          pod: response.statusCode === 200 ? JSON.parse(body).pod : undefined,
          backend: response.headers['x-tekton-dag-backend'],
        }),
      );
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 20 s')));
    request.on('error', (error) => resolve({ status: error.message }));
  });
}

function socket(url, headers) {
  return new Promise((resolve, reject) => {
    const upgrade = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    http
      .get(url, { headers: { ...upgrade, ...headers }, timeout: 20_000 }, (response) =>
        resolve({ status: response.statusCode }),
      )
      .on('upgrade', (_, stream) =>
        stream.on('data', (data) => resolve({ status: 101, heard: String(data) })).write('hello'),
      )
      .on('error', reject);
  });
}

function grpc(url, headers) {
  return new Promise((resolve, reject) => {
    const session = http2.connect(url).on('error', reject);
    const stream = session.request({
      ':path': '/pkg.Service/Call',
      ':method': 'POST',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const seen = { body: '' };
    stream
      .on('response', (got) => (seen.status = got[':status']))
      .on('trailers', (got) => (seen.grpcStatus = got['grpc-status']));
    stream.setEncoding('utf8').on('data', (text) => (seen.body += text));
    stream.on('error', reject).on('end', () =>
      resolve({
        status: seen.status,
        grpcStatus: seen.grpcStatus,
        pod: seen.status === 200 ? JSON.parse(seen.body).pod : undefined,
      }),
    );
    stream.end('x');
  });
}

const commands = { ask, socket, grpc };
const [, , command, url, headers = '{}'] = process.argv;
commands[command](url, JSON.parse(headers)).then(
  (answer) => process.stdout.write(JSON.stringify(answer ?? null), () => process.exit(0)),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
