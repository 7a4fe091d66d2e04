import type { FastifyInstance } from 'fastify';
import { createEntrance, hostRoutes } from '../http/entrance';
import { healthRoute } from '../http/probes';
import { secretsOf } from '../http/signature';
import type { Secrets } from '../http/signature';
import type { Service, Surroundings } from '../service';
import type { Settings } from '../settings';
import { MemberHealth } from './health';
import { membersOfFile } from './members';
import type { Members } from './members';
import { routeDelivery } from './route';

/**
 * The program as a router: it takes deliveries at one address, and sends each on to the members that own its repository. It keeps
 * nothing, and asks no API server.
 */
export async function startRouter(
  { membersFile, webhookSecretsDir }: Pick<Settings, 'webhookSecretsDir'> & { readonly membersFile: string },
  surroundings: Surroundings,
): Promise<Service> {
  const { log, metrics } = surroundings;
  const health = new MemberHealth(metrics);
  const members = await membersOfFile(membersFile, { log, metrics, health });
  const secrets = await secretsOf(webhookSecretsDir, log);
  return {
    routes: (app) => routerRoutes(app, { ...surroundings, members, health, secrets }),
    async reload() {
      await Promise.all([members.reload(), secrets.reload()]);
    },
    async stop() {
      members.stop();
      secrets.stop();
    },
  };
}

type RouterDeps = Surroundings & {
  readonly members: Pick<Members, 'current'>;
  readonly health: MemberHealth;
  readonly secrets: Pick<Secrets, 'active'>;
};

/** The entrances for Git hosts, and the probes. A path names no team: who owns a repository is known. */
export function routerRoutes(app: FastifyInstance, deps: RouterDeps): void {
  const { members, health, secrets, lifecycle, lag } = deps;
  const entrance = createEntrance(deps, (delivery, measured) => routeDelivery(deps, delivery, measured));
  hostRoutes(app, entrance, ['']);
  healthRoute(app, lag);
  // good also while members are away: without this router, no member gets anything
  app.get('/readyz', (_request, reply) => {
    const missing = [
      ...(lifecycle.draining ? ['the server is stopping'] : []),
      ...(members.current === undefined ? ['no good list of members has been read'] : []),
      ...(secrets.active.length === 0 ? ['no webhook secret is configured'] : []),
    ];
    return reply.code(missing.length > 0 ? 503 : 200).send({
      status: missing.length > 0 ? 'not ready' : 'ok',
      ...(missing.length > 0 && { missing }),
      members: members.current?.members.map(({ name }) => ({ name, ...health.of(name) })) ?? [],
    });
  });
}
