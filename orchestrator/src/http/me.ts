import type { FastifyInstance } from 'fastify';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import type { Caller } from './auth';
import { VERBS } from './auth';
import type { VisibleDeps } from './visible';
import { configurationOf } from './visible';

/** `GET /api/me`: who asks, and what he may do with the runs of which team. */
export function meRoute(app: FastifyInstance, deps: Pick<VisibleDeps, 'configuration' | 'authenticate'>): void {
  app.get('/api/me', async (request) => {
    const caller = await deps.authenticate(request);
    const { name, groups, session } = caller;
    const teams = await Promise.all([...configurationOf(deps).teams.values()].map((team) => rightsIn(team, caller)));
    return {
      name,
      ...(groups && { groups }),
      teams: teams.filter(({ may }) => may.length > 0),
      ...(session && { csrf: session.csrf, expires: session.expires.toISOString() }),
    };
  });
}

/** Who may not see a team's runs is told nothing of the team. */
async function rightsIn({ name, namespace }: TeamConfig, { may }: Caller) {
  const allowed = (await may('list', namespace))
    ? await Promise.all(VERBS.map(async (verb) => ((await may(verb, namespace)) ? [verb] : [])))
    : [];
  return { name, namespace, may: allowed.flat() };
}
