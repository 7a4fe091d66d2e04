'use strict';

/**
 * Front end: shows what it and those that it calls are. As an originator it takes a session from whoever asks it, and
 * hands it on.
 */
const http = require('node:http');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { passOn } = require('./propagation');

const VERSION = readFileSync(join(__dirname, 'version.txt'), 'utf8').trim();
const BACKEND = process.env.BACKEND_URL ?? 'http://forwarder';
// kept open, as in any app under load
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
    const calls = await call(`${BACKEND}${request.url}`, passOn(request.headers));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ app: 'originator', version: VERSION, calls }));
  } catch (error) {
    response.statusCode = 502;
    response.end(`${error.message}\n`);
  }
}

const server = http.createServer((request, response) => void answer(request, response));
module.exports = { server, call };
if (require.main === module) {
  server.listen(8080);
  // pods that go away finish what they have
  process.on('SIGTERM', () => setTimeout(() => server.close(() => process.exit(0)), 1000));
}
