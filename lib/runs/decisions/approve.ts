import type { Ask } from '../ask/ask';
import type { PullRequest, Repo } from '../events/event';
import { notOvertaken } from './decision';
import type { Decision, Facts } from './decision';
import type { Share } from './share';
import { testRequest } from './test-request';
import { requestsOf, runsUnasked, trustOf } from './trust';

/** One commit of a fork that somebody lets run, and who does. */
export interface Approval {
  readonly repo: Repo;
  /** Its head is the commit. */
  readonly pullRequest: PullRequest;
  readonly source: NonNullable<Ask['source']>;
}

/** Lets it run in these stacks, with the credentials and the place for images that forks have. */
export function approve({ repo, pullRequest, source }: Approval, shares: readonly Share[], facts: Facts): Decision {
  const notes: string[] = [];
  const trust = trustOf(facts.asked, repo, pullRequest, { known: facts.known, shares });
  const requests = shares.map((share) => testRequest(share, { repo, pullRequest, trust, source }, facts, notes));
  return notOvertaken(requests, repo, pullRequest.number, facts, notes);
}

/** Whether nothing of the head runs in a stack until somebody approves it. */
export function awaitsApproval(
  share: Share,
  repo: Repo,
  pullRequest: PullRequest,
  { known, asked }: Pick<Facts, 'known' | 'asked'>,
): boolean {
  if (!pullRequest.open || !pullRequest.fromFork) return false;
  const isAllowed = requestsOf(known, [share], repo, pullRequest.number).some(
    ({ spec }) => spec.stack === share.stack.name && spec.revision === pullRequest.headSha,
  );
  return !isAllowed && !runsUnasked(share.team, trustOf(asked, repo, pullRequest, { known, shares: [share] }));
}
