import { ANNOTATIONS, LABELS } from '../../../lib/words/labels';
import { QUEUE_NAME } from '../../../lib/words/kueue';
import { knownHint } from '../../../lib/words/nearest';
import { PIPELINES, pipelineName } from '../../../lib/words/names';
import { OWN_VERSION } from '../../../lib/words/own-version';
import type { Problem } from '../../../lib/words/problem';
import { InputError, formatProblem } from '../../../lib/words/problem';
import type { PipelineManifest } from '../../../lib/runs/run/compose';
import { composeRun, hashOf } from '../../../lib/runs/run/compose';
import type { Ask } from '../../../lib/runs/ask/ask';
import type { Resolved } from '../../../lib/runs/ask/check-ask';
import { checkAsk } from '../../../lib/runs/ask/check-ask';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import { askedOf } from './asked';
import type { Request } from './objects';
import { NO_QUEUE } from './kueue';
import { PENDING } from './objects';

/** The run of a request: pure. */

/** Name of the Pipeline that a request is to run. */
export const pipelineOf = ({ spec }: Pick<Request, 'spec'>): string => pipelineName(spec.stack, spec.pipeline);

/** What a request waits for whose pipeline only a newer version of this program knows; undefined if this one knows it. */
export const versionAwaited = ({ spec: { pipeline } }: Pick<Request, 'spec'>): string | undefined =>
  PIPELINES.includes(pipeline)
    ? undefined
    : `waits for an orchestrator that knows pipeline '${pipeline}': this one is of an older version`;

/**
 * The manifest, under the request's name. It waits to be started, or to be put into a queue of Kueue: only a run that its
 * request knows is, so one that is made twice, or too late, starts nothing.
 * @param pipeline as the cluster has it now
 * @param commit that the cluster is at, where that is known
 * @throws InputError with everything that is wrong with the request
 */
export function runOf(request: Request, team: TeamConfig, pipeline: PipelineManifest, commit?: string): object {
  const { metadata, spec, ...run } = composeRun(pipeline, askOf(request), {
    ...resolve(request, team),
    embed: team.runs !== 'reference',
    queue: team.queue?.kind,
  });
  const { name, uid, namespace } = request.metadata;
  const { labels, annotations } = metadata;
  return {
    ...run,
    metadata: {
      name,
      namespace,
      labels: { ...labels, [LABELS.request]: name, ...(QUEUE_NAME in labels && { [QUEUE_NAME]: NO_QUEUE }) },
      annotations: {
        ...annotations,
        [ANNOTATIONS.requestUid]: uid,
        [ANNOTATIONS.configurationHash]: configurationHash(request, team),
        [ANNOTATIONS.version]: OWN_VERSION,
        ...askedOf(request),
        ...(commit !== undefined && { [ANNOTATIONS.syncedCommit]: commit }),
      },
    },
    spec: { ...spec, status: PENDING },
  };
}

/**
 * Hash of what a run is composed with beside its Pipeline, and of what its tasks find of the stack in the cluster: all that is
 * known of the team, but for its other stacks and for what says when runs go on.
 */
export function configurationHash({ spec }: Pick<Request, 'spec'>, team: TeamConfig): string {
  const stacks = team.stacks.filter(({ name }) => name === spec.stack);
  return hashOf({ ...team, stacks, maxConcurrentRuns: undefined, queue: undefined });
}

/** What is wrong with a request is wrong without its Pipeline, too. @throws InputError with all of it */
export function checkRequest(request: Request, team: TeamConfig): void {
  const problems = checkAsk(pipelineOf(request), askOf(request), resolve(request, team));
  if (problems.length > 0) throw new InputError(problems);
}

/** What a request is resolved against. @throws InputError if that is not there */
function resolve({ metadata: { name: file }, spec }: Request, team: TeamConfig): Resolved {
  const wrong = (path: string, message: string, more: Partial<Problem>): InputError =>
    new InputError([{ file, path, message, severity: 'error', ...more }]);
  if (spec.team !== team.name)
    throw wrong('team', `is not the team of namespace '${team.namespace}'`, { found: spec.team, expected: team.name });
  const stack = team.stacks.find((one) => one.name === spec.stack);
  if (stack === undefined)
    throw wrong('stack', `is none of team '${team.name}'`, {
      found: spec.stack,
      ...knownHint(
        spec.stack,
        team.stacks.map(({ name }) => name),
      ),
    });
  return { stack, promotesTo: team.promotesTo };
}

/** A test is not trusted where nobody has said that it is. */
const askOf = ({ spec }: Request): Ask =>
  spec.pipeline === 'pr-test' ? { ...spec, trust: spec.trust ?? 'untrusted' } : spec;

/** What to tell about a request that no run can be made of. */
export const refusalOf = ({ problems }: InputError): string => problems.map(formatProblem).join('; ');
