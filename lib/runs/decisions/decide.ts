import type { Ask } from '../ask/ask';
import type { RunRequest } from '../ask/run-request';
import type { Configuration } from '../configuration/configuration';
import { rerunOf } from './rerun';
import { decideComment } from './decide-comment';
import { STALE_AFTER, ignore, notOvertaken } from './decision';
import type { Decision, Facts } from './decision';
import type { Delivery } from '../events/delivery';
import type { Event, PullRequestEvent, RerunEvent } from '../events/event';
import { repoKey } from '../events/event';
import { cancelMarker } from './cancel-marker';
import { isTied } from './event-order';
import { displayText } from '../events/payload';
import { releaseRequests, withoutLate } from './release-request';
import { repoOf } from './request';
import { sharesOf } from './share';
import type { Share } from './share';
import { newest, runsUnasked, testRequest, trustOf } from './test-request';

/** Decides what follows from an event: a pure function of it, of the configuration, and of what cluster and Git host know. */
export function decide(event: Event, delivery: Delivery, configuration: Configuration, facts: Facts): Decision {
  if (event.kind === 'other') return ignore(event.reason, event.detail);
  if (event.kind === 'ping') return { requests: [], cancelMarkers: [], notes: [] };
  const shares = sharesOf(configuration, event.repo);
  if (shares.length === 0)
    return ignore('unmapped_repo', `no stack of a team has an app in repository ${displayText(event.repo.fullName)}`);
  switch (event.kind) {
    case 'comment':
      return decideComment(event, delivery, shares, facts);
    case 'rerun':
      return decideRerun(event, delivery, facts);
    case 'pull-request':
      if (facts.now - Date.parse(event.pullRequest.updatedAt) > STALE_AFTER)
        return ignore('stale', 'it happened more than three days ago');
      return event.action === 'closed'
        ? decideClosed(event, delivery, shares, facts)
        : decideOpen(event, delivery, shares, facts);
  }
}

const SKIP = /\[(?:skip ci|ci skip)\]/i;

function decideOpen(event: PullRequestEvent, delivery: Delivery, shares: readonly Share[], facts: Facts): Decision {
  const { repo, pullRequest } = event;
  if (pullRequest.draft)
    return ignore('draft', 'a draft is tested when it is ready for review, or when somebody comments /test');
  if (SKIP.test(pullRequest.title)) return ignore('skip_ci', 'its title says so');
  const trust = trustOf(pullRequest);
  const willing = shares.filter(({ team }) => runsUnasked(team, pullRequest));
  if (willing.length === 0)
    return ignore(
      'untrusted',
      `it is of a fork: a member of the repository may allow it by the comment /ok-to-test ${pullRequest.headSha}`,
    );

  const head = facts.asked.pullRequest?.headSha;
  if (head !== undefined && head !== pullRequest.headSha)
    return ignore('stale', 'another commit of the same second is the head');

  const notes: string[] = [];
  const requests = willing.map((share) => {
    const make = (more?: Pick<Source, 'attempt' | 'before'>) =>
      testRequest(share, { repo, pullRequest, trust, source: { ...source(event, delivery), ...more } }, facts, notes);
    const plain = make();
    if (isSecondTime(event, plain, facts)) return make({ attempt: epochSeconds(pullRequest.updatedAt) });
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
  return notOvertaken(requests, repo, pullRequest.number, facts, notes);
}

/**
 * The same head again, on purpose: the pull request was closed and opened again, or its branch was moved away and back.
 * Its time is the attempt, so that the same event delivered twice is one.
 */
function isSecondTime({ action, pullRequest, before }: PullRequestEvent, plain: RunRequest, { known }: Facts): boolean {
  if (action === 'reopened') return true;
  const first = known.named(plain.metadata.name)?.spec.source?.eventTime;
  return (
    action === 'synchronize' &&
    before !== pullRequest.headSha &&
    first !== undefined &&
    Date.parse(first) < Date.parse(pullRequest.updatedAt)
  );
}

const epochSeconds = (time: string): number => Math.floor(Date.parse(time) / 1000);

function decideClosed(event: PullRequestEvent, delivery: Delivery, shares: readonly Share[], facts: Facts): Decision {
  const { repo, pullRequest, defaultBranch } = event;
  const { merged, mergeSha, baseRef } = pullRequest;
  if (merged && mergeSha === undefined) {
    return {
      requests: [],
      cancelMarkers: [],
      notes: [],
      invalid: [
        {
          file: 'body',
          path: 'pull_request.merge_commit_sha',
          message: 'a merged pull request has a merge commit',
          severity: 'error',
        },
      ],
    };
  }
  const cancelMarkers = shares.map((share) =>
    cancelMarker(share, repo, pullRequest.number, {
      ...source(event, delivery),
      attempt: epochSeconds(pullRequest.updatedAt),
    }),
  );
  if (!merged)
    return { requests: [], cancelMarkers, ignored: 'closed_unmerged', notes: ['what ran for it is cancelled'] };
  if (baseRef !== defaultBranch)
    return {
      requests: [],
      cancelMarkers,
      ignored: 'base_branch',
      notes: [
        `it was merged into '${displayText(baseRef)}'; what is merged into '${displayText(defaultBranch)}' is released`,
      ],
    };
  const merge = { repo, pullRequest, mergeSha, source: source(event, delivery) };
  const requests = withoutLate(
    shares.flatMap((share) => releaseRequests(share, merge, facts)),
    repo,
    facts,
  );
  return requests.length > 0
    ? { requests, cancelMarkers, notes: [] }
    : { requests, cancelMarkers, ignored: 'stale', notes: ['what was merged later is released, and holds this'] };
}

function decideRerun(event: RerunEvent, delivery: Delivery, { known }: Facts): Decision {
  const before = known.named(event.request);
  if (before === undefined) return ignore('unknown_head', 'the check is of no request that is known here');
  const repo = repoOf(before);
  if (repo === undefined || repoKey(repo) !== repoKey(event.repo))
    return ignore('event', 'the check is of another repository');
  const { sender } = event;
  return {
    requests: [
      rerunOf(before, {
        repo: event.repo,
        known,
        attempt: event.id,
        source: { event: delivery.name, delivery: delivery.id, sender: displayText(sender) },
      }),
    ],
    cancelMarkers: [],
    notes: [],
  };
}

type Source = NonNullable<Ask['source']>;

const source = ({ pullRequest, before, sender }: PullRequestEvent, { name, id }: Delivery): Source => ({
  event: name,
  delivery: id,
  sender: displayText(sender),
  eventTime: pullRequest.updatedAt,
  ...(before !== undefined && { before }),
});
