import { hostOfClone } from '../../../lib/runs/configuration/compile';
import type { Configuration } from '../../../lib/runs/configuration/configuration';
import type { Repo } from '../../../lib/runs/events/event';
import { repoKey } from '../../../lib/runs/events/event';

/** The repositories at one host that some team serves, each once. */
export function repositoriesAt(host: string, configuration: Configuration): readonly Repo[] {
  const apps = [...configuration.teams.values()].flatMap(({ stacks }) => stacks.flatMap((stack) => stack.apps));
  const all = apps
    // a repository without an owner is known only from its deliveries
    .filter(({ repo, cloneUrl }) => repo.includes('/') && hostOfClone(cloneUrl).toLowerCase() === host)
    .map(({ repo: fullName }): Repo => ({ host, fullName }))
    .filter((repo) => configuration.appsOf(repoKey(repo)).length > 0);
  return [...new Map(all.map((repo) => [repoKey(repo), repo])).values()];
}

/** The parameters by which GitHub's API names a repository. */
export function pathOf({ fullName }: Repo): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = fullName.split('/');
  return { owner, repo };
}
