const { dirname, parse } = require('node:path');
const { build } = require('esbuild');

/**
 * `npm run bundle -w orchestrator [-- --outfile=FILE]`: the program as one file, and beside it tools.js, which Tasks run. Of client-node only what is used is in it:
 * it has a class for every kind of Kubernetes, which would be most of the memory that the program takes.
 */

const CLIENT = '@kubernetes/client-node';
const LOOKED_AT = Symbol('looked at');

/** Its package does not say that importing a module of it does nothing by itself; so nothing could be left out. */
const onlyWhatIsUsed = {
  name: 'only-what-is-used',
  setup(bundler) {
    bundler.onResolve({ filter: /./ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === LOOKED_AT || !(path.startsWith(CLIENT) || importer.includes(`/${CLIENT}/dist/`)))
        return undefined;
      const found = await bundler.resolve(path, { importer, kind, resolveDir, pluginData: LOOKED_AT });
      return found.errors.length > 0
        ? { errors: found.errors }
        : { path: found.path, external: found.external, sideEffects: false };
    });
  },
};

/** The program is one file, so the files that this module reads when it is loaded are read now. */
const migrationsWithin = {
  name: 'migrations-within',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]history[\\/]migrations\.ts$/ }, ({ path }) => {
      require('tsx/cjs');
      return { contents: `export const MIGRATIONS = ${JSON.stringify(require(path).MIGRATIONS)};`, loader: 'js' };
    });
  },
};

const [outfile = `${__dirname}/build/orchestrator.js`] = process.argv
  .slice(2)
  .flatMap((word) => (word.startsWith('--outfile=') ? [word.slice('--outfile='.length)] : []));
const options = {
  entryPoints: [
    { in: `${__dirname}/src/main.ts`, out: parse(outfile).name },
    { in: `${__dirname}/../lib/cli/tools.ts`, out: 'tools' },
  ],
  outdir: dirname(outfile),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  // pg takes them only where it is told to, or does not run on Node
  external: ['pg-native', 'cloudflare:sockets'],
};

build({ ...options, plugins: [onlyWhatIsUsed, migrationsWithin] }).catch(() => process.exit(1));
