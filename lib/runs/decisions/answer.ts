import type { RunRequest } from '../ask/run-request';
import type { Delivery } from '../events/delivery';
import type { Event, Reason } from '../events/event';
import { PayloadError } from '../events/payload';
import type { Decision } from './decision';

/** A request as the cluster holds it, and whether this delivery created it. */
export interface RequestOutcome {
  readonly request: RunRequest;
  readonly created: boolean;
}

/** What became of a decision. */
export interface Effects {
  readonly requests: readonly RequestOutcome[];
  readonly cancelMarkers: readonly RequestOutcome[];
  /** Names of the runs that are stopped. */
  readonly stopped: readonly string[];
}

/** A run that follows from a delivery. */
export interface AnsweredRun extends Pick<RunRequest['spec'], 'team' | 'stack' | 'pipeline' | 'apps'> {
  readonly name: string;
  readonly namespace: string | undefined;
  /** The first of `apps`, as the original has it. */
  readonly app: string | undefined;
  readonly created: boolean;
}

/** What a delivery is answered. */
export interface AnswerBody {
  readonly status: 'accepted' | 'duplicate' | 'ignored' | 'pong';
  /** Why nothing follows. */
  readonly reason?: Reason;
  readonly deliveryId: string;
  /** For people: the reason in words, and what was left out. */
  readonly detail?: string;
  readonly runs?: readonly AnsweredRun[];
  /** Names of the runs that are stopped. */
  readonly cancelled?: readonly string[];
}

/** An answer with its HTTP status. Only a 2xx keeps a Git host from trying again. */
export interface Answer {
  readonly status: 200 | 202;
  readonly body: AnswerBody;
}

/**
 * Answers a delivery, once everything that follows from it is certain.
 * @throws PayloadError if the payload says what cannot be true
 */
export function answerTo(
  { kind }: Event,
  { id: deliveryId }: Delivery,
  { ignored, notes, invalid, cancelMarkers }: Decision,
  effects: Effects,
): Answer {
  if (invalid) throw new PayloadError(invalid);
  if (kind === 'ping') return { status: 200, body: { status: 'pong', deliveryId } };
  const detail = notes.length > 0 ? { detail: notes.join('; ') } : {};
  const cancelled = cancelMarkers.length > 0 ? { cancelled: effects.stopped } : {};
  if (ignored !== undefined)
    return { status: 200, body: { status: 'ignored', reason: ignored, deliveryId, ...detail, ...cancelled } };
  const created = [...effects.requests, ...effects.cancelMarkers].some((outcome) => outcome.created);
  return {
    status: created ? 202 : 200,
    body: {
      status: created ? 'accepted' : 'duplicate',
      deliveryId,
      runs: effects.requests.map(answeredRun),
      ...cancelled,
      ...detail,
    },
  };
}

const answeredRun = ({ request: { metadata, spec }, created }: RequestOutcome): AnsweredRun => ({
  name: metadata.name,
  namespace: metadata.namespace,
  team: spec.team,
  stack: spec.stack,
  pipeline: spec.pipeline,
  app: spec.apps?.[0],
  apps: spec.apps,
  created,
});
