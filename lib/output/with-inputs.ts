import type { Fleet, Team } from '../fleet/model';
import type { Problem } from '../words/problem';
import type { Part } from './layout';
import { YAML, inRepository, pathOf, teamFileName } from './layout';

/**
 * The same problems, where those of a file of the output bear its path in the repository and the inputs that it is made from. Nobody
 * edits an output, so a reader needs both.
 * @param code files whose code changes objects of every team
 */
export function withInputs(
  problems: readonly Problem[],
  parts: readonly Part[],
  fleet: Fleet,
  code: readonly string[],
): readonly Problem[] {
  const byPath = new Map(parts.map((part) => [pathOf(part), part]));
  return problems.map((problem) => {
    const part = byPath.get(problem.file);
    if (part === undefined) return problem;
    const team = fleet.teams.find(({ name }) => name === part.team);
    const madeFrom = team && [...new Set([team.file, ...stacksOf(part, team, problem.path), ...code])];
    return { ...problem, file: inRepository(problem.file), ...(madeFrom && { madeFrom }) };
  });
}

/** Files of stacks that decide: with the Deployment that one brings if the problem is in that, the one that the file is named after, else all where apps are. */
function stacksOf({ file, owner }: Part, { stacks }: Team, path = ''): readonly string[] {
  const ofApp = stacks.flatMap(({ file: stack, environment, apps }) =>
    apps
      .filter(({ name }) => `${path} `.startsWith(`Deployment ${environment}/${name} `))
      .flatMap(({ deploy }) => [stack, ...(deploy ? [deploy.manifests] : [])]),
  );
  if (ofApp.length > 0) return ofApp;
  const named = stacks.filter(({ name }) => file === `${teamFileName('stack', name)}${YAML}`);
  return (named.length > 0 ? named : owner === 'team' ? stacks : []).map((stack) => stack.file);
}
