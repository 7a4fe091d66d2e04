import { z } from 'zod';
import { MEMBERS } from './members';
import { pullNumber } from '../../words/scalars';
import type { Event, PullRequest, Repo } from './event';
import type { EventReader } from './event-reader';
import { eventReader, otherEvent, pushEvent } from './event-reader';
import { commandsOf } from './command';
import { commented, fromComment } from './comment';
import { branch, checkHead, headBranch, hostOf, id, login, read, repository, sha, time, toEdited } from './payload';

/** GitHub's deliveries: https://docs.github.com/en/webhooks/webhook-events-and-payloads */

const association = z.string().transform((word) => MEMBERS.includes(word));

/** The fields of a pull request that are read, in a payload and in answers of GitHub's API. */
export const pullRequestSchema = z.object({
  number: pullNumber,
  state: z.string(),
  draft: z.boolean().default(false),
  merged: z.boolean().nullish(),
  merge_commit_sha: sha.nullish(),
  title: z.string(),
  body: z.string().nullish(),
  author_association: association.default(false),
  updated_at: time,
  merged_at: time.nullish(),
  closed_at: time.nullish(),
  user: login.nullish(),
  head: headBranch,
  base: branch.extend({ repo: repository }),
});

const common = z.object({ repository, sender: login.optional() });
const pullRequestPayload = common.extend({ pull_request: pullRequestSchema, before: sha.optional() });
const commentPayload = commented.extend({
  repository,
  comment: commented.shape.comment.extend({ author_association: association.default(false) }),
});
/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request_review */
const reviewPayload = common.extend({
  pull_request: z.object({ number: pullNumber, state: z.string() }),
  review: z.object({
    id,
    body: z.string().nullish(),
    submitted_at: time,
    author_association: association.default(false),
    user: login.nullish(),
  }),
});
/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#merge_group */
const mergeGroupPayload = common.extend({
  merge_group: z.object({
    head_sha: sha,
    head_ref: z.string(),
    base_sha: sha,
    base_ref: z.string(),
    /** Not every sender says when it was made. */
    head_commit: z.object({ timestamp: time.nullish() }).nullish(),
  }),
});
const checkRunPayload = common.extend({
  check_run: z.object({ id, head_sha: sha, external_id: z.string().max(255).nullish() }),
});
/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#check_suite */
const checkSuitePayload = common.extend({ check_suite: z.object({ id, head_sha: sha }) });
const action = z.object({ action: z.string().optional() });

/** A repository as a payload or the API describes it. */
export const toRepo = ({ id, full_name, html_url, clone_url, ssh_url }: z.output<typeof repository>): Repo => ({
  host: hostOf(clone_url ?? html_url),
  fullName: full_name,
  id,
  addresses: [clone_url, html_url, ssh_url].filter((address) => address !== undefined),
});

/** The repository that a payload of any event is about; undefined: it is about none. Gitea describes it as GitHub does. */
export function repositoryOf(payload: unknown): Repo | undefined {
  const { data } = z.object({ repository }).safeParse(payload);
  return data && toRepo(data.repository);
}

/** A pull request as a payload or the API describes it. */
export function toPullRequest(pull: z.output<typeof pullRequestSchema>): PullRequest {
  return {
    number: pull.number,
    headSha: pull.head.sha,
    headRef: pull.head.ref,
    baseRef: pull.base.ref,
    fromFork: pull.head.repo?.id !== pull.base.repo.id,
    open: pull.state === 'open',
    draft: pull.draft,
    // a list says only when
    merged: pull.merged ?? (pull.merged_at ?? null) !== null,
    mergeSha: pull.merge_commit_sha?.toLowerCase(),
    base: { id: pull.base.repo.id, defaultBranch: pull.base.repo.default_branch },
    title: pull.title,
    body: pull.body ?? '',
    author: pull.user?.login ?? '',
    authorId: pull.user?.id,
    byMember: pull.author_association,
    // an edit or a comment after it was closed is no event of ours
    updatedAt: pull.closed_at ?? pull.updated_at,
  };
}

/** What every event has. */
export const commonOf = ({ repository, sender }: z.output<typeof common>) => ({
  repo: toRepo(repository),
  defaultBranch: repository.default_branch ?? 'main',
  sender: sender?.login ?? '',
  senderId: sender?.id,
});

/** Actions of a pull request from which something may follow. */
export const PULL_REQUEST_ACTIONS = [
  'opened',
  'synchronize',
  'reopened',
  'ready_for_review',
  'edited',
  'closed',
] as const;

/** Events from which something may follow, each with its reader. */
const READERS: Readonly<Record<string, (payload: unknown) => Event>> = {
  pull_request: pullRequestEvent,
  issue_comment: commentEvent,
  pull_request_review: reviewEvent,
  check_run: rerunEvent,
  check_suite: rerunAllEvent,
  merge_group: mergeGroupEvent,
  repository: renamedEvent,
};
/** Names of the events from which something may follow. */
export const GITHUB_EVENTS = Object.keys(READERS);

/** The events that GitHub may be asked to send here. */
export const githubEvents: EventReader = eventReader({ ping: () => ({ kind: 'ping' }), push: pushEvent, ...READERS });

function pullRequestEvent(payload: unknown): Event {
  const known = PULL_REQUEST_ACTIONS.find((word) => word === actionOf(payload));
  if (known === undefined) return otherEvent('action', 'nothing follows from this action of a pull request');
  const { pull_request, before, ...rest } = read(pullRequestPayload, payload);
  const pullRequest = toPullRequest(pull_request);
  checkHead(pullRequest);
  return {
    kind: 'pull-request',
    action: known,
    pullRequest,
    before: before?.toLowerCase(),
    ...(known === 'edited' && { edited: toEdited(payload) }),
    ...commonOf(rest),
  };
}

function commentEvent(payload: unknown): Event {
  if (actionOf(payload) !== 'created') return otherEvent('action', 'a command is given by a new comment');
  if (!isOnPullRequest(payload)) return otherEvent('event', 'the comment is on no pull request');
  const told = read(commentPayload, payload);
  return { ...fromComment(told), byMember: told.comment.author_association, ...commonOf(told) };
}

function reviewEvent(payload: unknown): Event {
  if (actionOf(payload) !== 'submitted') return otherEvent('action', 'a command is given by a new review');
  const { review, pull_request, ...rest } = read(reviewPayload, payload);
  return {
    kind: 'comment',
    id: review.id,
    isReview: true,
    commands: commandsOf(review.body ?? ''),
    createdAt: review.submitted_at,
    author: (review.user ?? rest.sender)?.login ?? '',
    authorId: (review.user ?? rest.sender)?.id,
    byMember: review.author_association,
    number: pull_request.number,
    open: pull_request.state === 'open',
    ...commonOf(rest),
  };
}

function rerunEvent(payload: unknown): Event {
  if (actionOf(payload) !== 'rerequested') return OF_CHECKS;
  const { check_run, ...rest } = read(checkRunPayload, payload);
  return {
    kind: 'rerun',
    id: check_run.id,
    headSha: check_run.head_sha.toLowerCase(),
    request: check_run.external_id ?? '',
    ...commonOf(rest),
  };
}

const OF_CHECKS = otherEvent('action', 'of checks, only asking for another run has effect');

/** It names no check run: what there is on the commit is ours to know. */
function rerunAllEvent(payload: unknown): Event {
  if (actionOf(payload) !== 'rerequested') return OF_CHECKS;
  const { check_suite, ...rest } = read(checkSuitePayload, payload);
  return { kind: 'rerun', id: check_suite.id, headSha: check_suite.head_sha.toLowerCase(), ...commonOf(rest) };
}

function renamedEvent(payload: unknown): Event {
  const word = actionOf(payload);
  if (word !== 'renamed' && word !== 'transferred')
    return otherEvent('action', 'of a repository, only another name has effect');
  return { kind: 'renamed', ...commonOf(read(common, payload)) };
}

/** `refs/heads/gh-readonly-queue/<base branch>/pr-<number>-<commit>`, of which only the base may hold slashes. */
const QUEUE_BRANCH = /\/pr-([1-9][0-9]{0,9})-[0-9a-f]+$/;

function mergeGroupEvent(payload: unknown): Event {
  const word = actionOf(payload);
  if (word !== 'checks_requested' && word !== 'destroyed')
    return otherEvent('action', 'nothing follows from this action of a merge queue');
  const { merge_group: group, ...rest } = read(mergeGroupPayload, payload);
  const number = QUEUE_BRANCH.exec(group.head_ref)?.[1];
  if (number === undefined) return otherEvent('event', 'the branch of the merge queue names no pull request');
  return {
    kind: 'merge-group',
    action: word,
    number: Number(number),
    headSha: group.head_sha.toLowerCase(),
    headRef: group.head_ref.replace('refs/heads/', ''),
    baseSha: group.base_sha.toLowerCase(),
    baseRef: group.base_ref.replace('refs/heads/', ''),
    at: group.head_commit?.timestamp ?? undefined,
    ...commonOf(rest),
  };
}

/** The action that a payload names; undefined where its event has none. */
export const actionOf = (payload: unknown): string | undefined => read(action, payload).action;

const isOnPullRequest = (payload: unknown): boolean =>
  z.object({ issue: z.object({ pull_request: z.object({}) }) }).safeParse(payload).success;
