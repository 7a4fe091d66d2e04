import type { App } from '../../fleet/model';
import { buildTask as buildTaskName, pushTask } from '../../words/names';
import { lanes } from '../../tekton/spec/lanes';
import { buildTask } from '../tasks/build/build';
import type { PushResults } from '../tasks/build/build-interface';
import { buildParams, builderOf, testsInBuild, unitReports } from '../tasks/build/build-interface';
import { pushImage } from '../tasks/build/push-image';
import type { Pipeline, PipelineTask } from '../../tekton/pipeline';
import type { ParamDeclarations } from '../../tekton/param';
import type { Guard } from '../../tekton/task';
import type { StringValue } from '../../tekton/value';
import type { PipelineContext } from './context';
import { TIMEOUTS, timeoutOf } from './context';

/** What differs between the Pipelines that build. */
export interface BuildChoices {
  readonly when: (app: App) => readonly Guard[];
  readonly revision?: StringValue;
  readonly appRevision: (app: App) => StringValue;
  readonly scope: StringValue;
  /** Where the image is pushed, without tag. */
  readonly image: (app: App) => StringValue;
  /** Where releases are. @default - where the image is pushed */
  readonly releaseImage?: (app: App) => StringValue;
  readonly forceRebuild?: StringValue;
  /** An image that was tested, and the key of its build: it is used where this build has the same key. */
  readonly tested?: (app: App) => Readonly<Record<'IMAGE' | 'KEY', StringValue>>;
  readonly releasedVersion?: (app: App) => StringValue;
  /** Whether what unit tests report is kept. */
  readonly keepsReports?: boolean;
  /** What every build waits for. */
  readonly after?: readonly PipelineTask[];
}

/**
 * Adds `build-<app>` and `push-<app>` for each app. Builds are laid in lanes: at most `maxParallelBuilds` run at once,
 * whatever the call graph.
 * @param apps in the order in which they are to be built
 * @returns `push-<app>`, which says what image there is
 */
export function addBuilds(
  context: PipelineContext,
  pipeline: Pipeline<ParamDeclarations>,
  apps: readonly App[],
  choices: BuildChoices,
): ReadonlyMap<string, PipelineTask<PushResults>> {
  const built = new Map<string, PipelineTask>();
  const pushed = new Map<string, PipelineTask<PushResults>>();
  const waitsFor = lanes(
    apps.map((app) => app.name),
    context.team.maxParallelBuilds,
  );
  for (const app of apps) {
    const before = built.get(waitsFor.get(app.name) ?? '');
    const source = {
      ...buildParams(app, context.tasks.context),
      image: choices.image(app),
      ...(choices.releaseImage && { 'release-image': choices.releaseImage(app) }),
      revision: choices.revision,
      'app-revision': choices.appRevision(app),
      scope: choices.scope,
      'force-rebuild': choices.forceRebuild,
      'tested-image': choices.tested?.(app).IMAGE,
      'tested-key': choices.tested?.(app).KEY,
      'released-version': choices.releasedVersion?.(app),
    };
    const reports = choices.keepsReports && testsInBuild(app) ? unitReports(context.team, app) : [];
    const build = pipeline.task(buildTaskName(app.name), context.tasks.use(buildTask, builderOf(app)), {
      when: choices.when(app),
      after: before ? [before] : choices.after,
      timeout: timeoutOf(app.build.timeoutMinutes, TIMEOUTS.build),
      params: {
        ...source,
        ...(reports.length > 0 && { 'unit-reports': reports.join('\n') }),
      },
    });
    built.set(app.name, build);
    const task = pipeline.task(pushTask(app.name), context.tasks.use(pushImage), {
      when: choices.when(app),
      // Chains signs with what this account pushes by, and only releases are signed
      account: choices.scope === 'release' && context.team.builder ? 'push' : undefined,
      timeout: TIMEOUTS.push,
      params: { ...source, built: build.results.BUILT, 'built-commit': build.results.COMMIT },
    });
    pushed.set(app.name, task);
    // Chains reads the first two, and the last is the git tree of the image; to say so of each app is a tenth of a Pipeline
    pipeline.result(`${app.name}-IMAGE_URL`, task.results.IMAGE_URL);
    pipeline.result(`${app.name}-IMAGE_DIGEST`, task.results.IMAGE_DIGEST);
    pipeline.result(`${app.name}-TREE`, task.results.TREE);
  }
  return pushed;
}
