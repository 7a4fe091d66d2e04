import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HOME, ROOT, isClone } from './package';

/** A digest of the program: its own files, the packages that are installed, and Node. What they make of the same input is the same. */
export function ownCode(): string {
  return (digest ??= read());
}

let digest: string | undefined;

function read(): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of ownFiles()) hash.update(`${file}\n`).update(readFileSync(join(HOME, file)));
  for (const file of packageFiles()) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/** Code, and what it reads beside itself: scripts of Tasks. */
function ownFiles(): readonly string[] {
  // in the package one file holds all code
  const isOwn = isClone()
    ? (name: string): boolean => /\.(?:ts|js|sh|json|yaml|sql|cfg)$/.test(name)
    : (name: string): boolean => /\.(?:sh|json|yaml|sql|cfg)$|bundle\.js$/.test(name);
  return ['lib', 'imports'].flatMap((folder) =>
    readdirSync(join(HOME, folder), { recursive: true, encoding: 'utf8' })
      .filter(isOwn)
      .map((name) => join(folder, name))
      .sort(),
  );
}

/**
 * The package.json of each package, which says its version, and npm's list of all that it has installed, for what these depend on.
 * https://docs.npmjs.com/cli/configuring-npm/package-lock-json#hidden-lockfiles
 */
function packageFiles(): readonly string[] {
  const own = join(ROOT, 'package.json');
  const { dependencies } = JSON.parse(readFileSync(own, 'utf8')) as { dependencies: Readonly<Record<string, string>> };
  const folders = createRequire(own).resolve.paths(own) ?? [];
  const first = (path: string): readonly string[] =>
    folders
      .map((folder) => join(folder, path))
      .filter((file) => existsSync(file))
      .slice(0, 1);
  return [
    own,
    ...first('.package-lock.json'),
    ...Object.keys(dependencies).flatMap((name) => first(`${name}/package.json`)),
  ];
}
