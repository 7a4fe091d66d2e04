#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');

// Plain words in a syntax that old releases read, before anything that they do not have is loaded.
const wanted = require('../../package.json').engines.node.replace('>=', '');
const [least, now] = [wanted, process.versions.node].map((version) => version.split('.').map(Number));
if (now[0] < least[0] || (now[0] === least[0] && now[1] < least[1])) {
  console.error(`error: tekton-dag needs Node ${wanted} or newer, and this is ${process.versions.node}`);
  process.exit(1);
}

// The npm package holds compiled JavaScript. In a clone TypeScript runs as it is, without a build.
const isClone = existsSync(join(__dirname, 'main.ts'));
const cli = isClone ? __dirname : join(__dirname, '../../build/package/lib/cli');

// A team.ts imports the tekton-dag that reads it, wherever it lies: this says where that is. tsx would otherwise go by
// whatever tsconfig.json lies in the folder that the command is called from.
process.env.TSX_TSCONFIG_PATH ??= join(cli, 'fleet-code.tsconfig.json');
const compileOwn = isClone ? require('./compiled-source').compileOwn : () => false;
// the compiler of a fleet's TypeScript takes its time to start, so it waits for the first such file
require.extensions['.ts'] = (module, path) => {
  if (compileOwn(module, path)) return;
  delete require.extensions['.ts'];
  require('tsx/cjs');
  require.extensions['.ts'](module, path);
};
// what loads little is sooner read from its own files than all from one
const isSmall = ['--version', 'complete', 'completion'].includes(process.argv[2]);
if (isClone || isSmall) void require(join(cli, 'main')).start();
else {
  const bundle = require(join(cli, 'bundle'));
  // a team.ts gets the modules of the bundle: two copies would not know each other's objects
  const index = new Module(join(cli, '../index.js'));
  require.cache[index.id] = Object.defineProperty(index, 'exports', { get: bundle.index });
  void bundle.main().start();
}
