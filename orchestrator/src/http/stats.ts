import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import type { FiguresAnswer, FiguresSource, Part } from '../figures/figures';
import { stepOf } from '../figures/figures';
import { readKind } from '../history/stored-kind';
import { checkAsked } from './check-asked';
import { HttpProblem } from './problem';
import { instant, word } from './runs';
import type { VisibleDeps } from './visible';
import { checkSynced, visibleTeams } from './visible';

/** `GET /api/stats`: the figures of the teams that the caller may see. */

export interface StatsDeps extends VisibleDeps {
  readonly figures: FiguresSource;
  readonly now: () => number;
}

export const statsQuery = z.object({
  team: word.optional(),
  stack: word.optional(),
  since: instant.meta({ description: 'of runs that ended then or later; 30 days before until by default' }).optional(),
  until: instant.meta({ description: 'and before that; now by default' }).optional(),
});

const DAYS = 86_400_000;
const DEFAULT_DAYS = 30;
/** Ten years, and a few days. */
const DAYS_MAX = 3_660;

export function statsRoute(app: FastifyInstance, deps: StatsDeps): void {
  app.get('/api/stats', async (request, reply) => {
    const visible = await visibleTeams(deps, request);
    checkSynced(deps);
    const { team, stack, since, until } = readQuery(request.query, deps.now());
    const teams = visible.filter(({ name }) => team === undefined || name === team);
    const namespaces = teams.map(({ namespace }) => namespace);
    const query = { namespaces, stack, since, until, step: stepOf(since, until) };
    const answer = await deps.figures(query);
    if (!answer.isComplete) void reply.header('x-history', 'unavailable');
    return shown(answer, teams, query);
  });
}

/** @throws HttpProblem[invalid_request] */
function readQuery(asked: unknown, now: number) {
  const read = checkAsked(statsQuery, asked);
  const { team, stack } = read;
  const until = read.until === undefined ? now : Date.parse(read.until);
  const since = read.since === undefined ? until - DEFAULT_DAYS * DAYS : Date.parse(read.since);
  if (since >= until) throw new HttpProblem('invalid_request', 'since is not before until');
  if (until - since > DAYS_MAX * DAYS)
    throw new HttpProblem('invalid_request', 'since is more than ten years before until');
  return { team, stack, since, until };
}

function shown(
  { parts, flaky, source }: FiguresAnswer,
  teams: readonly TeamConfig[],
  { since, until, step }: { readonly since: number; readonly until: number; readonly step: number },
) {
  const names = new Map(teams.map(({ namespace, name }) => [namespace, name]));
  const named = <T extends { readonly namespace: string }>(one: T) => ({
    ...one,
    team: names.get(one.namespace) ?? '',
  });
  const isOf = (part: Part, ...keys: readonly (keyof Part)[]): boolean =>
    (['namespace', 'stack', 'period'] as const).every((key) => (part[key] !== undefined) === keys.includes(key));
  const ofTeams = parts.flatMap(({ namespace, ...part }) =>
    namespace === undefined ? [] : [named({ ...part, namespace })],
  );
  const [all] = parts.filter((part) => isOf(part));
  return {
    source,
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    all,
    teams: ofTeams.filter((part) => isOf(part, 'namespace')).sort(byName),
    stacks: ofTeams.filter((part) => isOf(part, 'namespace', 'stack')).sort(byName),
    periods: parts
      .filter((part) => isOf(part, 'period'))
      .map(({ period = since, ...figures }) => ({
        from: new Date(period).toISOString(),
        to: new Date(Math.min(period + step, until)).toISOString(),
        ...figures,
      }))
      .sort((a, b) => a.from.localeCompare(b.from)),
    flaky: flaky?.map((one) => ({ ...named(one), ...readKind(one.kind) })),
  };
}

const byName = (a: { readonly team: string; readonly stack?: string }, b: typeof a): number =>
  a.team.localeCompare(b.team) || (a.stack ?? '').localeCompare(b.stack ?? '');
