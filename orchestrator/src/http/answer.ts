import { originalFields } from '../../../lib/original/run-answer';
import type { Answer } from '../../../lib/runs/decisions/answer';
import { answerTo } from '../../../lib/runs/decisions/answer';
import type { Delivery } from '../../../lib/runs/events/delivery';
import type { Event } from '../../../lib/runs/events/event';
import type { Outcome } from '../requests/create';
import type { Followed } from '../requests/follow';
import { HttpProblem } from './problem';

/**
 * Answers a delivery by what became of it.
 * @throws HttpProblem if it is not certain that the cluster holds everything that follows
 * @throws PayloadError if the payload says what cannot be true
 */
export function answerFollowed({ decision, outcomes, stopped }: Followed, event: Event, delivery: Delivery): Answer {
  if (decision.unsure !== undefined) throw new HttpProblem('host_unavailable', decision.unsure);
  const failed = outcomes.map(problemOf).find((problem) => problem !== undefined);
  if (failed) throw failed;
  const certain = outcomes.map(({ request, kind }) => ({ request, created: kind === 'created' }));
  const count = decision.requests.length;
  const { status, body } = answerTo(event, delivery, decision, {
    requests: certain.slice(0, count),
    cancelMarkers: certain.slice(count),
    stopped,
  });
  return { status, body: { ...body, ...originalFields(body.runs ?? []) } };
}

/** The problem that an outcome is answered with; undefined if the cluster holds the request. */
export function problemOf(outcome: Outcome): HttpProblem | undefined {
  const { name } = outcome.request.metadata;
  switch (outcome.kind) {
    case 'unavailable':
      return new HttpProblem('api_unavailable', `it is not certain that request ${name} was created: ${outcome.why}`);
    case 'denied':
      return new HttpProblem('create_denied', `the cluster refuses request ${name}: ${outcome.why}`);
    case 'conflict':
      return new HttpProblem('request_conflict', `request ${name} is there and asks for something else`);
    default:
      return undefined;
  }
}
