import type { Configuration } from '../configuration/configuration';
import { LABELS } from '../../words/labels';
import { repoLabel } from '../ask/run-request';
import type { Repo } from '../events/event';
import { repoKey } from '../events/event';
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
  const own = [...known.ofRepositoryId(host, id)];
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

/**
 * Why a repository is not the one that the teams know by its name: its number is another, so it was made anew, maybe by
 * somebody else. Undefined where it is, or where nothing is known of it yet.
 */
export function whyOther(repo: Repo, shares: readonly Share[], known: Pick<Known, 'ofRepository'>): string | undefined {
  if (repo.id === undefined) return undefined;
  let had: number | undefined;
  for (const { spec } of known.ofRepository(repo)) {
    if (!shares.some(({ team }) => team.name === spec.team)) continue;
    const id = spec.source?.repository?.id;
    if (id === repo.id) return undefined;
    had ??= id;
  }
  if (had === undefined) return undefined;
  const label = `${LABELS.repo}=${repoLabel(repoKey(repo))}`;
  return `repository ${repo.fullName} has number ${repo.id} at its host, and had ${had}, so it is another repository of the same name. To serve it, delete the requests of the old one: kubectl delete runrequests -n ${shares[0]?.team.namespace} -l ${label}`;
}
