import { clones, isBySsh } from '../../fleet/clones';
import type { Team } from '../../fleet/model';
import type { GithubApp } from '../../fleet/secrets';
import { webPlaceOf } from '../../words/git-address';

/** A token of GitHub for one installation of an App: it may do this much, with these repositories, for an hour. */
export interface InstallationToken {
  readonly app: GithubApp;
  readonly permissions: Readonly<Record<string, 'read' | 'write'>>;
  /** Without their owner, who is that of the installation; sorted. */
  readonly repositories: readonly string[];
}

/** Reads what the team clones by https. https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps */
export const readToken = (team: Team): InstallationToken | undefined =>
  tokenOf(
    team,
    { contents: 'read' },
    clones(team).filter((url) => !isBySsh(url)),
  );

/** Pushes versions to the platform repository, and opens the pull request where its branch takes no push. */
export const writeToken = (team: Team): InstallationToken | undefined => {
  const { repoURL } = team.platform;
  return tokenOf(team, { contents: 'write', pull_requests: 'write' }, repoURL === undefined ? [] : [repoURL]);
};

/** Undefined where the team has no App for it, or it would be for no repository: GitHub takes none for all. */
function tokenOf(
  { secrets: { githubApp } }: Team,
  permissions: InstallationToken['permissions'],
  urls: readonly string[],
): InstallationToken | undefined {
  const paths = urls.flatMap((url) => webPlaceOf(url)?.path.split('/')[1] ?? []);
  const repositories = [...new Set(paths)].sort();
  return githubApp && repositories.length > 0 ? { app: githubApp, permissions, repositories } : undefined;
}

/** One token for both purposes. */
export const mergeTokens = (one: InstallationToken, other: InstallationToken): InstallationToken => ({
  app: one.app,
  permissions: {
    ...one.permissions,
    ...Object.fromEntries(Object.entries(other.permissions).filter(([what]) => one.permissions[what] !== 'write')),
  },
  repositories: [...new Set([...one.repositories, ...other.repositories])].sort(),
});
