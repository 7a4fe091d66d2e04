import { dirname, join, sep } from 'node:path';

/** Code of the fleet that was loaded: fleet.ts, team.ts, clusters in TypeScript, and what these import beside packages. */

/** Where our own code is, which does not change while it runs; in a clone it lies beside the fleet's. */
const OWN = ['lib', 'imports'].map((folder) => join(__dirname, '../../..', folder) + sep);

/** Paths of the files. */
export const loadedCode = (): readonly string[] =>
  Object.keys(require.cache).filter(
    (path) =>
      !path.includes(`${sep}node_modules${sep}`) && !OWN.some((folder) => path.startsWith(folder)) && path !== BIN,
  );
const BIN = require.main?.filename;

/** Folders that hold such code. */
export const codeFolders = (): readonly string[] => [...new Set(loadedCode().map((path) => dirname(path)))];

/** Whether a file is such code. */
export const isCode = (path: string): boolean => loadedCode().includes(path);

/** Forgets all of it, so that the next look at the fleet loads it again. */
export function forgetCode(): void {
  const forgotten = new Set(loadedCode());
  for (const path of forgotten) delete require.cache[path];
  // a module keeps those that it was the first to load
  for (const module of Object.values(require.cache))
    if (module) module.children = module.children.filter(({ filename }) => !forgotten.has(filename));
}
