import type { TeamConfig } from '../configuration/configuration';
import type { PullRequest, Repo } from '../events/event';
import type { Asked } from './decision';

/** Whose word counts: the Git host says who may push. A word in a payload counts only where no host can be asked. */

/** Names an account at a repository the same way whoever writes it. */
export const memberKey = ({ fullName }: Pick<Repo, 'fullName'>, login: string): string =>
  `${fullName} ${login}`.toLowerCase();

/** Whether an account may push to a repository. @param word what the payload says, for hosts that cannot be asked */
export const isMember = (
  { members }: Pick<Asked, 'members'>,
  repo: Pick<Repo, 'fullName'>,
  login: string,
  word: boolean,
): boolean => (members === undefined ? word : members.get(memberKey(repo, login)) === true);

/**
 * A pull request is trusted if its commits are where only members push, or if its author and whoever pushed to the fork are
 * members.
 * @param pusher who pushed to the fork, if that is known
 */
export function trustOf(
  asked: Pick<Asked, 'members'>,
  repo: Pick<Repo, 'fullName'>,
  { fromFork, author, byMember }: Pick<PullRequest, 'fromFork' | 'author' | 'byMember'>,
  pusher = author,
): 'trusted' | 'untrusted' {
  if (!fromFork) return 'trusted';
  const byPusher = pusher.toLowerCase() === author.toLowerCase() || isMember(asked, repo, pusher, byMember);
  return isMember(asked, repo, author, byMember) && byPusher ? 'trusted' : 'untrusted';
}

/**
 * Whether a pull request is tested without a member's approval. A stranger's is only where the team allows it, and then with the
 * rights of forks.
 */
export const runsUnasked = ({ forks }: Pick<TeamConfig, 'forks'>, trust: 'trusted' | 'untrusted'): boolean =>
  forks === 'restricted' || trust === 'trusted';
