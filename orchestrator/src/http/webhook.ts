import type { FastifyInstance, FastifyReply } from 'fastify';
import { DIALECTS } from '../../../lib/runs/events/delivery';
import type { DialectName } from '../../../lib/runs/events/delivery';
import { BODY_MAX, Budget, withBody } from './body';
import type { DeliveryDeps, Entrance, TeamPath, TeamRequest } from './delivery';
import { answerDelivery, measure, secretsFor } from './delivery';
import { interceptTrigger } from './interceptor';
import { formOf } from './payload';
import { BadSignatures } from './peers';

/**
 * The entrances for deliveries: `POST /webhook/github` and `POST /webhook/gitea` for Git hosts, and `POST /triggers` for a
 * listener of Tekton Triggers that hands deliveries on. With `/<team>` after it, each takes the secrets of that team alone.
 */
export function webhookRoutes(app: FastifyInstance, deps: DeliveryDeps): void {
  const entrance = {
    deps,
    budget: new Budget((bytes) => deps.metrics.webhookInflightBytes.set(bytes)),
    badSignatures: new BadSignatures(),
  };
  const post = (path: string, handle: (request: TeamRequest, reply: FastifyReply) => Promise<FastifyReply>) => {
    app.post<TeamPath>(path, handle);
    app.post<TeamPath>(`${path}/:team`, handle);
  };
  for (const dialect of Object.keys(DIALECTS) as DialectName[])
    post(`/webhook/${dialect}`, (request, reply) => takeDelivery(entrance, dialect, request, reply));
  post('/triggers', (request, reply) => interceptTrigger(entrance, request, reply));
}

function takeDelivery(
  { deps, budget, badSignatures }: Entrance,
  dialect: DialectName,
  request: TeamRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const measured = measure(deps.metrics, reply);
  const { headers, ip: peer, id: requestId } = request;
  const { team } = request.params;
  // refused without reading the body
  secretsFor(team, deps);
  formOf(headers['content-type'], headers['content-encoding']);
  return withBody(request.raw, budget, BODY_MAX, async (body) => {
    const raw = { dialect, team, headers, body, peer, requestId };
    const { status, body: answer } = await answerDelivery(deps, badSignatures, raw, measured);
    return reply.code(status).send(answer);
  });
}
