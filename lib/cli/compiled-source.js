'use strict';
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join, sep } = require('node:path');

/**
 * In a clone the program's own TypeScript runs as it is. Each file is compiled once: what was made of a text is kept in
 * node_modules, called after the text and the compiler, and is as trusted as what else lies there.
 */

const KEPT = join(__dirname, '../../node_modules/.cache/tekton-dag/source');
const OPTIONS = { loader: 'ts', format: 'cjs', platform: 'node', target: 'node20', tsconfigRaw: '{}' };

// the compiler of tsx, which would compile it otherwise
const requireOfTsx = createRequire(require.resolve('tsx/cjs'));
const COMPILER = `${requireOfTsx('esbuild/package.json').version} ${JSON.stringify(OPTIONS)}`;

const digestOf = (...texts) => createHash('sha256').update(texts.join('\n')).digest('hex');

const OWN = ['lib', 'imports'].map((folder) => join(__dirname, '../..', folder) + sep);

/** Runs a file in TypeScript, if it is the program's own. A stack trace speaks of what was compiled, so who asks for one gets it from tsx. */
exports.compileOwn = (module, path) => {
  const isOwn = !process.env.DEBUG && OWN.some((folder) => path.startsWith(folder));
  if (isOwn) module._compile(compiled(path), path);
  return isOwn;
};

function compiled(path) {
  const text = readFileSync(path, 'utf8');
  const kept = join(KEPT, `${digestOf(COMPILER, text)}.js`);
  const known = readKept(kept);
  if (known !== undefined) return known;
  const { code } = requireOfTsx('esbuild').transformSync(text, OPTIONS);
  keep(kept, code);
  return code;
}

/** The first line is a comment with the digest of what follows. */
const labelled = (code) => `//${digestOf(code)}\n${code}`;

/** Undefined: it is not there, or not whole. */
function readKept(file) {
  try {
    const text = readFileSync(file, 'utf8');
    return labelled(text.slice(text.indexOf('\n') + 1)) === text ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Who reads meanwhile reads all of it or nothing. Where it cannot be written, the next process compiles again. */
function keep(file, code) {
  const part = `${file}.${process.pid}`;
  try {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(part, labelled(code));
    renameSync(part, file);
  } catch {
    // nothing is lost
  }
}
