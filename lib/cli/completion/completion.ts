import { basename, dirname, parse } from 'node:path';
import type { Command } from 'commander';
import { clusterFiles, stackFiles, teamFiles } from '../fleet-files';
import { EXIT, print } from '../terminal';
import type { ExitCode } from '../terminal';
import type { Shell } from './scripts';
import { SCRIPTS } from './scripts';
import type { Named } from './suggest';
import { suggest } from './suggest';

/** `completion`: prints what a shell is to read once. */
export function completion(shell: Shell): ExitCode {
  print(SCRIPTS[shell]);
  return EXIT.done;
}

/** `complete`: what that asks at each Tab. A line for each word, its description behind a tab. */
export function complete(program: Command, words: readonly string[]): ExitCode {
  const lines = suggest(program, words, names).map(({ word, description }) => `${word}\t${description}\n`);
  if (lines.length > 0) print(lines.join(''));
  return EXIT.done;
}

/** By the names of files alone: nobody waits at a Tab for what they say. */
const NAMES: Readonly<Record<Named, () => readonly string[]>> = {
  team: () => teamFiles('.').files.map((file) => basename(dirname(file))),
  stack: () => stackFiles('.', []).files.map(stem),
  cluster: () => clusterFiles('.').files.map(stem),
};
const stem = (file: string): string => parse(file).name;
// shells are told one name a line
const names = (kind: Named): readonly string[] => [...NAMES[kind]()].filter((name) => !/\p{Cc}/u.test(name)).sort();
