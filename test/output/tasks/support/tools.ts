import { spawnSync } from 'node:child_process';
import packages from '../../../programs.json';

/**
 * A suite that needs programs of the machine, by name as in test/programs.json, from which .ci/run installs their packages.
 * Without them it is left out and says what to install; with CI set that is an error, or nobody would notice that it is
 * never run.
 */
export function suiteWith(tools: readonly (keyof typeof packages)[], name: string, suite: () => void): void {
  const missing = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
  if (missing.length === 0) return describe(name, suite);
  const remedy = `needs ${missing.join(' and ')}: apt-get install ${missing.map((tool) => packages[tool]).join(' ')}`;
  if (process.env.CI) throw new Error(`${name} ${remedy}`);
  // the suite has to hold a test for jest to report it as left out
  describe.skip(`${name} (${remedy})`, suite);
}

/** `describe` for a suite that runs a program in earnest where it is on the PATH; npm puts those of packages there. */
export const installed = (program: string): typeof describe | typeof describe.skip =>
  spawnSync(program, ['--version']).error === undefined ? describe : describe.skip;
