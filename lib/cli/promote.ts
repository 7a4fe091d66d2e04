import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Team } from '../fleet/model';
import { promotedVersionsFile } from '../words/names';
import { list } from '../words/phrase';
import { InputError } from '../words/problem';
import { editVersions } from '../fleet/edit-versions';
import { entryOf, planPromotion, versionsText } from '../fleet/promotion';
import type { Promotion } from '../fleet/promotion';
import { loadFleet, rootOf } from './load';
import { pick } from './pick';
import { EXIT, UsageError, print, tell } from './terminal';
import type { ExitCode } from './terminal';

/** The options of `promote`. */
export interface PromoteOptions {
  readonly team: string;
  readonly to: string;
  readonly app?: readonly string[];
  readonly root?: string;
}

/** `promote`: the versions of the cluster before become those of a cluster; a commit of them and of dist/ is the promotion. */
export function promote(options: PromoteOptions): ExitCode {
  const root = rootOf(options);
  const { fleet } = loadFleet({ root });
  const home = pick('team', fleet.teams, options.team);
  const stages = stagesOf(home, fleet.elsewhere);
  const to = pick(
    'cluster',
    stages.map((team) => ({ name: team.cluster, team })),
    options.to,
    `team '${home.name}'`,
  ).team;
  const from = stages[stages.indexOf(to) - 1];
  if (from === undefined)
    throw new UsageError(
      `${to.cluster} is the first cluster of team '${home.name}': releases come there by themselves`,
    );
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
  const known = home.stacks.flatMap(({ apps }) => apps);
  const asked =
    options.app?.map((name) => pick('app', known, name, `team '${home.name}'`).name) ?? known.map(({ name }) => name);
  const promotion = planPromotion(from.versions, to.versions, asked, from.cluster);
  const { moved, held } = promotion;
  if (held.length === asked.length) {
    tell(nothingReleased(home, from, asked));
    return EXIT.failed;
  }
  const file = promotedVersionsFile(home.file, to.cluster);
  if (moved.length > 0) writePromoted(root, file, promotion);
  print(
    [
      ...moved.map((move) => `${move.app}: ${move.from ?? 'nothing'} → ${move.to}`),
      ...held.map(({ app, why }) => `${app} stays: ${why}`),
      ...(moved.length > 0 ? [] : [`${to.cluster} has all that ${from.cluster} has`]),
      ...(moved.length > 0
        ? [`wrote ${file}`, '', 'Next: npm run synth, npx tekton-dag diff --base HEAD, and commit both.']
        : []),
    ].join('\n'),
  );
  return EXIT.done;
}

/** @param apps those that were asked for, none of which is released on the cluster before */
const nothingReleased = (home: Team, from: Team, apps: readonly string[]): string => {
  const file = from === home ? home.versionsFile : promotedVersionsFile(home.file, from.cluster);
  return `nothing to promote: ${from.cluster} has no release of ${list(apps, 'and')} (no digest in ${file})`;
};

/** A file that is there is edited; the first promotion makes it. */
function writePromoted(root: string, file: string, { versions, moved }: Promotion): void {
  const path = join(root, file);
  const changes = Object.fromEntries(moved.map(({ app }) => [app, entryOf(versions[app]!)]));
  const text = existsSync(path)
    ? editVersions({ file, text: readFileSync(path, 'utf8') }, changes)
    : versionsText(versions);
  writeFileSync(path, text);
}

/** A team on each of its clusters, in the order in which it names them. */
const stagesOf = (home: Team, elsewhere: readonly Team[]): readonly Team[] => {
  const others = elsewhere.filter(({ name }) => name === home.name);
  return [home, ...home.clusters.flatMap((cluster) => others.find((team) => team.cluster === cluster) ?? [])];
};
