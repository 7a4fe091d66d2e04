#!/usr/bin/env node
'use strict';
// TypeScript runs as it is, compiled on the fly: no build step, and a team.ts is read the same way.
// Pinned, because tsx would otherwise read whatever tsconfig.json lies in the folder that the command is called from.
process.env.TSX_TSCONFIG_PATH ??= require('node:path').join(__dirname, '../../tsconfig.json');
require('tsx/cjs');
void require('./main.ts').start();
