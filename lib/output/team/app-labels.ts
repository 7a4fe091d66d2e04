import type { App, Stack, Team } from '../../fleet/model';
import { LABELS, NAME } from '../../words/labels';

/** What the Deployments of all apps have, whoever wrote them. */

/** What the stable pods of an app bear, and what of it they are found by. */
export function stableLabels(
  team: Team,
  stack: Stack,
  app: App,
): Record<'selector' | 'labels', Record<string, string>> {
  const selector = { [LABELS.app]: app.name, [LABELS.track]: 'stable' };
  return { selector, labels: { [NAME]: app.name, ...identity(team, stack, app), ...selector } };
}

const identity = (team: Team, stack: Stack, app: App): Record<string, string> => ({
  [LABELS.team]: team.name,
  [LABELS.stack]: stack.name,
  ...(app.role === undefined ? {} : { [LABELS.role]: app.role }),
  ...(app.build.runtime === undefined ? {} : { [LABELS.runtime]: app.build.runtime }),
});

/** What nodes pull the images of a team's apps with. */
export const pullSecretsOf = ({ secrets: { names } }: Team): { name: string }[] =>
  names.imagePull.map((name) => ({ name }));
