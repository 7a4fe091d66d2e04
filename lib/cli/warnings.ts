import { dirname } from 'node:path';
import type { Fleet, Team } from '../fleet/model';
import { locate } from '../output/layout';
import type { Problem } from '../words/problem';

/** The warnings that concern a command which is about some teams: theirs, and those that are of no team. */
export function warningsFor(teams: readonly Team[], fleet: Fleet, warnings: readonly Problem[]): readonly Problem[] {
  const others = fleet.teams.filter((team) => !teams.includes(team));
  return warnings.filter(
    ({ file }) => teams.some((team) => isOf(team, file)) || !others.some((team) => isOf(team, file)),
  );
}

/** Whether a file that is read, or one of the output, is a team's. */
const isOf = (team: Team, file: string): boolean =>
  file.startsWith(`${dirname(team.file)}/`) ||
  team.stacks.some((stack) => stack.file === file) ||
  locate(file).team === team.name;
