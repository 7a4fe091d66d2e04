import type { Edits } from './git';
import { baseImage } from './suite';

/** An app that needs no package: it answers with a greeting, and its unit test asks for that. */

/** Reports in JUnit's format, as `tests.unit`. */
export const UNIT_TESTS =
  'node --test --test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination=$REPORT/junit.xml';

const SERVER = `
const { createServer } = require('node:http');
exports.greeting = { says: 'hello' };
if (require.main === module)
  createServer((request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(exports.greeting))).listen(8080);
`;
const TEST = `
const { test } = require('node:test');
const assert = require('node:assert');
test('it says hello', () => assert.strictEqual(require('./server').greeting.says, 'hello'));
`;

/** Its files; `server.js` and `server.test.js` are `server` and `test`. */
export function greeter(name: string): { readonly server: string; readonly test: string; readonly files: Edits } {
  const about = { name, version: '1.0.0' };
  const base = baseImage() ?? 'docker.io/library/node:22.14.0-bookworm';
  return {
    server: SERVER,
    test: TEST,
    files: {
      'server.js': SERVER,
      'server.test.js': TEST,
      'package.json': JSON.stringify(about),
      // npm ci wants it
      'package-lock.json': JSON.stringify({ ...about, lockfileVersion: 3, requires: true, packages: { '': about } }),
      Dockerfile: `FROM ${base}\nCOPY server.js /app/\nUSER 1000\nEXPOSE 8080\nCMD ["node", "/app/server.js"]\n`,
    },
  };
}
