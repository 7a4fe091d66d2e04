const { execFileSync } = require('node:child_process');
const { cpSync, rmSync } = require('node:fs');
const { extname, join } = require('node:path');

/** `npm run build`: what the npm package holds. lib/ is compiled, and beside it is what it reads when it runs: scripts of Tasks, the example teams. */

const OUT = join(__dirname, 'build/package');
const COMPILED = ['.ts', '.js'];

rmSync(OUT, { recursive: true, force: true });
const tsc = [require.resolve('typescript/bin/tsc'), '--project', join(__dirname, 'tsconfig.package.json')];
execFileSync(process.execPath, tsc, { stdio: 'inherit' });
cpSync(join(__dirname, 'lib'), join(OUT, 'lib'), {
  recursive: true,
  filter: (path) => !COMPILED.includes(extname(path)),
});
for (const folder of ['teams', 'stacks', 'clusters'])
  cpSync(join(__dirname, folder), join(OUT, 'example', folder), { recursive: true });
