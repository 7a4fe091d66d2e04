import type { Construct } from 'constructs';
import type { App } from '../../fleet/model';
import { imagePath } from '../../words/names';
import { callOrder, entryApps } from '../../fleet/stack-graph';
import type { Pipeline, PipelineTask } from '../../tekton/pipeline';
import { isIn } from '../../tekton/task';
import { text } from '../../tekton/value';
import { addBuilds } from './builds';
import type { PipelineContext } from './context';
import { TIMEOUTS, appUrl, entryOf, stackPipeline } from './context';
import type { DeployChoices } from './deploys';
import { addDeploy, addRollout } from './deploys';
import { addFinalHooks, addHooks } from './hooks';
import { addVerification } from './verifications';
import { bootstrapParams } from '../../runs/run/params';
import { recordImages } from '../tasks/deploy/record-images';
import { platformOf } from '../tasks/shared/platform';
import { smoke } from '../tasks/deploy/smoke';

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
  const facts = { revision: '', session: '', 'changed-apps': params.apps, scope: 'release' };

  const built = addBuilds(context, pipeline, apps, {
    when: selected,
    appRevision: (app) => params['app-revisions'].key(app.name),
    scope: 'release',
    image: (app) => imagePath(stack.registry.push, 'release', app.name),
    forceRebuild: params['force-rebuild'],
    releasedVersion: (app) => params['version-overrides'].key(app.name),
    after: addHooks(context, pipeline, 'pre-build', facts),
  });

  const imageOf = (app: App) =>
    text`${imagePath(stack.registry.pull, 'release', app.name)}@${entryOf(built, app).results.IMAGE_DIGEST}`;
  const passed = new Map(
    apps.map((app) => [
      app.name,
      [
        ...addHooks(context, pipeline, 'post-build', facts, {
          built: { app, image: imageOf(app), commit: entryOf(built, app).results.COMMIT, when: selected(app) },
        }),
        ...addVerification(context, pipeline, app, selected(app), entryOf(built, app)),
      ],
    ]),
  );
  const recorded =
    team.environment.deploy === 'gitops'
      ? addRecord(context, pipeline, [...built.values(), ...[...passed.values()].flat()])
      : undefined;
  const deploy = (app: App, choices: Omit<DeployChoices, 'commit'>) =>
    recorded === undefined
      ? addDeploy(context, pipeline, app, { ...choices, commit: entryOf(built, app).results.COMMIT })
      : addRollout(context, pipeline, app, { ...choices, commit: recorded.results.COMMIT });
  // what waits in a pull request is brought when that is merged
  const brought = recorded === undefined ? [] : [isIn(recorded.results.PULL_REQUEST, [''])];
  const ready = new Map<string, PipelineTask>();
  for (const app of apps) {
    const after = [...entryOf(passed, app), ...app.downstream.flatMap((name) => ready.get(name) ?? [])];
    ready.set(app.name, deploy(app, { image: imageOf(app), when: [...selected(app), ...brought], after }));
  }

  const preTest = addHooks(context, pipeline, 'pre-test', facts, { after: [...ready.values()] });
  pipeline.task('smoke', tasks.use(smoke), {
    when: brought,
    after: preTest,
    account: 'deploy',
    timeout: TIMEOUTS.short,
    params: {
      namespace: stack.environment,
      targets: entryApps(stack.apps).map((app) => `${app.name}=${appUrl(context, app)}`),
    },
  });
  addFinalHooks(context, pipeline, 'post-test', facts);
}

/** Adds what commits the images of the run once all are there. */
const addRecord = ({ team, tasks }: PipelineContext, pipeline: Pipeline, after: readonly PipelineTask[]) =>
  pipeline.task('record-images', tasks.use(recordImages), {
    account: 'release',
    timeout: TIMEOUTS.test,
    after,
    params: { team: team.name, platform: platformOf(team) },
  });
