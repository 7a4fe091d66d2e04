import type { Fleet, Team } from '../fleet/model';
import type { Problem } from '../words/problem';
import type { Part } from './layout';
import { YAML, inRepository, pathOf, teamFileName } from './layout';

/**
 * The same problems, where those of a file of the output bear its path in the repository and the inputs that it is made from. Nobody
 * edits an output, so a reader needs both.
 */
export function withInputs(problems: readonly Problem[], parts: readonly Part[], fleet: Fleet): readonly Problem[] {
  const byPath = new Map(parts.map((part) => [pathOf(part), part]));
  return problems.map((problem) => {
    const part = byPath.get(problem.file);
    if (part === undefined) return problem;
    const team = fleet.teams.find(({ name }) => name === part.team);
    return { ...problem, file: inRepository(problem.file), ...(team && { madeFrom: inputsOf(part, team) }) };
  });
}

/** The team's own file, and stacks of it: the one that the file is named after, else all where apps are. */
function inputsOf({ file, owner }: Part, { file: own, stacks }: Team): readonly string[] {
  const [named] = stacks.filter(({ name }) => file === `${teamFileName('stack', name)}${YAML}`);
  const shown = named ? [named] : owner === 'team' ? stacks : [];
  return [...new Set([own, ...shown.map((stack) => stack.file)])];
}
