import { versionsBranch } from '../../words/names';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import type { TeamReading } from '../reading';

/**
 * The branch on which a team's versions wait for a pull request is its own: a release puts what it makes in place of what is there,
 * with `dist/` of its own team alone.
 */
export function checkVersionsBranches(teams: readonly TeamReading[]): Problem[] {
  const named = teams.filter(({ team }) => team.platform.repoURL !== undefined);
  return named.flatMap(({ team, document }, index) => {
    const { versionsBranch: own, revision } = team.platform;
    if (own === undefined) return [];
    const tell = (message: string, expected: string) => [
      document.error(['platform', 'versionsBranch'], message, { found: show(own), expected }),
    ];
    if (own === revision)
      return tell('is the branch that takes the pull request', `another than platform.revision, or none`);
    // of two that say so, the second is told; a default is not said anywhere
    const others = named.filter((other, at) => at < index || other.team.platform.versionsBranch === undefined);
    const other = others.find(({ team: { name, platform } }) =>
      areInTheWay(own, platform.versionsBranch ?? versionsBranch(name)),
    );
    return other === undefined
      ? []
      : tell(
          `is in the way of the versions of team ${other.team.name} (${other.document.file})`,
          `a branch of its own; without the key it is ${versionsBranch(team.name)}`,
        );
  });
}

/** Git keeps no branch whose name is a folder of another's. */
const areInTheWay = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
