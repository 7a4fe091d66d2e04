import type { Configuration } from '../configuration/configuration';
import type { Repo } from '../events/event';
import { compareRequests } from './event-order';
import type { Known } from './decision';
import type { Share } from './share';
import { sharesOf } from './share';

/** Where a repository leads, and the name under which teams know it. */
export interface Located {
  /** The repository as the configuration names it. */
  readonly repo: Repo;
  readonly shares: readonly Share[];
  /** Its name has changed: the line to change. */
  readonly renamed?: string;
}

/**
 * Finds the stacks of a repository by its addresses; and where nobody names those, by its number at the host, if requests for
 * it are known: it was renamed or moved to another owner.
 */
export function locate(configuration: Configuration, repo: Repo, known: Pick<Known, 'ofRepositoryId'>): Located {
  const shares = sharesOf(configuration, repo);
  if (shares.length > 0 || repo.id === undefined) return { repo, shares };
  const { host, id } = repo;
  const own = known.ofRepositoryId(host, id);
  // of two teams that say that they had it, neither gets it; whoever has it names it as it is called now
  if (new Set(own.map(({ spec }) => spec.team)).size > 1) return { repo, shares };
  const last = own.reduce<(typeof own)[number] | undefined>(
    (best, other) => (best === undefined || compareRequests(other, best) > 0 ? other : best),
    undefined,
  );
  const fullName = last?.spec.pullRequest?.repo;
  if (last === undefined || fullName === undefined || fullName.toLowerCase() === repo.fullName.toLowerCase())
    return { repo, shares };
  const before: Repo = { host, id, fullName };
  const found = sharesOf(configuration, before).filter(({ team }) => team.name === last.spec.team);
  if (found.length === 0) return { repo, shares };
  const files = [...new Set(found.map(({ stack }) => stack.file))].join(', ');
  return {
    repo: before,
    shares: found,
    renamed: `repository ${fullName} is ${repo.fullName} now: in ${files} write 'repo: ${repo.fullName}'`,
  };
}
