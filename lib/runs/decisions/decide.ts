import type { Ask } from '../ask/ask';
import type { RunRequest } from '../ask/run-request';
import type { Configuration } from '../configuration/configuration';
import { whyUnmapped } from '../configuration/repositories';
import { decideRerun } from './decide-rerun';
import { decideMergeGroup } from './merge-group';
import { locate, whyOther } from './locate';
import { pusherOf, runsUnasked, trustOf } from './trust';
import { dependencyNotices } from './dependency-notices';
import { decideComment } from './decide-comment';
import { STALE_AFTER, ignore, notOvertaken } from './decision';
import type { Decision, Facts } from './decision';
import type { Problem } from '../../words/problem';
import type { Delivery } from '../events/delivery';
import type { Event, LocatedEvent, PullRequestEvent } from '../events/event';
import { numberOf } from '../events/event';
import { cancelMarker } from './cancel-marker';
import { verified } from './verified-merge';
import { SKIP, isTestAsked, requestOfEdit, withCurrent } from './edit';
import { isTied } from './event-order';
import { displayText } from '../events/payload';
import { releaseRequests, withoutLate } from './release-request';
import type { Share } from './share';
import { leftOutOf, newest, testRequest } from './test-request';
import { whileUnanswered } from './unanswered';

/** Decides what follows from an event: a pure function of it, of the configuration, and of what cluster and Git host know. */
export function decide(event: Event, delivery: Delivery, configuration: Configuration, facts: Facts): Decision {
  if (event.kind === 'other') return ignore(event.reason, event.detail);
  if (event.kind === 'ping') return { requests: [], cancelMarkers: [], notes: [] };
  const { repo, shares, renamed } = locate(configuration, event.repo, facts.known);
  if (shares.length === 0) return ignore('unmapped_repo', whyUnmapped(configuration, event.repo));
  const other = whyOther(repo, shares, facts.known);
  if (other !== undefined) return ignore('other_repository', other);
  const located = { ...event, repo };
  const decision = whileUnanswered(located, shares, facts) ?? decideLocated(located, delivery, shares, facts);
  return renamed === undefined ? decision : withRenamed(decision, event, renamed);
}

/** Says of a repository with another name what is to be changed, on the pull request, too. */
function withRenamed(decision: Decision, event: LocatedEvent, renamed: string): Decision {
  const number = numberOf(event);
  const marker = '<!-- tekton-dag renamed -->';
  const notice =
    number === undefined ? [] : [{ kind: 'comment', number, marker, text: `Still served: ${renamed}.` } as const];
  return {
    ...decision,
    notes: [renamed, ...decision.notes],
    notices: [...(decision.notices ?? []), ...notice],
    renamed,
  };
}

function decideLocated(event: LocatedEvent, delivery: Delivery, shares: readonly Share[], facts: Facts): Decision {
  switch (event.kind) {
    case 'comment':
      return decideComment(event, delivery, shares, facts);
    case 'rerun':
      return decideRerun(event, delivery, shares, facts);
    case 'merge-group':
      return decideMergeGroup(event, delivery, shares, facts);
    case 'renamed':
      return ignore('renamed_repo');
    case 'pull-request':
      if (isLate(event, facts)) return ignore('stale', TOO_LATE);
      return event.action === 'closed'
        ? decideClosed(event, delivery, shares, facts)
        : decideOpen(event, delivery, shares, facts);
  }
}

const TOO_LATE = 'it happened more than three days ago';

function decideOpen(told: PullRequestEvent, delivery: Delivery, shares: readonly Share[], facts: Facts): Decision {
  const event = withCurrent(told, facts.asked);
  const { repo, pullRequest } = event;
  if (!pullRequest.open) return ignore('closed_unmerged', 'the pull request is closed');
  if (!isTestAsked(event)) {
    const notices = pullRequest.draft ? [] : dependencyNotices(event, shares);
    return { ...ignore('action', 'the edit changes nothing that a test depends on'), notices };
  }
  if (pullRequest.draft)
    return ignore('draft', 'a draft is tested when it is ready for review, or when somebody comments /test');
  if (SKIP.test(pullRequest.title)) return ignore('skip_ci', 'its title says so');
  const trust = trustOf(facts.asked, repo, pullRequest, { known: facts.known, shares, pusher: pusherOf(event) });
  const willing = shares.filter(({ team }) => runsUnasked(team, trust));
  if (willing.length === 0) return waitsForMember(pullRequest);

  const head = facts.asked.pullRequest?.headSha;
  if (head !== undefined && head !== pullRequest.headSha) return ignore('stale', 'another commit is the head by now');

  const notes: string[] = [];
  const requests = willing.map((share) => {
    const make = (more?: Pick<Source, 'attempt' | 'before'>) =>
      testRequest(share, { repo, pullRequest, trust, source: { ...source(event, delivery), ...more } }, facts, notes);
    const plain = make();
    const at = epochSeconds(pullRequest.updatedAt);
    if (event.action === 'edited') return requestOfEdit((attempt) => make({ attempt }), at, facts.known);
    if (isSecondTime(event, plain, facts)) return make({ attempt: at });
    // what the host says of the two is kept with the request: the queue goes by it, too
    const rival =
      head === undefined
        ? undefined
        : newest(
            facts.known.ofPullRequest(repo, pullRequest.number).filter((other) => isTied(other, plain)),
            share,
          );
    return rival === undefined ? plain : make({ before: rival.spec.revision });
  });
  const decision = notOvertaken(requests, repo, pullRequest.number, facts, notes);
  if (decision.ignored !== undefined) return decision;
  const leftOut = willing.flatMap((share) => leftOutOf(share, repo, pullRequest, facts));
  return { ...decision, notices: dependencyNotices(event, shares, leftOut) };
}

/** A stranger's pull request is told where its author and the members look. */
const waitsForMember = ({ number, headSha }: PullRequestEvent['pullRequest']): Decision => ({
  ...ignore(
    'untrusted',
    `it is of a fork: a member of the repository may allow it by the comment /ok-to-test ${headSha}`,
  ),
  notices: [
    {
      kind: 'comment',
      number,
      marker: '<!-- tekton-dag waits -->',
      text: `This pull request is from a fork of somebody who may not push here, so nothing of it runs by itself. Whoever may, and has read it, lets this commit run by a comment:\n\n    /ok-to-test ${headSha}`,
    },
  ],
});

/**
 * The same head again, on purpose: the pull request was closed and opened again, or its branch was moved away and back.
 * Its time is the attempt, so that the same event delivered twice is one.
 */
function isSecondTime({ action, pullRequest, before }: PullRequestEvent, plain: RunRequest, { known }: Facts): boolean {
  if (action === 'reopened') return true;
  const { namespace = '', name } = plain.metadata;
  const first = known.named(namespace, name)?.spec.source?.eventTime;
  return (
    action === 'synchronize' &&
    before !== pullRequest.headSha &&
    first !== undefined &&
    Date.parse(first) < Date.parse(pullRequest.updatedAt)
  );
}

const epochSeconds = (time: string): number => Math.floor(Date.parse(time) / 1000);

/** What happened to a pull request before it was closed is not to run any more. */
const closing = (event: PullRequestEvent, delivery: Delivery, shares: readonly Share[]): readonly RunRequest[] =>
  shares.map((share) =>
    cancelMarker(share, event.repo, event.pullRequest.number, {
      ...source(event, delivery),
      attempt: epochSeconds(event.pullRequest.updatedAt),
    }),
  );

function decideClosed(event: PullRequestEvent, delivery: Delivery, shares: readonly Share[], facts: Facts): Decision {
  const { merged, mergeSha } = event.pullRequest;
  if (merged && mergeSha === undefined) return { ...NOTHING, invalid: [WITHOUT_COMMIT] };
  const cancelMarkers = closing(event, delivery, shares);
  if (!merged)
    return { ...NOTHING, cancelMarkers, ignored: 'closed_unmerged', notes: ['what ran for it is cancelled'] };
  if (!isReleased(event)) return { ...NOTHING, cancelMarkers, ...elsewhere(event) };
  const said = verified(event, facts);
  if (!('merge' in said)) return { ...NOTHING, cancelMarkers: said.unsure === undefined ? cancelMarkers : [], ...said };
  const { merge } = said;
  if (!isReleased(merge)) return { ...NOTHING, cancelMarkers, ...elsewhere(merge) };
  const requests = isLate(merge, facts) ? [] : releases(merge, delivery, shares, facts);
  return requests.length > 0
    ? { ...NOTHING, requests, cancelMarkers }
    : {
        ...NOTHING,
        cancelMarkers,
        ignored: 'stale',
        notes: [isLate(merge, facts) ? TOO_LATE : 'a later merge is released, and contains this one'],
      };
}

const NOTHING: Decision = { requests: [], cancelMarkers: [], notes: [] };
const WITHOUT_COMMIT: Problem = {
  file: 'body',
  path: 'pull_request.merge_commit_sha',
  message: 'a merged pull request has a merge commit',
  severity: 'error',
};

const isReleased = ({ pullRequest, defaultBranch }: PullRequestEvent): boolean => pullRequest.baseRef === defaultBranch;
const elsewhere = ({ pullRequest, defaultBranch }: PullRequestEvent): Pick<Decision, 'ignored' | 'notes'> => ({
  ignored: 'base_branch',
  notes: [
    `it was merged into '${displayText(pullRequest.baseRef)}'; what is merged into '${displayText(defaultBranch)}' is released`,
  ],
});
const isLate = ({ pullRequest }: PullRequestEvent, { now }: Facts): boolean =>
  now - Date.parse(pullRequest.updatedAt) > STALE_AFTER;

function releases(
  event: PullRequestEvent,
  delivery: Delivery,
  shares: readonly Share[],
  facts: Facts,
): readonly RunRequest[] {
  const { repo, pullRequest } = event;
  const merge = { repo, pullRequest, mergeSha: pullRequest.mergeSha, source: source(event, delivery) };
  return withoutLate(
    shares.flatMap((share) => releaseRequests(share, merge, facts)),
    repo,
    facts,
  );
}

type Source = NonNullable<Ask['source']>;

const source = ({ pullRequest, before, sender }: PullRequestEvent, { name, id }: Delivery): Source => ({
  event: name,
  delivery: id,
  sender: displayText(sender),
  eventTime: pullRequest.updatedAt,
  ...(before !== undefined && { before }),
});
