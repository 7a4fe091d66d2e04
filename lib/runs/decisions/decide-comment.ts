import type { RunRequest } from '../ask/run-request';
import { rerunOf } from './rerun';
import type { Command } from '../events/command';
import { commandOf } from '../events/command';
import { STALE_AFTER, ignore, notOvertaken } from './decision';
import type { Decision, Facts } from './decision';
import type { Delivery } from '../events/delivery';
import type { CommentEvent, PullRequest } from '../events/event';
import { cancelMarker } from './cancel-marker';
import { displayText } from '../events/payload';
import type { Share } from './share';
import { newest, runsUnasked, testRequest, trustOf } from './test-request';

/** Decides what follows from `/test`, `/retest`, `/cancel` or `/ok-to-test <sha>` by somebody who may push to the repository. */
export function decideComment(
  event: CommentEvent,
  delivery: Delivery,
  shares: readonly Share[],
  facts: Facts,
): Decision {
  const command = commandOf(event.body);
  if (command === undefined)
    return ignore('no_command', 'the comment has no line that is /test, /retest, /cancel or /ok-to-test <sha>');
  if (!event.open) return ignore('closed_unmerged', 'the pull request is closed');
  if (!event.byMember)
    return ignore('untrusted', 'commands are taken from owners, members and collaborators of the repository');
  if (facts.now - Date.parse(event.createdAt) > STALE_AFTER)
    return ignore('stale', 'it happened more than three days ago');
  switch (command.word) {
    case 'cancel':
      return {
        requests: [],
        cancelMarkers: shares.map((share) =>
          cancelMarker(share, event.repo, event.number, source(event, delivery, event.createdAt)),
        ),
        notes: [],
      };
    case 'ok-to-test':
      return approve(event, command, delivery, shares, facts);
    default:
      return test(event, command.word, delivery, shares, facts);
  }
}

/** The id of the comment is the attempt, so that a comment delivered twice asks once. */
const source = ({ id, sender }: CommentEvent, { name, id: guid }: Delivery, eventTime: string) => ({
  event: name,
  delivery: guid,
  sender: displayText(sender),
  eventTime,
  attempt: id,
});

function test(
  event: CommentEvent,
  word: 'test' | 'retest',
  delivery: Delivery,
  shares: readonly Share[],
  facts: Facts,
): Decision {
  const { repo, number } = event;
  const known = facts.known.ofPullRequest(repo, number);
  const pullRequest = facts.asked.pullRequest;
  const notes: string[] = [];
  const requests: RunRequest[] = [];
  const reasons: Decision[] = [];
  for (const share of shares) {
    const asked = known.find(
      ({ spec }) =>
        spec.team === share.team.name && spec.stack === share.stack.name && spec.source?.attempt === event.id,
    );
    const latest = newest(known, share);
    const isCurrent =
      latest !== undefined && (pullRequest === undefined || pullRequest.headSha === latest.spec.revision);
    if (asked) requests.push(asked);
    else if (isCurrent && word === 'retest' && !hasFailed(latest))
      reasons.push(ignore('nothing_failed', 'the newest run has not failed; /test runs it again nevertheless'));
    else if (isCurrent)
      requests.push(
        rerunOf(latest, {
          repo,
          known: facts.known,
          attempt: event.id,
          source: { event: delivery.name, delivery: delivery.id, sender: displayText(event.sender) },
        }),
      );
    else if (pullRequest === undefined)
      reasons.push(
        ignore(
          'unknown_head',
          'no run of the pull request is known, and no token is there to ask for its head: push a commit',
        ),
      );
    else if (!runsUnasked(share.team, pullRequest)) reasons.push(notApproved(pullRequest));
    else
      requests.push(
        testRequest(
          share,
          { repo, pullRequest, trust: trustOf(pullRequest), source: source(event, delivery, pullRequest.updatedAt) },
          facts,
          notes,
        ),
      );
  }
  return requests.length > 0 ? { requests, cancelMarkers: [], notes: [...new Set(notes)] } : (reasons[0] as Decision);
}

const hasFailed = ({ status }: RunRequest): boolean =>
  status?.phase === 'Failed' || status?.phase === 'Cancelled' || status?.phase === 'Refused';

const notApproved = ({ headSha }: PullRequest): Decision =>
  ignore('untrusted', `it is of a fork: its commit is allowed by /ok-to-test ${headSha}`);

/**
 * Lets one commit of a fork run, with the credentials and the place for images that forks have. The comment names the commit,
 * so that one pushed meanwhile is not approved unseen.
 */
function approve(
  event: CommentEvent,
  { sha }: Extract<Command, { word: 'ok-to-test' }>,
  delivery: Delivery,
  shares: readonly Share[],
  facts: Facts,
): Decision {
  const { repo, number } = event;
  const { pullRequest } = facts.asked;
  if (sha === undefined) return ignore('untrusted', `say which commit: /ok-to-test <sha>, at least 7 digits of it`);
  if (pullRequest === undefined && sha.length < 40)
    return ignore('unknown_head', 'no token is there to ask for the head: give all digits of the commit');
  if (pullRequest !== undefined && !pullRequest.headSha.startsWith(sha))
    return ignore('stale', 'the commit is not the head of the pull request any more');
  const head = pullRequest ?? { ...NOTHING_KNOWN, number, headSha: sha, updatedAt: event.createdAt };
  const notes: string[] = [];
  const { event: name, delivery: guid, sender } = source(event, delivery, head.updatedAt);
  const approved = { event: name, delivery: guid, sender, eventTime: head.updatedAt };
  const requests = shares.map((share) =>
    testRequest(share, { repo, pullRequest: head, trust: trustOf(head), source: approved }, facts, notes),
  );
  return notOvertaken(requests, repo, number, facts, notes);
}

const NOTHING_KNOWN = {
  headRef: '',
  baseRef: '',
  open: true,
  draft: false,
  merged: false,
  title: '',
  body: '',
  fromFork: true,
  byMember: false,
};
