import { z } from 'zod';
import { PIPELINES, PULL_REQUEST_MAX, pipelineName } from '../../../lib/words/names';
import { writtenNumber } from '../../../lib/words/scalars';
import { LABELS } from '../../../lib/words/labels';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { PHASES } from '../../../lib/runs/ask/run-request';
import type { StackConfig, TeamConfig } from '../../../lib/runs/configuration/configuration';
import type { Run } from '../queue/objects';
import { isDone, requestUidOf, succeededOf } from '../queue/objects';
import { fromCursor, toCursor } from '../history/cursor';
import type { RunHistory } from '../history/run-history';
import type { Place, RunQuery } from '../history/run-query';
import { byPlace, factsOf } from '../history/run-query';
import { checkAsked } from './check-asked';
import { HttpProblem } from './problem';

/** Runs as they are shown: from their requests, which outlive them; those without one are `direct`. */

const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');
/** An instant, or the beginning of a day in UTC. */
export const instant = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .refine((text) => Date.parse(text) >= 0, 'is before 1970, when there were no runs')
  .refine(
    (text) => !(Date.parse(text) > LAST_INSTANT),
    'is after the year 9999, which a time in a text does not reach',
  );
export const word = z.string().min(1).max(255);

export const query = z.object({
  team: word.optional(),
  stack: word.optional(),
  pipeline: z.enum(PIPELINES).optional(),
  app: word.optional(),
  pr: writtenNumber(1, PULL_REQUEST_MAX).optional(),
  branch: word.optional(),
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/i)
    .meta({ description: 'a commit, or at least seven digits of one' })
    .optional(),
  author: word.optional(),
  phase: z.enum(PHASES).optional(),
  state: z.enum(PHASES).meta({ description: 'the same as phase' }).optional(),
  since: instant.optional(),
  limit: writtenNumber(1, 500).default(50),
  continue: z.string().max(1024).optional(),
});

/** What a caller asks for, and what of it the history can be asked. */
interface Asked {
  readonly query: RunQuery;
  /** Whether it asks for what is not known of a run without a request. */
  readonly isFiltered: boolean;
}

/** @throws HttpProblem[invalid_request] */
function readQuery(asked: unknown, namespaces: readonly string[]): Asked {
  const {
    continue: cursor,
    pr: pullRequest,
    phase,
    state,
    commit,
    since: from,
    limit,
    team,
    ...words
  } = checkAsked(query, asked);
  const after = cursor === undefined ? undefined : fromCursor(cursor);
  if (cursor !== undefined && after === undefined)
    throw new HttpProblem('invalid_request', 'continue is not what x-continue of another page was');
  const ofRequest = { ...words, pullRequest, commit: commit?.toLowerCase(), phase: phase ?? state };
  return {
    query: {
      ...ofRequest,
      team,
      namespaces,
      since: from === undefined ? undefined : Date.parse(from),
      after,
      limit,
    },
    isFiltered: Object.values(ofRequest).some((value) => value !== undefined),
  };
}

/** A page of runs. */
export interface RunsPage {
  /** Newest first. */
  readonly runs: readonly object[];
  /** What `continue` takes; undefined at the end. */
  readonly next?: string;
  /** False: the database does not answer, and more may be in it. */
  readonly isComplete: boolean;
}

/** What runs are listed of. */
export interface Listed extends Shown {
  readonly history: Pick<RunHistory, 'page'>;
  /** Runs that were made past the queue, or by it. */
  readonly direct: readonly Run[];
  readonly namespaces: readonly string[];
}

/** @param asked the query of the caller @throws HttpProblem[invalid_request] */
export async function listRuns({ history, direct, namespaces, consoleUrl }: Listed, asked: unknown): Promise<RunsPage> {
  const { query, isFiltered } = readQuery(asked, namespaces);
  // one more tells whether there is another page
  const { runs, isComplete } = await history.page({ ...query, limit: query.limit + 1 });
  const shown = runs.map((run) => ({ run: shownRun(run, { consoleUrl }), place: factsOf(run) as Place }));
  const others = isFiltered
    ? []
    : direct
        .filter((run) => requestUidOf(run) === '' && isAsked(run, query))
        .map((run) => ({ run: shownDirect(run, { consoleUrl }), place: placeOf(run) }));
  const matching = [...shown, ...others].sort((a, b) => byPlace(a.place, b.place));
  const page = matching.slice(0, query.limit);
  const last = page.at(-1);
  return {
    runs: page.map(({ run }) => run),
    next: matching.length > query.limit && last !== undefined ? toCursor(last.place) : undefined,
    isComplete,
  };
}

const placeOf = ({ metadata }: Run): Place => ({
  created: Date.parse(metadata.creationTimestamp) || 0,
  uid: metadata.uid,
});

const isAsked = (run: Run, { team, since: from, after }: RunQuery): boolean => {
  const place = placeOf(run);
  return (
    (team === undefined || run.metadata.labels?.[LABELS.team] === team) &&
    (from === undefined || place.created >= from) &&
    (after === undefined || byPlace(after, place) < 0)
  );
};

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
  const { startedAt, finishedAt, message, results, made } = status;
  return {
    name: metadata.name,
    pipeline: pipelineName(spec.stack, spec.pipeline),
    status: phaseOf(request),
    created: metadata.creationTimestamp ?? '',
    namespace: metadata.namespace,
    team: spec.team,
    stack: spec.stack,
    apps: spec.apps,
    testApps: spec.testApps,
    to: spec.to,
    revision: spec.revision,
    revisions: spec.revisions,
    pullRequest: spec.pullRequest,
    trust: spec.trust,
    overrides: spec.overrides,
    startedAt,
    finishedAt,
    message,
    results,
    made,
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
