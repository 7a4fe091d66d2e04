import { z } from 'zod';
import { commandsOf } from './command';
import { pullNumber } from '../../words/scalars';
import { id, login, time } from './payload';

/** A comment on a pull request, as far as GitHub, Gitea and Forgejo tell it alike. */
export const commented = z.object({
  issue: z.object({ number: pullNumber, state: z.string() }),
  comment: z.object({ id, body: z.string(), created_at: time, user: login.nullish() }),
  sender: login.optional(),
});

/** What of its event they tell alike: all but who is a member, and what every event has. */
export const fromComment = ({ comment, issue, sender }: z.output<typeof commented>) => ({
  kind: 'comment' as const,
  id: comment.id,
  isReview: false,
  commands: commandsOf(comment.body),
  createdAt: comment.created_at,
  author: (comment.user ?? sender)?.login ?? '',
  authorId: (comment.user ?? sender)?.id,
  number: issue.number,
  open: issue.state === 'open',
});
