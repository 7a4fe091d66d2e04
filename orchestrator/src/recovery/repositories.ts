import type { Configuration } from '../../../lib/runs/configuration/configuration';
import { hostOfApp } from '../../../lib/runs/configuration/repositories';
import type { Repo } from '../../../lib/runs/events/event';
import { repoKey } from '../../../lib/runs/events/event';

/** The repositories at one host that some team serves, each once. */
export function repositoriesAt(host: string, configuration: Configuration): readonly Repo[] {
  const all = [...configuration.teams.values()].flatMap((team) =>
    team.stacks
      .flatMap(({ apps }) => apps)
      // a repository without an owner is known only from its deliveries
      .filter((app) => app.repo.includes('/') && hostOfApp(team, app) === host)
      .map(({ repo: fullName }): Repo => ({ host, fullName })),
  );
  const served = all.filter((repo) => configuration.appsOf(repo).length > 0);
  return [...new Map(served.map((repo) => [repoKey(repo), repo])).values()];
}

/** The parameters by which GitHub's API names a repository. */
export function pathOf({ fullName }: Repo): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = fullName.split('/');
  return { owner, repo };
}
