import type { PullRequestEvent } from '../events/event';
import type { Decision, Facts } from './decision';

/** A merge as the Git host has it, or what is decided where it is none. */
export type Verified = { readonly merge: PullRequestEvent } | Pick<Decision, 'ignored' | 'notes' | 'unsure'>;

/**
 * A merge as the Git host has it. The payload is the word of whoever knows the secret of a webhook, and one secret may be that
 * of many repositories; so where the host can be asked, what it says takes the payload's place.
 */
export function verified(event: PullRequestEvent, { asked: { merge }, isByAnyone }: Facts): Verified {
  if (merge === undefined) return isByAnyone?.() ? { ignored: 'unverified', notes: [NOBODY_SAYS] } : { merge: event };
  switch (merge.kind) {
    case 'unanswered':
      return { notes: [], unsure: 'the Git host does not say whether it was merged' };
    case 'refuted':
      return { ignored: 'unverified', notes: [merge.why] };
    case 'confirmed':
      return { merge: asHostSays(event, merge.pullRequest) };
  }
}

const NOBODY_SAYS =
  'its signature is good for several repositories, and nobody can be asked whether it was merged. Give the orchestrator a token for the Git host, or give the repository a secret of its own, named repo.<owner>.<name>';

/** The host counts what happens later as a change, too. */
function asHostSays(event: PullRequestEvent, said: PullRequestEvent['pullRequest']): PullRequestEvent {
  const isEarlier = Date.parse(said.updatedAt) < Date.parse(event.pullRequest.updatedAt);
  return {
    ...event,
    pullRequest: { ...said, updatedAt: isEarlier ? said.updatedAt : event.pullRequest.updatedAt },
    defaultBranch: said.base?.defaultBranch ?? event.defaultBranch,
  };
}
