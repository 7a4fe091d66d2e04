import type { FastifyInstance, FastifyReply } from 'fastify';
import { DIALECTS } from '../../../lib/runs/events/delivery';
import type { DialectName } from '../../../lib/runs/events/delivery';
import { BODY_MAX, Budget, withBody } from './body';
import { formOf } from './payload';
import { BadSignatures } from './peers';
import type { Measured, TeamPath, TeamRequest, VerifiedDelivery, Verifier } from './verify';
import { measure, secretsFor, verify } from './verify';

/** What a delivery is answered with its HTTP status. Only a 2xx keeps a Git host from trying again. */
export interface DeliveryAnswer {
  readonly status: number;
  readonly body: object;
}

/** What all entrances share: the memory for bodies, how deliveries are verified, and what they are answered. */
export interface Entrance<Answer extends DeliveryAnswer> extends Verifier {
  readonly budget: Budget;
  readonly answer: (delivery: VerifiedDelivery, measured: Measured) => Promise<Answer>;
}

/** @param answer to a delivery whose signature is good */
export const createEntrance = <Answer extends DeliveryAnswer>(
  { secrets, metrics }: Pick<Verifier, 'secrets' | 'metrics'>,
  answer: Entrance<Answer>['answer'],
): Entrance<Answer> => ({
  secrets,
  metrics,
  budget: new Budget((bytes) => metrics.webhookInflightBytes.set(bytes)),
  badSignatures: new BadSignatures(),
  answer,
});

/**
 * The entrances for Git hosts: `POST /webhook/github` and `POST /webhook/gitea`.
 * @param ends what may follow these paths: `/:team` takes the secrets of that team alone
 */
export function hostRoutes(
  app: FastifyInstance,
  entrance: Entrance<DeliveryAnswer>,
  ends: readonly ('' | '/:team')[],
): void {
  for (const dialect of Object.keys(DIALECTS) as DialectName[])
    for (const end of ends)
      app.post<TeamPath>(`/webhook/${dialect}${end}`, (request, reply) =>
        takeDelivery(entrance, dialect, request, reply),
      );
}

function takeDelivery(
  entrance: Entrance<DeliveryAnswer>,
  dialect: DialectName,
  request: TeamRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const measured = measure(entrance.metrics, reply);
  const { headers, ip: peer, id: requestId } = request;
  const { team } = request.params;
  // refused without reading the body
  secretsFor(team, entrance);
  formOf(headers['content-type'], headers['content-encoding']);
  return withBody(request.raw, entrance.budget, BODY_MAX, async (body) => {
    const raw = { dialect, team, headers, body, peer, requestId };
    const { status, body: answer } = await entrance.answer(verify(entrance, raw, measured), measured);
    return reply.code(status).send(answer);
  });
}
