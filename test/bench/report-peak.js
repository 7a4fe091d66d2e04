'use strict';
// Preloaded into the process that is measured: there is no portable way to ask from outside.
process.on('exit', () => process.stderr.write(`peak-kB ${process.resourceUsage().maxRSS}\n`));
