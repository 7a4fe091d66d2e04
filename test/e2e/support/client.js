'use strict';

/** Runs in pod `client` of an environment; plain node, for there is nothing else. */
const http = require('node:http');

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

const commands = {
  ask: async (url, headers) => get(url, JSON.parse(headers)),
};

const [command, ...args] = process.argv.slice(2);
commands[command](...args).then((answer) => {
  process.stdout.write(JSON.stringify(answer));
  process.exit(0);
});
