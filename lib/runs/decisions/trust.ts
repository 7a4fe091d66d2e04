import type { TeamConfig } from '../configuration/configuration';
import type { RunRequest } from '../ask/run-request';
import type { PullRequest, PullRequestEvent, Repo } from '../events/event';
import type { Asked, Known } from './decision';
import type { Share } from './share';

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

/** Who pushed the head of a pull request, as far as its event says: who opens one brings its head, too. */
export const pusherOf = ({ action, sender }: Pick<PullRequestEvent, 'action' | 'sender'>): string | undefined =>
  (action === 'opened' || action === 'synchronize') && sender !== '' ? sender : undefined;

/** What is known of who pushed the head of a pull request. */
export interface Pushed {
  readonly known: Pick<Known, 'ofPullRequest'>;
  /** The teams whose requests are believed. */
  readonly shares: readonly Pick<Share, 'team'>[];
  /** Undefined where nobody says it. */
  readonly pusher?: string;
}

/**
 * A pull request is trusted if its commits are where only members push; or if its author is a member, and so is whoever pushed
 * its head to the fork: the event says so, or an earlier one has said so of this very commit.
 */
export function trustOf(
  asked: Pick<Asked, 'members'>,
  repo: Repo,
  { number, headSha, fromFork, author, byMember }: PullRequest,
  { known, shares, pusher }: Pushed,
): 'trusted' | 'untrusted' {
  if (!fromFork) return 'trusted';
  if (!isMember(asked, repo, author, byMember)) return 'untrusted';
  const isOwn = pusher?.toLowerCase() === author.toLowerCase();
  // of anybody but its author, the payload says nothing
  const byMembers = pusher === undefined ? wasTrusted() : isOwn || isMember(asked, repo, pusher, false);
  return byMembers ? 'trusted' : 'untrusted';

  function wasTrusted(): boolean {
    return requestsOf(known, shares, repo, number).some(
      ({ spec }) => spec.revision === headSha && spec.trust === 'trusted',
    );
  }
}

/** The requests of a pull request that these teams have made. */
export const requestsOf = (
  known: Pick<Known, 'ofPullRequest'>,
  shares: readonly Pick<Share, 'team'>[],
  repo: Repo,
  number: number,
): readonly RunRequest[] =>
  known.ofPullRequest(repo, number).filter(({ spec }) => shares.some(({ team }) => team.name === spec.team));

/**
 * Whether a pull request is tested without a member's approval. A stranger's is only where the team allows it, and then with the
 * rights of forks.
 */
export const runsUnasked = ({ forks }: Pick<TeamConfig, 'forks'>, trust: 'trusted' | 'untrusted'): boolean =>
  forks === 'restricted' || trust === 'trusted';
