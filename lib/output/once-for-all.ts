import type { Team } from '../fleet/model';
import type { Problem } from '../words/problem';
import { formatProblem } from '../words/problem';

/** What went wrong while a team was made. */
export interface Failure {
  readonly team: Team;
  readonly problems: readonly Problem[];
}

/** Code of the fleet runs for each stack of each team. What it does wrong for all of them is one mistake, and is told once. */
export function onceForAll(failures: readonly Failure[]): readonly Problem[] {
  const alike = new Map<string, { readonly problem: Problem; readonly teams: Set<Team>; count: number }>();
  for (const { team, problems } of failures)
    for (const problem of problems) {
      const key = withoutNames(formatProblem(problem), team);
      const known = alike.get(key) ?? { problem, teams: new Set<Team>(), count: 0 };
      alike.set(key, known);
      known.teams.add(team);
      known.count += 1;
    }
  return [...alike.values()].map(({ problem, teams, count }) => {
    const sameFor =
      teams.size > 1 ? counted(teams.size - 1, 'team') : count > 1 ? counted(count - 1, 'stack') : undefined;
    return { ...problem, sameFor };
  });
}

const counted = (number: number, what: string): string => `${number} more ${what}${number === 1 ? '' : 's'}`;

/** A text with one sign in place of the names that are the team's. Short ones are also parts of words, so they count in quotes alone. */
function withoutNames(text: string, { name, namespace, environments, stacks }: Team): string {
  const namespaces = [namespace, ...environments].sort((a, b) => b.length - a.length);
  const quoted = [name, ...stacks.map((stack) => stack.name)].map((one) => `'${one}'`);
  return [...namespaces, ...quoted].reduce((left, one) => left.replaceAll(one, '*'), text);
}
