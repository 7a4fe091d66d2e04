'use strict';

/**
 * Runs in pod `github`; plain node, for there is nothing else. What pods ask its HTTP server is a line of JSON on standard
 * output, answered by one on standard input; their bodies are in base64. A line of standard input may also be a request to
 * be sent, whose answer is a line on standard output. Connections of git go through to the server that GIT names. Where
 * TLS names a folder with a certificate and its key, the server speaks HTTPS.
 */
const { readFileSync } = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const { createInterface } = require('node:readline');

const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const unanswered = new Map();
let count = 0;

async function take(request, response) {
  const id = ++count;
  const parts = [];
  for await (const part of request) parts.push(part);
  unanswered.set(id, response);
  tell({
    asked: id,
    method: request.method,
    path: request.url,
    headers: request.headers,
    body: Buffer.concat(parts).toString('base64'),
  });
}

function answer({ answered, status, headers, body }) {
  unanswered.get(answered).writeHead(status, headers).end(Buffer.from(body, 'base64'));
  unanswered.delete(answered);
}

/** What went wrong is its status. */
async function send({ send: id, url, ...request }) {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(15_000) });
    tell({ sent: id, status: response.status, body: await response.text() });
  } catch (error) {
    tell({ sent: id, status: 0, body: String(error.cause?.message ?? error.message) });
  }
}

function passGit(client) {
  const { hostname, port } = new URL(process.env.GIT);
  const server = net.connect(Number(port || 9418), hostname);
  client.pipe(server).pipe(client);
  for (const end of [client, server]) end.on('error', () => [client, server].forEach((each) => each.destroy()));
}

const serve = (request, response) => void take(request, response);
const { TLS } = process.env;
const server = TLS
  ? https.createServer({ cert: readFileSync(`${TLS}/tls.crt`), key: readFileSync(`${TLS}/tls.key`) }, serve)
  : http.createServer(serve);
server.listen(8080);
net.createServer(passGit).listen(9418);
createInterface(process.stdin)
  .on('line', (line) => {
    const said = JSON.parse(line);
    if (said.answered) answer(said);
    else void send(said);
  })
  .on('close', () => process.exit(0));
tell({ ready: true });
