import type { AppConfig, Configuration, Placement, TeamConfig } from '../configuration/configuration';
import type { Repo } from '../events/event';

/** One stack of one team, and the apps of it that a repository holds. */
export interface Share {
  readonly team: TeamConfig;
  readonly stack: Placement['stack'];
  readonly apps: readonly AppConfig[];
}

/** The stacks that have apps in a repository. An app in two stacks is in two shares; two apps of one stack are in one share. */
export function sharesOf(configuration: Configuration, repo: Repo): readonly Share[] {
  const shares = new Map<string, Share & { apps: AppConfig[] }>();
  for (const { team, stack, app } of configuration.appsOf(repo)) {
    const key = `${team.name}/${stack.name}`;
    const share = shares.get(key) ?? { team, stack, apps: [] };
    share.apps.push(app);
    shares.set(key, share);
  }
  return [...shares.values()];
}

/** The apps that hold the changed paths; all of them if no app holds one of the paths, or if the paths are not known. */
export function changedApps(apps: readonly AppConfig[], files: readonly string[] | undefined): readonly AppConfig[] {
  if (files === undefined || files.length === 0) return apps;
  const holds = ({ contextDir }: AppConfig, file: string) => contextDir === '.' || file.startsWith(`${contextDir}/`);
  return files.every((file) => apps.some((app) => holds(app, file)))
    ? apps.filter((app) => files.some((file) => holds(app, file)))
    : apps;
}
