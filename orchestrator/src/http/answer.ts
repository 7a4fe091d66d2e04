import { inOldWords } from '../../../lib/original/run-answer';
import type { Delivery } from '../../../lib/runs/decisions/decision';
import type { Event } from '../../../lib/runs/events/event';
import type { Outcome } from '../requests/create';
import type { Followed } from '../requests/follow';
import { HttpProblem } from './problem';

/** What a delivery is answered once it is certain, and not before: only a 2xx keeps the host from trying again. */
export interface Answer {
  readonly status: 200 | 202;
  readonly body: Readonly<Record<string, unknown>>;
}

/** @throws HttpProblem if any of what follows is not certain to be there */
export function answer(
  { decision, outcomes, stopped }: Followed,
  kind: Event['kind'],
  { id: deliveryId }: Delivery,
): Answer {
  const { requests, marks, ignored, notes, invalid } = decision;
  if (invalid) throw new HttpProblem('invalid_payload', undefined, { problems: invalid });
  if (kind === 'ping') return { status: 200, body: { status: 'pong', deliveryId } };
  const failed = outcomes.map(problemOf).find((problem) => problem !== undefined);
  if (failed) throw failed;

  const detail = notes.length > 0 ? { detail: notes.join('; ') } : {};
  const runs = outcomes.slice(0, requests.length).map(shown);
  const cancelled = marks.length > 0 ? { cancelled: stopped } : {};
  if (ignored !== undefined)
    return { status: 200, body: { status: 'ignored', reason: ignored, deliveryId, ...detail, ...cancelled } };
  const created = outcomes.some((outcome) => outcome.kind === 'created');
  return {
    status: created ? 202 : 200,
    body: {
      status: created ? 'accepted' : 'duplicate',
      deliveryId,
      runs,
      ...cancelled,
      ...detail,
      ...inOldWords(requests),
    },
  };
}

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

const shown = ({ request: { metadata, spec }, kind }: Outcome) => ({
  name: metadata.name,
  namespace: metadata.namespace,
  team: spec.team,
  stack: spec.stack,
  pipeline: spec.pipeline,
  app: spec.apps?.[0],
  apps: spec.apps,
  created: kind === 'created',
});
