import type { Construct } from 'constructs';
import { promotesTo } from '../../fleet/model';
import { promoteParams } from '../../runs/run/params';
import type { PipelineContext } from './context';
import { TIMEOUTS, stackPipeline } from './context';
import { promoteApps } from '../tasks/release/promote';
import { platformOf } from '../tasks/shared/platform';

/** Promotes apps from one cluster of the team to the next by a commit, where Git owns their Deployments. */
export function promote(scope: Construct, context: PipelineContext): void {
  if (promotesTo(context.team).length === 0) return;
  const pipeline = stackPipeline(scope, context, 'promote', 'Promotes the apps', promoteParams(context.stack));
  const { to, apps } = pipeline.params;
  pipeline.task('promote', context.tasks.use(promoteApps), {
    account: 'release',
    timeout: TIMEOUTS.test,
    params: { to, apps, team: context.team.name, platform: platformOf(context.team) },
  });
}
