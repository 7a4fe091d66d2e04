import type { FastifyInstance } from 'fastify';
import type { DeliveryDeps } from './delivery';
import { answerDelivery } from './delivery';
import { createEntrance, hostRoutes } from './entrance';
import { interceptTrigger } from './interceptor';
import type { TeamPath } from './verify';

/**
 * The entrances for deliveries: those of Git hosts, and `POST /triggers` for a listener of Tekton Triggers that hands deliveries
 * on. With `/<team>` after it, each takes the secrets of that team alone.
 */
export function webhookRoutes(app: FastifyInstance, deps: DeliveryDeps): void {
  const entrance = createEntrance(deps, (delivery, measured) => answerDelivery(deps, delivery, measured));
  hostRoutes(app, entrance, ['', '/:team']);
  for (const path of ['/triggers', '/triggers/:team'])
    app.post<TeamPath>(path, (request, reply) => interceptTrigger(entrance, request, reply));
}
