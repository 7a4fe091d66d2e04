import { z } from 'zod';
import type { Event, PullRequestEvent } from './event';
import { actionOf, otherEvent, toRepo } from './github-event';
import { branch, id, login, pullNumber, read, repository, sha, time } from './payload';

/** Gitea's and Forgejo's deliveries: https://docs.gitea.com/usage/webhooks */

const pullRequestPayload = z.object({
  pull_request: z.object({
    number: pullNumber,
    state: z.string(),
    draft: z.boolean().default(false),
    merged: z.boolean().nullish(),
    merge_commit_sha: sha.or(z.literal('')).nullish(),
    title: z.string(),
    body: z.string().nullish(),
    updated_at: time,
    user: login.optional(),
    head: branch,
    base: branch,
  }),
  repository: repository.extend({ owner: login.optional() }),
  sender: login.optional(),
});

const commentPayload = z.object({
  issue: z.object({ number: pullNumber, state: z.string() }),
  comment: z.object({ id, body: z.string(), created_at: time, user: login.optional() }),
  repository: repository.extend({ owner: login.optional() }),
  sender: login.optional(),
});

const ACTIONS: Readonly<Record<string, PullRequestEvent['action']>> = {
  opened: 'opened',
  synchronized: 'synchronize',
  reopened: 'reopened',
  closed: 'closed',
};

/** A title that begins so makes a draft. https://docs.gitea.com/usage/pull-request#work-in-progress-pull-requests */
const DRAFT = /^\s*(?:wip:|\[wip\])/i;
const titleChanged = z.object({
  changes: z.object({ title: z.object({ from: z.string() }) }),
  pull_request: z.object({ title: z.string() }),
});

/** Removing `WIP:` from the title is how a pull request becomes ready for review. */
function actionOfPull(payload: unknown): PullRequestEvent['action'] | undefined {
  const word = actionOf(payload) ?? '';
  if (Object.hasOwn(ACTIONS, word)) return ACTIONS[word];
  const { data } = titleChanged.safeParse(payload);
  return word === 'edited' && data && DRAFT.test(data.changes.title.from) && !DRAFT.test(data.pull_request.title)
    ? 'ready_for_review'
    : undefined;
}

type Common = Pick<z.output<typeof commentPayload>, 'repository' | 'sender'>;
const commonOf = ({ repository, sender }: Common) => ({
  repo: toRepo(repository),
  defaultBranch: repository.default_branch ?? 'main',
  sender: sender?.login ?? '',
});

/** Gitea does not say what a user may do, so only the owner of the repository is known to be a member. */
const isOwner = ({ repository }: Common, user: { login: string } | undefined): boolean =>
  user !== undefined && user.login === repository.owner?.login;

/**
 * Reads a payload of Gitea or Forgejo.
 * @param name the value of header X-Gitea-Event
 * @throws PayloadError if the payload is not what its event says
 */
export function giteaEvent(name: string, payload: unknown): Event {
  switch (name) {
    case 'pull_request': {
      const action = actionOfPull(payload);
      if (action === undefined) return otherEvent('action', 'nothing follows from this action of a pull request');
      const { pull_request: pull, ...rest } = read(pullRequestPayload, payload);
      return {
        kind: 'pull-request',
        action,
        ...commonOf(rest),
        pullRequest: {
          number: pull.number,
          headSha: pull.head.sha.toLowerCase(),
          headRef: pull.head.ref,
          baseRef: pull.base.ref,
          fromFork: pull.head.repo?.id !== rest.repository.id,
          open: pull.state === 'open',
          draft: pull.draft || DRAFT.test(pull.title),
          merged: pull.merged ?? false,
          mergeSha: pull.merge_commit_sha?.toLowerCase() || undefined,
          title: pull.title,
          body: pull.body ?? '',
          byMember: isOwner(rest, pull.user),
          updatedAt: pull.updated_at,
        },
      };
    }
    case 'issue_comment': {
      if (actionOf(payload) !== 'created') return otherEvent('action', 'a command is given by a new comment');
      if (!z.object({ is_pull: z.literal(true) }).safeParse(payload).success)
        return otherEvent('event', 'the comment is on no pull request');
      const { comment, issue, ...rest } = read(commentPayload, payload);
      return {
        kind: 'comment',
        id: comment.id,
        body: comment.body,
        createdAt: comment.created_at,
        byMember: isOwner(rest, comment.user),
        number: issue.number,
        open: issue.state === 'open',
        ...commonOf(rest),
      };
    }
    case 'push':
      return otherEvent('event', 'a push runs nothing: pull requests are tested, and a merged one is released');
    default:
      return otherEvent('event', 'nothing follows from this event');
  }
}
