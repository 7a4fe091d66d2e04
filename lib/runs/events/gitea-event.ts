import { z } from 'zod';
import { pullNumber } from '../../words/scalars';
import type { Event, PullRequest, PullRequestEvent } from './event';
import type { EventReader } from './event-reader';
import { eventReader, otherEvent, pushEvent } from './event-reader';
import { actionOf, commonOf } from './github-event';
import { commandsOf } from './command';
import { commented, fromComment } from './comment';
import { branch, checkHead, headBranch, id, login, read, repository, sha, time, toEdited } from './payload';

/** Gitea's and Forgejo's deliveries: https://docs.gitea.com/usage/webhooks */

/** The fields of a pull request that are read, in a payload and in answers of Gitea's API. */
export const giteaPullRequest = z.object({
  number: pullNumber,
  state: z.string(),
  draft: z.boolean().default(false),
  merged: z.boolean().nullish(),
  merge_commit_sha: sha.or(z.literal('')).nullish(),
  title: z.string(),
  body: z.string().nullish(),
  updated_at: time,
  user: login.nullish(),
  head: headBranch,
  base: branch.extend({ repo: z.object({ id, default_branch: z.string().optional() }).nullish() }),
});

const pullRequestPayload = z.object({
  pull_request: giteaPullRequest,
  repository: repository.extend({ owner: login.optional() }),
  sender: login.optional(),
});

const commentPayload = commented.extend({ repository: repository.extend({ owner: login.optional() }) });

const reviewPayload = commentPayload.pick({ repository: true, sender: true }).extend({
  pull_request: z.object({ number: pullNumber, state: z.string(), updated_at: time }),
  review: z.object({ content: z.string().nullish() }),
});

const ACTIONS: Readonly<Record<string, PullRequestEvent['action']>> = {
  opened: 'opened',
  synchronized: 'synchronize',
  reopened: 'reopened',
  edited: 'edited',
  closed: 'closed',
};

/** A title that begins so makes a draft. https://docs.gitea.com/usage/pull-request#work-in-progress-pull-requests */
const DRAFT = /^\s*(?:wip:|\[wip\])/i;

/**
 * Whether others than those who may push brought the commits: from another repository, or by `git push … HEAD:refs/for/main`, which
 * takes them from whoever may read. Such have no branch, and Gitea calls their repository the one that they go to.
 * https://docs.gitea.com/usage/agit
 */
const isForeign = ({ head, base }: Pick<z.output<typeof giteaPullRequest>, 'head' | 'base'>): boolean =>
  head.repo?.id === undefined || head.repo.id !== base.repo?.id || head.ref.startsWith('refs/');

/** A pull request as a payload or the API describes it. @param byMember whether its author is called a member */
export const toGiteaPullRequest = (pull: z.output<typeof giteaPullRequest>, byMember = false): PullRequest => ({
  number: pull.number,
  headSha: pull.head.sha,
  headRef: pull.head.ref,
  baseRef: pull.base.ref,
  fromFork: isForeign(pull),
  open: pull.state === 'open',
  draft: pull.draft || DRAFT.test(pull.title),
  merged: pull.merged ?? false,
  mergeSha: pull.merge_commit_sha?.toLowerCase() || undefined,
  base: { id: pull.base.repo?.id, defaultBranch: pull.base.repo?.default_branch },
  title: pull.title,
  body: pull.body ?? '',
  author: pull.user?.login ?? '',
  authorId: pull.user?.id,
  byMember,
  updatedAt: pull.updated_at,
});

type Common = Pick<z.output<typeof commentPayload>, 'repository' | 'sender'>;

/** Gitea does not say what a user may do. Where it cannot be asked, only the owner of the repository is known to be a member. */
const isOwner = ({ repository }: Common, user: { login: string } | null | undefined): boolean =>
  user?.login !== undefined && user.login === repository.owner?.login;

/** The events that Gitea or Forgejo may be asked to send here. */
export const giteaEvents: EventReader = eventReader({
  push: pushEvent,
  pull_request: pullRequestEvent,
  issue_comment: commentEvent,
  // a review that approves, rejects, or only says something
  pull_request_approved: reviewEvent,
  pull_request_rejected: reviewEvent,
  pull_request_comment: reviewEvent,
});

function pullRequestEvent(payload: unknown): Event {
  const word = actionOf(payload) ?? '';
  const action = Object.hasOwn(ACTIONS, word) ? ACTIONS[word] : undefined;
  if (action === undefined) return otherEvent('action', 'nothing follows from this action of a pull request');
  const { pull_request: pull, ...rest } = read(pullRequestPayload, payload);
  // its own repository says which it goes to, where the base does not
  const base = { ...pull.base, repo: pull.base.repo ?? { id: rest.repository.id } };
  const pullRequest = toGiteaPullRequest({ ...pull, base }, isOwner(rest, pull.user));
  checkHead(pullRequest);
  const edited = action === 'edited' ? toEdited(payload) : undefined;
  // removing `WIP:` from the title is how a pull request becomes ready for review
  const isReady = edited?.title !== undefined && DRAFT.test(edited.title) && !DRAFT.test(pull.title);
  return {
    kind: 'pull-request',
    action: isReady ? 'ready_for_review' : action,
    ...commonOf(rest),
    pullRequest,
    ...(edited && !isReady && { edited }),
  };
}

function commentEvent(payload: unknown): Event {
  if (actionOf(payload) !== 'created') return otherEvent('action', 'a command is given by a new comment');
  if (!z.object({ is_pull: z.literal(true) }).safeParse(payload).success)
    return otherEvent('event', 'the comment is on no pull request');
  const told = read(commentPayload, payload);
  return { ...fromComment(told), byMember: isOwner(told, told.comment.user), ...commonOf(told) };
}

/** Gitea gives a review no number. */
function reviewEvent(payload: unknown): Event {
  if (actionOf(payload) !== 'reviewed') return otherEvent('action', 'a command is given by a new review');
  const { review, pull_request: pull, ...rest } = read(reviewPayload, payload);
  return {
    kind: 'comment',
    id: Math.floor(Date.parse(pull.updated_at) / 1000),
    isReview: true,
    commands: commandsOf(review.content ?? ''),
    createdAt: pull.updated_at,
    author: rest.sender?.login ?? '',
    authorId: rest.sender?.id,
    byMember: isOwner(rest, rest.sender),
    number: pull.number,
    open: pull.state === 'open',
    ...commonOf(rest),
  };
}
