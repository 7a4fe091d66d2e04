import { concerns, readsAll } from '../../fleet/inputs';
import type { AppConfig, Configuration, Placement, TeamConfig } from '../configuration/configuration';
import type { RunRequest } from '../ask/run-request';
import type { Repo } from '../events/event';
import type { Known } from './decision';

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

/** Whether the paths that changed say which of the apps did. */
export const dependsOnPaths = (apps: readonly AppConfig[]): boolean => apps.some((app) => !readsAll(app));

/** The apps whose builds can read a changed path; all of them if none can, or if the paths are not known. */
export function changedApps(apps: readonly AppConfig[], files: readonly string[] | undefined): readonly AppConfig[] {
  const changed = apps.filter((app) => files?.some((file) => concerns(app, file)));
  return changed.length > 0 ? changed : apps;
}

/** The request of a name in the namespaces of these teams. */
export const namedIn = (
  shares: readonly Pick<Share, 'team'>[],
  known: Pick<Known, 'named'>,
  name: string,
): RunRequest | undefined =>
  shares.map(({ team }) => known.named(team.namespace, name)).find((request) => request !== undefined);
