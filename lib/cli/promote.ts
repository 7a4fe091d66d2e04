import type { Team } from '../fleet/model';
import { promotedVersionsFile } from '../words/names';
import { InputError } from '../words/problem';
import { loadFleet, rootOf } from './load';
import { pick } from './pick';
import { promoteTo } from './promote-to';
import type { ExitCode } from './terminal';

/** The options of `promote`. */
export interface PromoteOptions {
  readonly team: string;
  readonly to: string;
  readonly app?: readonly string[];
  readonly root?: string;
}

/** `promote`: the versions of the cluster before become those of a cluster; a commit of them and of dist/ is the promotion. */
export function promote({ team, to, app, ...where }: PromoteOptions): ExitCode {
  const root = rootOf(where);
  const { fleet } = loadFleet({ root });
  const home = pick('team', fleet.teams, team);
  if (home.environment.deploy !== 'gitops') {
    throw new InputError([
      {
        file: home.file,
        path: 'environment.deploy',
        message: 'runs deploy the apps of this team, so there is nothing in Git to promote',
        found: home.environment.deploy,
        expected: 'gitops',
        severity: 'error',
      },
    ]);
  }
  const stages = stagesOf(home, fleet.elsewhere).map(({ cluster, versions }) => ({
    cluster,
    versions,
    file: cluster === home.cluster ? home.versionsFile : promotedVersionsFile(home.file, cluster),
  }));
  const apps = home.stacks.flatMap((stack) => stack.apps.map(({ name }) => name));
  return promoteTo(
    { team, stages, apps },
    { root, to, apps: app, next: 'Next: npm run synth, npx tekton-dag diff --base HEAD, and commit both.' },
  );
}

/** A team on each of its clusters, in the order in which it names them. */
const stagesOf = (home: Team, elsewhere: readonly Team[]): readonly Team[] => {
  const others = elsewhere.filter(({ name }) => name === home.name);
  return [home, ...home.clusters.flatMap((cluster) => others.find((team) => team.cluster === cluster) ?? [])];
};
