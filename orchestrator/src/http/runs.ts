import { z } from 'zod';
import { pipelineName } from '../../../lib/contract/names';
import type { RunRequest } from '../../../lib/contract/run-request';
import { PHASES } from '../../../lib/contract/run-request';
import type { TeamConfig } from '../config/configuration';
import { isMark } from '../events/mark';
import { toProblem } from '../events/payload';
import { HttpProblem } from './problem';

/** Runs as they are shown: from their requests, which outlive them. */

const query = z.object({
  team: z.string().optional(),
  stack: z.string().optional(),
  app: z.string().optional(),
  pr: z.coerce.number().int().optional(),
  state: z.enum(PHASES).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  continue: z.string().optional(),
});

/**
 * Newest first.
 * @returns `next` is what `continue` takes; undefined at the end
 * @throws HttpProblem[invalid_request]
 */
export function listRuns(requests: readonly RunRequest[], namespaces: ReadonlySet<string>, asked: unknown): { readonly runs: readonly object[]; readonly next?: string } {
  const read = query.safeParse(asked);
  if (!read.success) throw new HttpProblem('invalid_request', undefined, { problems: read.error.issues.map(toProblem) });
  const { team, stack, app, pr, state, limit, continue: after } = read.data;
  const matching = requests
    .filter((request) => !isMark(request) && namespaces.has(request.metadata.namespace ?? ''))
    .filter(({ spec }) => (team === undefined || spec.team === team) && (stack === undefined || spec.stack === stack))
    .filter(({ spec }) => (app === undefined || (spec.apps?.includes(app) ?? false)) && (pr === undefined || spec.pullRequest?.number === pr))
    .filter((request) => state === undefined || phaseOf(request) === state)
    .map((request) => ({ request, place: placeOf(request) }))
    .sort((a, b) => (a.place < b.place ? 1 : -1))
    .filter(({ place }) => after === undefined || place < after);
  const page = matching.slice(0, limit);
  return { runs: page.map(({ request }) => shownRun(request)), next: matching.length > limit ? page.at(-1)?.place : undefined };
}

const placeOf = ({ metadata: { creationTimestamp = '', name } }: RunRequest): string => `${creationTimestamp}.${name}`;
const phaseOf = ({ status }: RunRequest) => status?.phase ?? 'Queued';

/** The first four are the original's. */
export function shownRun(request: RunRequest) {
  const { metadata, spec, status = {} } = request;
  const { startedAt, finishedAt, message, results } = status;
  return {
    name: metadata.name,
    pipeline: pipelineName(spec.stack, spec.pipeline),
    status: phaseOf(request),
    created: metadata.creationTimestamp ?? '',
    namespace: metadata.namespace,
    team: spec.team,
    stack: spec.stack,
    apps: spec.apps,
    revision: spec.revision,
    pullRequest: spec.pullRequest,
    trust: spec.trust,
    startedAt,
    finishedAt,
    message,
    results,
  };
}

/** A team's queue, the next first. */
export function shownQueue({ name, namespace, maxConcurrentRuns }: TeamConfig, requests: readonly RunRequest[], waiting: readonly RunRequest[]) {
  const active = requests.filter((request) => request.metadata.namespace === namespace && ['Admitted', 'Running'].includes(phaseOf(request)));
  return { team: name, namespace, limit: maxConcurrentRuns, running: active.map(shownRun), waiting: waiting.map(shownRun) };
}
