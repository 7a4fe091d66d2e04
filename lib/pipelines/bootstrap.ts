import type { Construct } from 'constructs';
import type { App } from '../contract/model';
import { appsConfigMap, deployTask, imagePath } from '../contract/names';
import { callOrder, entryApps } from '../graph/stack-graph';
import type { Pipeline, PipelineTask } from '../tekton/pipeline';
import { isIn } from '../tekton/task';
import type { StringValue } from '../tekton/value';
import { text } from '../tekton/value';
import { addBuilds } from './builds';
import type { PipelineContext } from './context';
import { TIMEOUTS, appUrl, stackPipeline } from './context';
import { addFinalHooks, addHooks } from './hooks';
import { bootstrapParams } from '../contract/params';

/**
 * Builds every app, as many at once as the team allows; deploys each once its own build is done and what it calls is
 * up; then asks the entry apps whether the whole answers. Apps that are not selected are skipped. Where Git owns the
 * Deployments, all that was built is recorded there in one commit, and waited for.
 */
export function bootstrap(scope: Construct, context: PipelineContext): void {
  const { stack, team, tasks } = context;
  const pipeline = stackPipeline(scope, context, 'bootstrap', 'Builds and deploys the apps', bootstrapParams(stack));
  const { params } = pipeline;
  const apps = callOrder(stack.apps);
  const selected = (app: App) => [isIn(app.name, params.apps)];
  const facts = { revision: '', session: '' };

  const built = addBuilds(context, pipeline, apps, {
    when: selected,
    appRevision: (app) => params['app-revisions'].key(app.name),
    scope: 'release',
    image: (app) => imagePath(stack.registry.push, 'release', app.name),
    cache: 'release',
    forceRebuild: params['force-rebuild'],
    releasedVersion: (app) => params['version-overrides'].key(app.name),
    after: addHooks(context, pipeline, 'pre-build', facts),
  });

  const imageOf = (app: App) => text`${imagePath(stack.registry.pull, 'release', app.name)}@${built.get(app.name)!.results.IMAGE_DIGEST}`;
  const scanned = new Map(apps.map((app) => [app.name, addHooks(context, pipeline, 'post-build', facts, { app: { name: app.name, image: imageOf(app), when: selected(app) } })]));
  const recorded = team.environment.deploy === 'gitops' ? pipeline.task('record-images', tasks.recordImages(), { account: 'release', timeout: TIMEOUTS.test, after: [...built.values(), ...[...scanned.values()].flat()] }) : undefined;
  const ready = new Map<string, PipelineTask>();
  for (const app of apps) {
    const after = [...scanned.get(app.name)!, ...app.downstream.flatMap((name) => ready.get(name) ?? [])];
    const deployed = { image: imageOf(app), when: selected(app), after };
    ready.set(app.name, recorded === undefined ? addDeploy(context, pipeline, app, { ...deployed, commit: built.get(app.name)!.results.COMMIT }) : addRollout(context, pipeline, app, { ...deployed, commit: recorded.results.COMMIT }));
  }

  const preTest = addHooks(context, pipeline, 'pre-test', facts, { after: [...ready.values()] });
  pipeline.task('smoke', tasks.smoke(), {
    after: preTest,
    account: 'deploy',
    timeout: TIMEOUTS.short,
    params: { namespace: stack.environment, targets: entryApps(stack.apps).map((app) => `${app.name}=${appUrl(stack, app)}`) },
  });
  addFinalHooks(context, pipeline, 'post-test', facts);
}

export interface Deployed {
  /** As a node pulls it, by digest. */
  readonly image: StringValue;
  /** Of its source; of the platform repository, where Git owns the Deployments. */
  readonly commit: StringValue;
  readonly when: ReturnType<typeof isIn>[];
  readonly after?: readonly PipelineTask[];
}

/** Adds `deploy-<app>`, which is done once the new pods are ready. */
export function addDeploy({ stack, tasks }: PipelineContext, pipeline: Pipeline, app: App, { when, after, ...given }: Deployed): PipelineTask {
  return pipeline.task(deployTask(app.name), tasks.deployApp(), {
    when,
    after,
    account: 'deploy',
    timeout: TIMEOUTS.deploy,
    params: { app: app.name, namespace: stack.environment, apps: appsConfigMap(stack.name), ...given },
  });
}

/** Adds `deploy-<app>` where Argo CD deploys: it is done once that is. */
export function addRollout({ stack, tasks }: PipelineContext, pipeline: Pipeline, app: App, { when, after, ...given }: Deployed): PipelineTask {
  return pipeline.task(deployTask(app.name), tasks.awaitRollout(), {
    when,
    after,
    account: 'deploy',
    timeout: TIMEOUTS.rollout,
    params: { app: app.name, namespace: stack.environment, ...given },
  });
}
