import { dependencyKey, dependsOn } from '../events/depends-on';
import type { PullRequestEvent } from '../events/event';
import type { Notice } from './decision';
import { notesComment } from './notes-comment';
import type { Share } from './share';
import { isOfStack, unreadNote } from './test-request';

const MARKER = '<!-- tekton-dag depends-on -->';

/**
 * What the description says of other pull requests and has no effect, told on the pull request; an edit tells only what it changed.
 * @param leftOut what is not tested together with it, and why
 */
export function dependencyNotices(
  { action, edited, pullRequest: { number, body } }: PullRequestEvent,
  shares: readonly Share[],
  leftOut: readonly string[] = [],
): readonly Notice[] {
  const notes = [...new Set([...notesOn(body, shares), ...leftOut])];
  const before = action === 'edited' ? notesOn(edited?.body ?? body, shares) : [];
  if (notes.join() === before.join()) return [];
  return [
    notesComment(number, MARKER, notes.length > 0 ? notes : ['every Depends-On of the description is understood']),
  ];
}

function notesOn(body: string, shares: readonly Share[]): readonly string[] {
  const { dependencies, unread } = dependsOn(body);
  const foreign = dependencies.filter((one) => !shares.some((share) => isOfStack(share, one)));
  return [
    ...unread.map(unreadNote),
    ...foreign.map(
      (one) => `Depends-On ${dependencyKey(one)} has no effect: no other app of the stack is in that repository`,
    ),
  ];
}
