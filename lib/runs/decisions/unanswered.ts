import type { LocatedEvent } from '../events/event';
import { numberOf } from '../events/event';
import { displayText } from '../events/payload';
import { list } from '../../words/phrase';
import { checksAskedFor } from './decide-rerun';
import type { Decision, Facts } from './decision';
import { notesComment } from './notes-comment';
import type { Share } from './share';

/**
 * The decision to wait while the Git host does not say who may push: nothing is granted, and nothing refused for good. Undefined
 * where it has said all that it was asked, and where whatever comes of forks runs, with their rights.
 */
export function whileUnanswered(event: LocatedEvent, shares: readonly Share[], facts: Facts): Decision | undefined {
  const { unanswered = [] } = facts.asked;
  const isOpenToAll = event.kind === 'pull-request' && shares.every(({ team }) => team.forks === 'restricted');
  if (unanswered.length === 0 || isOpenToAll) return undefined;
  const unsure = `the Git host does not say whether ${list(unanswered.map(displayText))} may push to ${displayText(event.repo.fullName)}`;
  const number =
    event.kind === 'rerun'
      ? checksAskedFor(event, shares, facts.known)[0]?.[0].spec.pullRequest?.number
      : numberOf(event);
  const notices =
    number === undefined
      ? []
      : [notesComment(number, '<!-- tekton-dag unanswered -->', [`${unsure}, so nothing was done: ${REMEDY}`])];
  return { requests: [], cancelMarkers: [], notes: [], notices, unsure };
}

const REMEDY =
  'GitHub is asked to send the event again; elsewhere, comment once more. If it stays so, the token of the orchestrator may not ask, and the log of the orchestrator says what it was answered';
