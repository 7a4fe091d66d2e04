import type { RunRequest } from '../ask/run-request';
import { ALL_APPS } from '../events/command';
import type { Command } from '../events/command';
import type { Delivery } from '../events/delivery';
import type { CommentEvent, PullRequest } from '../events/event';
import { displayText } from '../events/payload';
import { list } from '../../words/phrase';
import { approve } from './approve';
import { cancelMarker, isCancelMarker } from './cancel-marker';
import { STALE_AFTER, ignore } from './decision';
import type { Decision, Facts, Known, Notice } from './decision';
import { isOfShare } from './event-order';
import { notesComment } from './notes-comment';
import { runRequest } from './request';
import { NOT_ANSWERED, isUnanswered, rerunOf } from './rerun';
import type { Share } from './share';
import { newest, testRequest } from './test-request';
import { isMember, runsUnasked, trustOf } from './trust';

/** Decides what follows from the commands of a comment by somebody who may push to the repository, each in its turn. */
export function decideComment(
  event: CommentEvent,
  delivery: Delivery,
  shares: readonly Share[],
  facts: Facts,
): Decision {
  const { commands, author } = event;
  if (commands.length === 0)
    return ignore('no_command', 'the comment has no line that is /test, /retest, /cancel or /ok-to-test <sha>');
  if (!event.open || facts.asked.pullRequest?.open === false)
    return ignore('closed_unmerged', 'the pull request is closed');
  if (!isMember(facts.asked, event.repo, author, event.byMember)) return ignore('untrusted', whyNot(event, facts));
  if (facts.now - Date.parse(event.createdAt) > STALE_AFTER)
    return ignore('stale', 'it happened more than three days ago');
  const decisions: Decision[] = [];
  for (const command of merged(commands)) {
    const known = knownWith(facts.known, decisions);
    decisions.push(follow(event, command, delivery, shares, { ...facts, known }));
  }
  return together(decisions, event);
}

const whyNot = ({ author }: CommentEvent, { asked }: Facts): string =>
  asked.members === undefined
    ? 'commands are taken from owners, members and collaborators of the repository'
    : `the Git host does not say that ${displayText(author)} may push to the repository; who was given the right a minute ago comments again`;

function follow(
  event: CommentEvent,
  command: Command,
  delivery: Delivery,
  shares: readonly Share[],
  facts: Facts,
): Decision {
  switch (command.word) {
    case 'unknown':
      return ignore('no_command', `'${displayText(command.written)}' is not understood: ${command.remedy}`);
    case 'cancel':
      return {
        requests: [],
        cancelMarkers: shares.map((share) =>
          cancelMarker(share, event.repo, event.number, source(event, delivery, event.createdAt)),
        ),
        notes: [],
      };
    case 'ok-to-test':
      return approveCommit(event, command, delivery, shares, facts);
    default:
      return test(event, command, delivery, shares, facts);
  }
}

/** Tests that are asked for one after the other are one, and one that is cancelled before the next is none: a comment makes one run of a stack. */
function merged(commands: readonly Command[]): readonly Command[] {
  const cancel = commands.findLastIndex(({ word }) => word === 'cancel');
  const isAgain = commands.some((command, index) => index > cancel && 'apps' in command);
  const counting = commands.filter((command, index) => !isAgain || index > cancel || !('apps' in command));
  return counting.reduce<Command[]>((before, command) => {
    const last = before.at(-1);
    if (last === undefined || !('apps' in last) || !('apps' in command)) return [...before, command];
    const apps = last.apps.length === 0 || command.apps.length === 0 ? [] : [...last.apps, ...command.apps];
    const word = last.word === 'test' || command.word === 'test' ? 'test' : 'retest';
    const isForced = last.forceRebuild === true || command.forceRebuild === true;
    return [...before.slice(0, -1), { word, apps, ...(isForced && { forceRebuild: true }) }];
  }, []);
}

/** What is known, and what the commands before this one have made. */
function knownWith(known: Known, decisions: readonly Decision[]): Known {
  const made = decisions.flatMap(({ requests, cancelMarkers }) => [...requests, ...cancelMarkers]);
  if (made.length === 0) return known;
  return {
    ...known,
    named: (namespace, name) =>
      made.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name) ??
      known.named(namespace, name),
    ofPullRequest: (repo, number) => [
      ...known.ofPullRequest(repo, number),
      ...made.filter(({ spec }) => spec.pullRequest?.number === number),
    ],
  };
}

/** The decisions on all commands as one, with what their author is told. */
function together(decisions: readonly Decision[], { id, isReview, number }: CommentEvent): Decision {
  const byName = (requests: readonly RunRequest[]) => [
    ...new Map(requests.map((request) => [request.metadata.name, request])).values(),
  ];
  const requests = byName(decisions.flatMap((decision) => decision.requests));
  const cancelMarkers = byName(decisions.flatMap((decision) => decision.cancelMarkers));
  const notes = [...new Set(decisions.flatMap((decision) => decision.notes))];
  const [ignored] = decisions.map((decision) => decision.ignored).filter((reason) => reason !== undefined);
  const isDone = requests.length + cancelMarkers.length > 0;
  const notices: Notice[] = [];
  if (isDone && !isReview) notices.push({ kind: 'heard', comment: id });
  if (notes.length > 0) notices.push(notesComment(number, '<!-- tekton-dag commands -->', notes));
  return { requests, cancelMarkers, notes, notices, ...(!isDone && ignored !== undefined && { ignored }) };
}

/** The id of the comment is the attempt, so that a comment delivered twice asks once. */
const source = ({ id, author }: CommentEvent, { name, id: guid }: Delivery, eventTime: string) => ({
  event: name,
  delivery: guid,
  sender: displayText(author),
  eventTime,
  attempt: id,
});

/** The apps of the repository that a command names; undefined: those that are changed. */
function appsNamed(named: readonly string[], shares: readonly Share[], notes: string[]): readonly string[] | undefined {
  if (named.length === 0) return undefined;
  const all = [...new Set(shares.flatMap(({ apps }) => apps.map(({ name }) => name)))];
  if (named.includes(ALL_APPS)) return all;
  const unknown = named.filter((name) => !all.includes(name));
  if (unknown.length > 0) notes.push(`the repository has no app ${list(unknown)}; it has ${list(all, 'and')}`);
  return all.filter((name) => named.includes(name));
}

function test(
  event: CommentEvent,
  { word, apps: named, forceRebuild }: Extract<Command, { word: 'test' | 'retest' }>,
  delivery: Delivery,
  shares: readonly Share[],
  facts: Facts,
): Decision {
  const notes: string[] = [];
  const only = appsNamed(named, shares, notes);
  const concerned = only ? shares.filter(({ apps }) => apps.some(({ name }) => only.includes(name))) : shares;
  if (concerned.length === 0) return ignore('no_command', ...notes);
  const outcomes = concerned.map((share) => testShare(event, word, delivery, share, facts, notes, only));
  const requests = outcomes
    .filter((outcome): outcome is RunRequest => 'spec' in outcome)
    .map((request) => withForce(request, forceRebuild));
  const [refusal] = outcomes.filter((outcome): outcome is Decision => !('spec' in outcome));
  return requests.length > 0 || refusal === undefined
    ? { requests, cancelMarkers: [], notes: [...new Set(notes)] }
    : { ...refusal, notes: [...new Set([...refusal.notes, ...notes])] };
}

/** Images are built anew where this comment says so, whatever the run before was told. */
function withForce(request: RunRequest, forceRebuild: true | undefined): RunRequest {
  const { overrides, ...spec } = request.spec;
  const given = { ...overrides, forceRebuild };
  if (forceRebuild === undefined) delete given.forceRebuild;
  return { ...request, spec: Object.keys(given).length > 0 ? { ...spec, overrides: given } : spec };
}

/** The run of one stack that somebody asks for again, as things are now; or why there is none. */
function testShare(
  event: CommentEvent,
  word: 'test' | 'retest',
  delivery: Delivery,
  share: Share,
  facts: Facts,
  notes: string[],
  only: readonly string[] | undefined,
): RunRequest | Decision {
  const { repo, number } = event;
  const known = facts.known.ofPullRequest(repo, number);
  const { pullRequest } = facts.asked;
  const asked = known.find(
    (request) => isOfShare(request, share.team.name, share.stack.name) && isAskedBy(request, event),
  );
  if (asked) return asked;
  const latest = newest(known, share);
  const isCurrent = latest !== undefined && (pullRequest === undefined || pullRequest.headSha === latest.spec.revision);
  if (isCurrent && word === 'retest' && !hasFailed(latest))
    return ignore('nothing_failed', 'the newest run has not failed; /test runs it again nevertheless');
  const trust = pullRequest && trustOf(facts.asked, repo, pullRequest, { known: facts.known, shares: [share] });
  const fresh =
    pullRequest &&
    trust &&
    testRequest(
      share,
      { repo, pullRequest, trust, source: source(event, delivery, pullRequest.updatedAt), only },
      facts,
      notes,
    );
  if (isCurrent) {
    if (isUnanswered(facts.asked)) notes.push(NOT_ANSWERED);
    return rerunOf(latest, {
      repo,
      known: facts.known,
      attempt: event.id,
      fresh: fresh?.spec ?? onlyThese(latest, share, only),
      source: { event: delivery.name, delivery: delivery.id, sender: displayText(event.author) },
    });
  }
  if (pullRequest === undefined || fresh === undefined || trust === undefined)
    return ignore(
      'unknown_head',
      'no run of the pull request is known, and no token is there to ask for its head: push a commit',
    );
  return runsUnasked(share.team, trust) ? fresh : notApproved(pullRequest);
}

/** Whether a comment has asked for it already. Its number counts on from what was known then, so the name is what tells. */
function isAskedBy(request: RunRequest, { repo, id }: CommentEvent): boolean {
  const { source } = request.spec;
  if (source?.attempt === undefined || isCancelMarker(request)) return false;
  if (source.attempt === id) return true;
  return runRequest({ namespace: '' }, request.spec, { repo, attempt: id }).metadata.name === request.metadata.name;
}

/** The same as before, but of the repository's own apps those that are named. */
function onlyThese({ spec }: RunRequest, { apps }: Share, only: readonly string[] | undefined): RunRequest['spec'] {
  if (only === undefined) return spec;
  const others = (spec.apps ?? []).filter((name) => !apps.some((app) => app.name === name));
  return { ...spec, apps: [...apps.map(({ name }) => name).filter((name) => only.includes(name)), ...others] };
}

const hasFailed = ({ status }: RunRequest): boolean =>
  status?.phase === 'Failed' || status?.phase === 'Cancelled' || status?.phase === 'Refused';

const notApproved = ({ headSha }: PullRequest): Decision =>
  ignore('untrusted', `it is of a fork: its commit is allowed by /ok-to-test ${headSha}`);

/** The comment names the commit, so that one pushed meanwhile is not approved unseen. */
function approveCommit(
  event: CommentEvent,
  { sha }: Extract<Command, { word: 'ok-to-test' }>,
  delivery: Delivery,
  shares: readonly Share[],
  facts: Facts,
): Decision {
  const { repo, number } = event;
  const { pullRequest } = facts.asked;
  if (sha === undefined) return ignore('untrusted', 'say which commit, with all its digits: /ok-to-test <sha>');
  if (pullRequest !== undefined && pullRequest.headSha !== sha)
    return ignore('stale', 'the commit is not the head of the pull request any more');
  const head = pullRequest ?? { ...NOTHING_KNOWN, number, headSha: sha, updatedAt: event.createdAt };
  const { event: name, delivery: guid, sender } = source(event, delivery, head.updatedAt);
  const approved = { event: name, delivery: guid, sender, eventTime: head.updatedAt };
  return approve({ repo, pullRequest: head, source: approved }, shares, facts);
}

const NOTHING_KNOWN = {
  headRef: '',
  baseRef: '',
  open: true,
  draft: false,
  merged: false,
  title: '',
  body: '',
  author: '',
  fromFork: true,
  byMember: false,
};
