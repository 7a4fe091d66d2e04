'use strict';
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join, relative, sep } = require('node:path');

/**
 * In a clone the program's own TypeScript runs as it is. Each file is compiled once: what was made of it is kept in
 * node_modules with a digest of both and of the compiler. It is as trusted as what else lies there.
 */

const ROOT = join(__dirname, '../..');
const KEPT = join(ROOT, 'node_modules/.cache/tekton-dag/source');
const OPTIONS = { loader: 'ts', format: 'cjs', platform: 'node', target: 'node20', tsconfigRaw: '{}' };

// the compiler of tsx, which would compile it otherwise
const requireOfTsx = createRequire(require.resolve('tsx/cjs'));
const COMPILER = `${requireOfTsx('esbuild/package.json').version} ${JSON.stringify(OPTIONS)}`;

const OWN = ['lib', 'imports'].map((folder) => join(ROOT, folder) + sep);

/** Runs a file in TypeScript, if it is the program's own. A stack trace speaks of what was compiled, so who asks for one gets it from tsx. */
exports.compileOwn = (module, path) => {
  const isOwn = !process.env.DEBUG && OWN.some((folder) => path.startsWith(folder));
  if (isOwn) module._compile(compiled(path), path);
  return isOwn;
};

function compiled(path) {
  const source = readFileSync(path, 'utf8');
  const kept = join(KEPT, encodeURIComponent(relative(ROOT, path)));
  const known = readKept(kept, source);
  if (known !== undefined) return known;
  const { code } = requireOfTsx('esbuild').transformSync(source, OPTIONS);
  keep(kept, labelled(source, code));
  return code;
}

/** The first line is a comment with the digest of what follows and of what it was made of. */
function labelled(source, code) {
  const hash = createHash('sha256');
  for (const text of [COMPILER, source, code]) hash.update(`${text.length} `).update(text);
  return `//${hash.digest('hex')}\n${code}`;
}

/** Undefined: it is not there, not whole, or of another source. */
function readKept(file, source) {
  try {
    const text = readFileSync(file, 'utf8');
    return labelled(source, text.slice(text.indexOf('\n') + 1)) === text ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Who reads meanwhile reads all of it or nothing. Where it cannot be written, the next process compiles again. */
function keep(file, text) {
  const part = `${file}.${process.pid}`;
  try {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(part, text);
    renameSync(part, file);
    prune();
  } catch {
    // nothing is lost
  }
}

let isPruned = false;

/** Removes what was made of files that are gone. */
function prune() {
  if (isPruned) return;
  isPruned = true;
  for (const name of readdirSync(KEPT)) if (!existsSync(join(ROOT, decodeURIComponent(name)))) rmSync(join(KEPT, name));
}
