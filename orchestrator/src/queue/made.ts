import { ANNOTATIONS } from '../../../lib/words/labels';
import type { Made } from '../../../lib/runs/ask/made';
import { TOOLS_MAX, madeSchema } from '../../../lib/runs/ask/made';
import type { Run } from './objects';
import type { TaskRun } from './task';

/** What a run was made of, as the cluster has it: pure. */

/** What was known when it was composed, whichever replica did that; nothing where somebody has written what cannot be into the run. */
export function madeOf({ metadata: { annotations = {} } }: Run): Made {
  const known = {
    pipeline: annotations[ANNOTATIONS.pipelineHash],
    configuration: annotations[ANNOTATIONS.configurationHash],
    commit: annotations[ANNOTATIONS.syncedCommit],
    version: annotations[ANNOTATIONS.version],
  };
  const said = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  // what the API server would not take into the status would hold up the run
  return madeSchema.safeParse(said).data ?? {};
}

const DIGEST = '@sha256:';
const TOOL_MAX = 255;

/** The images of all steps. Of what a node built or loaded itself there is no digest, and nobody could have it again. */
export function toolsOf(taskRuns: readonly TaskRun[]): readonly string[] {
  const images = taskRuns.flatMap(({ status }) => status?.steps?.flatMap(({ imageID }) => imageID ?? []) ?? []);
  // some runtimes say before it how they have it: `docker-pullable://`
  return [...new Set(images.map((image) => image.split('://').at(-1) ?? ''))]
    .filter((image) => image.includes(DIGEST) && image.length <= TOOL_MAX)
    .sort()
    .slice(0, TOOLS_MAX);
}
