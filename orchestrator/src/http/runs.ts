import { z } from 'zod';
import { pipelineName } from '../../../lib/words/names';
import { LABELS } from '../../../lib/words/labels';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { PHASES } from '../../../lib/runs/ask/run-request';
import type { StackConfig, TeamConfig } from '../../../lib/runs/configuration/configuration';
import { isCancelMarker } from '../../../lib/runs/decisions/cancel-marker';
import { plainWords, toProblem } from '../../../lib/runs/events/payload';
import type { Run } from '../queue/objects';
import { isDone, requestUidOf, succeededOf } from '../queue/objects';
import { HttpProblem } from './problem';

/** Runs as they are shown: from their requests, which outlive them; those without one are `direct`. */

export const query = z.object({
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
 * @param direct runs that were made past the queue
 * @returns `next` is what `continue` takes; undefined at the end
 * @throws HttpProblem[invalid_request]
 */
export function listRuns(
  requests: readonly RunRequest[],
  direct: readonly Run[],
  { consoleUrl, asked }: Shown & { readonly asked: unknown },
): { readonly runs: readonly object[]; readonly next?: string } {
  const read = query.safeParse(asked, { error: plainWords });
  if (!read.success)
    throw new HttpProblem('invalid_request', undefined, { problems: read.error.issues.map(toProblem) });
  const { team, stack, app, pr, state, limit, continue: after } = read.data;
  const shown = requests
    .filter((request) => !isCancelMarker(request))
    .filter(({ spec }) => (team === undefined || spec.team === team) && (stack === undefined || spec.stack === stack))
    .filter(
      ({ spec }) =>
        (app === undefined || (spec.apps?.includes(app) ?? false)) &&
        (pr === undefined || spec.pullRequest?.number === pr),
    )
    .filter((request) => state === undefined || phaseOf(request) === state)
    .map((request) => shownRun(request, { consoleUrl }));
  // nothing is known of what they are for
  const isFiltered = [stack, app, pr, state].some((filter) => filter !== undefined);
  const others = isFiltered
    ? []
    : direct
        .filter(
          (run) => requestUidOf(run) === '' && (team === undefined || run.metadata.labels?.[LABELS.team] === team),
        )
        .map((run) => shownDirect(run, { consoleUrl }));
  const matching = [...shown, ...others]
    .map((run) => ({ run, place: `${run.created}.${run.name}` }))
    .sort((a, b) => (a.place < b.place ? 1 : -1))
    .filter(({ place }) => after === undefined || place < after);
  const page = matching.slice(0, limit);
  return { runs: page.map(({ run }) => run), next: matching.length > limit ? page.at(-1)?.place : undefined };
}

/** How runs are shown. */
export interface Shown {
  /** Where people see a run, with `{namespace}` and `{name}`. */
  readonly consoleUrl?: string;
}

export const linkTo = (consoleUrl: string | undefined, namespace: string, name: string): string | undefined =>
  consoleUrl?.replaceAll('{namespace}', encodeURIComponent(namespace)).replaceAll('{name}', encodeURIComponent(name));

/** One that was made with `tkn` or `kubectl create`. */
const shownDirect = (run: Run, { consoleUrl }: Shown) => ({
  name: run.metadata.name,
  pipeline: run.metadata.labels?.['tekton.dev/pipeline'] ?? '',
  status: succeededOf(run)?.reason ?? (isDone(run) ? 'Unknown' : 'Running'),
  created: run.metadata.creationTimestamp,
  namespace: run.metadata.namespace,
  direct: true,
  url: linkTo(consoleUrl, run.metadata.namespace, run.metadata.name),
});

const phaseOf = ({ status }: RunRequest) => status?.phase ?? 'Queued';

/** The first four are the original's. */
export function shownRun(request: RunRequest, { consoleUrl }: Shown) {
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
    url: linkTo(consoleUrl, metadata.namespace ?? '', metadata.name),
  };
}

/** A team's queue, the next first. */
export function shownQueue(
  { name, namespace, maxConcurrentRuns }: TeamConfig,
  requests: readonly RunRequest[],
  waiting: readonly RunRequest[],
  options: Shown,
) {
  const active = requests.filter(
    (request) => request.metadata.namespace === namespace && ['Admitted', 'Running'].includes(phaseOf(request)),
  );
  return {
    team: name,
    namespace,
    limit: maxConcurrentRuns,
    running: active.map((request) => shownRun(request, options)),
    waiting: waiting.map((request) => shownRun(request, options)),
  };
}

/** A stack; the first four are the original's. */
export const shownStack = ({ name: team, namespace }: TeamConfig, { file, name, description, apps }: StackConfig) => ({
  stack_file: file,
  name,
  description,
  apps: apps.map(({ name, repo, role = '', downstream }) => ({ name, repo, role, downstream })),
  team,
  namespace,
});

/** A team, with the files of its stacks. */
export const shownTeam = ({ stacks, ...team }: TeamConfig) => ({ ...team, stacks: stacks.map(({ file }) => file) });
