const { execFileSync } = require('node:child_process');
const { cpSync, readFileSync, rmSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, extname, join, relative, sep } = require('node:path');

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

/**
 * The command line with the packages that it is made of is one file: to find, read and compile 700 takes a third of a second. The modules
 * stay beside it for who imports them. What a few commands alone use stays a package, and so does what a team.ts may import, too.
 */
const CLI = join(OUT, 'lib/cli');
const PACKAGES = ['@kubernetes/client-node', 'cdk8s', 'constructs', 'tsx', 'typescript'];
/** Read as text by a command of the clone alone. */
const DECLARATIONS = 'cdk8s-plus-28/lib/imports/k8s.d.ts';

/** A module reads what lies beside it, from wherever it runs. */
const folders = {
  name: 'folders',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      if (!path.startsWith(join(OUT, 'lib') + sep)) return undefined;
      const folder = `require('node:path').join(__dirname, ${JSON.stringify(relative(CLI, dirname(path)))})`;
      return { contents: readFileSync(path, 'utf8').replaceAll('__dirname', folder), loader: 'js' };
    }),
};

const { build } = createRequire(require.resolve('tsx/cjs'))('esbuild');
void build({
  stdin: {
    contents: `exports.main = () => require('./main'); exports.index = () => require('../index');`,
    resolveDir: CLI,
  },
  outfile: join(CLI, 'bundle.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: [...PACKAGES, DECLARATIONS],
  plugins: [folders],
  logLevel: 'warning',
});
