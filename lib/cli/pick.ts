import { resolve } from 'node:path';
import type { Stack, Team } from '../fleet/model';
import { nearest } from '../words/nearest';
import { pathFromRoot } from './load';
import { UsageError } from './terminal';

/** One thing of a list by its name; `owner` says who has it: `team 'payments'`. @throws UsageError naming the nearest one */
export function pick<T extends { readonly name: string }>(
  what: string,
  things: readonly T[],
  name: string,
  owner?: string,
): T {
  const found = things.find((thing) => thing.name === name);
  if (found) return found;
  const names = things.map((thing) => thing.name);
  const guess = nearest(name, names);
  throw new UsageError(
    `${owner === undefined ? 'there is' : `${owner} has`} no ${what} '${name}' (${names.length > 0 ? `there are: ${names.join(', ')}` : 'there is none'})${guess === undefined ? '' : `; did you mean '${guess}'?`}`,
  );
}

/** A stack of a team by its name or its file. */
export const pickStack = (team: Team, root: string, word: string): Stack =>
  team.stacks.find(({ file }) => file === word || file === pathFromRoot(root, resolve(word))) ??
  pick('stack', team.stacks, word, `team '${team.name}'`);
