import type { App } from '../../fleet/model';
import { imagePath, pushTask, verifyImageTask } from '../../words/names';
import type { Pipeline, PipelineTask } from '../../tekton/pipeline';
import type { ParamDeclarations } from '../../tekton/param';
import type { Guard } from '../../tekton/task';
import type { PushResults } from '../tasks/build/build-interface';
import { checkProvenance } from '../tasks/release/check-provenance';
import type { PipelineContext } from './context';
import { TIMEOUTS } from './context';

/**
 * Adds `verify-<app>` where the cluster has Tekton Chains: it ends once there is proof of where the image comes from that
 * `push-<app>` gave. Returns what to wait for: nothing where nobody signs.
 */
export function addVerification(
  { team, stack, tasks }: PipelineContext,
  pipeline: Pipeline<ParamDeclarations>,
  app: App,
  when: readonly Guard[],
  { results }: PipelineTask<PushResults>,
): readonly PipelineTask[] {
  if (team.builder === undefined) return [];
  return [
    pipeline.task(verifyImageTask(app.name), tasks.use(checkProvenance), {
      when,
      account: 'release',
      timeout: TIMEOUTS.short,
      params: {
        url: app.cloneUrl,
        image: imagePath(stack.registry.push, 'release', app.name),
        digest: results.IMAGE_DIGEST,
        commit: results.COMMIT,
        'push-task': pushTask(app.name),
      },
    }),
  ];
}
