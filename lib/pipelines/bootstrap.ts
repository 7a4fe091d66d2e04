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
 * up; then asks the entry apps whether the whole answers. Apps that are not selected are skipped.
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

  const ready = new Map<string, PipelineTask>();
  for (const app of apps) {
    const build = built.get(app.name)!;
    const image = text`${imagePath(stack.registry.pull, 'release', app.name)}@${build.results.IMAGE_DIGEST}`;
    const scanned = addHooks(context, pipeline, 'post-build', facts, { app: { name: app.name, image, when: selected(app) } });
    const after = [...scanned, ...app.downstream.flatMap((name) => ready.get(name) ?? [])];
    ready.set(app.name, team.environment.deploy === 'gitops' ? build : addDeploy(context, pipeline, app, { image, commit: build.results.COMMIT, when: selected(app), after }));
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
