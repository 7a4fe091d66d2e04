import type { RunRequest } from '../ask/run-request';
import type { Delivery } from '../events/delivery';
import type { MergeGroupEvent } from '../events/event';
import { displayText } from '../events/payload';
import { cancelMarker } from './cancel-marker';
import { ignore } from './decision';
import type { Decision, Facts, Notice } from './decision';
import { isOfShare } from './event-order';
import { happenedAt } from './of-host';
import type { Share } from './share';
import { newest, testRequest } from './test-request';

/**
 * Decides about the commit that a merge queue would put on the base branch. It is tested like a head of the pull request that
 * it adds, and trusted, because only members put a pull request into the queue.
 * https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
 */
export function decideMergeGroup(
  event: MergeGroupEvent,
  delivery: Delivery,
  shares: readonly Share[],
  facts: Facts,
): Decision {
  if (event.action === 'destroyed') return cancelled(event, delivery, shares, facts);
  const { repo, number, headSha, headRef, baseRef } = event;
  const notes: string[] = [];
  const requests: RunRequest[] = [];
  const notices: Notice[] = [];
  for (const share of shares) {
    const tested = testedAlready(event, share, facts);
    if (tested !== undefined) {
      notices.push({ kind: 'tested', sha: headSha, request: tested });
      notes.push(`${tested.metadata.name} has tested a commit that holds the same`);
      continue;
    }
    const eventTime = timeOf(event, share, facts);
    const pullRequest = {
      number,
      headSha,
      headRef,
      baseRef,
      fromFork: false,
      open: true,
      draft: false,
      merged: false,
      title: '',
      body: facts.asked.pullRequest?.body ?? '',
      author: event.sender,
      byMember: true,
      updatedAt: eventTime,
    };
    const source = { event: delivery.name, delivery: delivery.id, sender: displayText(event.sender), eventTime };
    requests.push(testRequest(share, { repo, pullRequest, trust: 'trusted', source }, facts, notes));
  }
  return {
    requests,
    cancelMarkers: [],
    notes: [...new Set(notes)],
    notices,
    ...(requests.length === 0 && { ignored: 'already_tested' }),
  };
}

/**
 * When the queue made the commit: the clock of this replica may be wrong by more than the pull request is old. A commit that
 * is rebased may keep a time from before, and comes after what is known of its pull request all the same.
 */
function timeOf({ at, repo, number }: MergeGroupEvent, { team, stack }: Share, { known, now }: Facts): string {
  const before = known
    .ofPullRequest(repo, number)
    .filter((request) => isOfShare(request, team.name, stack.name))
    .flatMap((request) => happenedAt(request) ?? []);
  return new Date(
    Math.max(at === undefined ? now : Date.parse(at), ...before.map((time) => time + 1000)),
  ).toISOString();
}

/** The test of the pull request's head, if it is trusted, has passed, and tested the very same files. */
function testedAlready(
  { repo, number, headSha }: MergeGroupEvent,
  share: Share,
  { known, asked }: Facts,
): RunRequest | undefined {
  const last = newest(known.ofPullRequest(repo, number), share);
  const { revision, trust, revisions } = last?.spec ?? {};
  const [its, tree] = [revision, headSha].map((sha) => sha && asked.trees?.get(sha));
  const isSame = its !== undefined && its === tree && revision !== headSha;
  return isSame && trust === 'trusted' && revisions === undefined && last?.status?.phase === 'Succeeded'
    ? last
    : undefined;
}

/** What tests the commit is cancelled, and nothing else of the pull request. */
function cancelled(
  { repo, number, headSha, sender }: MergeGroupEvent,
  delivery: Delivery,
  shares: readonly Share[],
  { known }: Facts,
): Decision {
  const cancelMarkers = shares.flatMap((share) => {
    const own = known
      .ofPullRequest(repo, number)
      .filter((request) => isOfShare(request, share.team.name, share.stack.name) && request.spec.revision === headSha);
    const last = newest(own, share);
    if (last?.spec.source?.eventTime === undefined) return [];
    const { eventTime, attempt = 0 } = last.spec.source;
    // right behind it: a push meanwhile is newer
    const source = { event: delivery.name, delivery: delivery.id, sender: displayText(sender), eventTime };
    return [cancelMarker(share, repo, number, { ...source, attempt: attempt + 1 })];
  });
  return cancelMarkers.length > 0
    ? { requests: [], cancelMarkers, notes: [] }
    : ignore('unknown_head', 'no run of this commit of the merge queue is known');
}
