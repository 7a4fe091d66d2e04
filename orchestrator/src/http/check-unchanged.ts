import { changedSince } from '../../../lib/runs/decisions/changed-since';
import type { MadeNow } from '../../../lib/runs/decisions/changed-since';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { PipelineManifest } from '../../../lib/runs/run/compose';
import { pipelineHash } from '../../../lib/runs/run/compose';
import type { KubeApi } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';
import type { Problem } from '../../../lib/words/problem';
import { PIPELINES } from '../queue/objects';
import { configurationHash, pipelineOf } from '../queue/run';
import { HttpProblem } from './problem';
import type { VisibleDeps } from './visible';
import { configurationOf } from './visible';

export interface UnchangedDeps extends Pick<VisibleDeps, 'configuration'> {
  readonly api: Pick<KubeApi, 'get'>;
}

/**
 * Holds what a run was made of against what there is now.
 * @param isReleaser whether who asks may say what is trusted
 * @throws HttpProblem: changed_since with all that differs, api_unavailable
 */
export async function checkUnchanged(deps: UnchangedDeps, found: RunRequest, isReleaser: boolean): Promise<void> {
  const problems = [...changedSince(found, await madeNow(deps, found)), ...(isReleaser ? [] : lostTrust(found))];
  if (problems.length === 0) return;
  throw new HttpProblem('changed_since', 'the run cannot be made again as it was', { problems });
}

async function madeNow(deps: UnchangedDeps, found: RunRequest): Promise<MadeNow> {
  const { namespace } = found.metadata;
  const team = configurationOf(deps).teams.get(found.spec.team);
  const pipeline = await deps.api
    .get<PipelineManifest>(PIPELINES, namespace, pipelineOf(found))
    .catch((error: unknown) => {
      throw error instanceof ApiError ? new HttpProblem('api_unavailable') : error;
    });
  return {
    ...(pipeline && { pipeline: pipelineHash(pipeline) }),
    ...(team !== undefined && team.namespace === namespace && { configuration: configurationHash(found, team) }),
  };
}

/** Untrusted, it has no caches, and its images go elsewhere. */
const lostTrust = ({ metadata: { name }, spec: { trust } }: RunRequest): readonly Problem[] =>
  trust === 'trusted'
    ? [
        {
          file: name,
          path: 'trust',
          message: "it was trusted, and to say that again takes the right to 'release' runrequests",
          severity: 'error',
        },
      ]
    : [];
