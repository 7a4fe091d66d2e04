import type { Construct } from 'constructs';
import { bumpTask, findImageTask, imagePath, tagTask } from '../../words/names';
import { isIn, notIn } from '../../tekton/task';
import { text } from '../../tekton/value';
import { addBuilds } from './builds';
import type { PipelineContext } from './context';
import { TIMEOUTS, entryOf, stackPipeline } from './context';
import { addDeploy, addRollout } from './deploys';
import { addFinalHooks, addHooks } from './hooks';
import { addUnitTests } from './matrices';
import { addVerification } from './verifications';
import { mergeReleaseParams } from '../../runs/run/params';
import { bumpVersion, deployedFor } from '../tasks/release/bump-version';
import { findTestedImage } from '../tasks/release/find-tested-image';
import { releaseVersion } from '../tasks/release/release-version';
import { tagRelease } from '../tasks/release/tag-release';
import { platformOf } from '../tasks/shared/platform';

/**
 * Releases one app at the merge commit: finds the image that a trusted pull request run tested with the same tree and
 * copies it by digest, else builds; deploys it, records the version in Git, tags it with the version. A version is given
 * to what serves: one that was rolled back would keep it from the commit that fixes it. Where Git owns the Deployments, the
 * commit comes first, and the run waits for what Argo CD makes of it. Each step finds what an earlier run has done.
 */
export function mergeRelease(scope: Construct, context: PipelineContext): void {
  const { stack, team, tasks } = context;
  const pipeline = stackPipeline(scope, context, 'merge-release', 'Releases an app', mergeReleaseParams());
  const { params } = pipeline;
  const platform = platformOf(team);
  const facts = { revision: params.revision, session: '', 'changed-apps': [params.app], scope: 'release' };
  const checked = pipeline.task('release-version', tasks.use(releaseVersion), {
    account: 'release',
    timeout: TIMEOUTS.short,
    params: { app: params.app, version: params.version, platform },
  });

  const found = new Map(
    stack.apps.map((app) => [
      app.name,
      pipeline.task(findImageTask(app.name), tasks.use(findTestedImage), {
        when: [isIn(app.name, [params.app])],
        account: 'release',
        timeout: TIMEOUTS.short,
        params: {
          app: app.name,
          url: app.cloneUrl,
          revision: params.revision,
          stack: stack.name,
          image: imagePath(stack.registry.push, 'pr', app.name),
        },
      }).results,
    ]),
  );
  const prepared = addHooks(context, pipeline, 'pre-build', facts);
  const built = addBuilds(context, pipeline, stack.apps, {
    when: (app) => [isIn(app.name, [params.app])],
    revision: params.revision,
    appRevision: () => '',
    scope: 'release',
    image: (app) => imagePath(stack.registry.push, 'release', app.name),
    forceRebuild: params['force-rebuild'],
    tested: (app) => entryOf(found, app),
    after: prepared,
  });

  const isGitOps = team.environment.deploy === 'gitops';
  for (const app of stack.apps) {
    const when = [isIn(app.name, [params.app])];
    const pushed = entryOf(built, app);
    const { IMAGE_DIGEST: digest, COMMIT: commit } = pushed.results;
    const image = text`${imagePath(stack.registry.pull, 'release', app.name)}@${digest}`;
    const scanned = addHooks(context, pipeline, 'post-build', facts, { built: { app, image, commit, when } });
    // what a pull request has tested is not tested again; what is built anew of the same files by other settings is
    const unitTested = addUnitTests(context, pipeline, app, {
      when: [...when, notIn(digest, [entryOf(found, app).DIGEST])],
      after: prepared,
      revision: params.revision,
      appRevision: '',
      scope: 'release',
      isReported: false,
    });
    const ready = [...scanned, ...addVerification(context, pipeline, app, when, pushed), ...unitTested, checked];
    const push = imagePath(stack.registry.push, 'release', app.name);
    const bumped = pipeline.task(bumpTask(app.name), tasks.use(bumpVersion), {
      when,
      after: isGitOps ? ready : [addDeploy(context, pipeline, app, { image, commit, when, after: ready })],
      account: 'release',
      timeout: TIMEOUTS.short,
      params: { app: app.name, version: params.version, digest, image: push, deployed: deployedFor(team), platform },
    });
    pipeline.task(tagTask(app.name), tasks.use(tagRelease), {
      when,
      // Chains signs what this says of the image, too
      account: team.builder ? 'push' : 'release',
      timeout: TIMEOUTS.short,
      params: { image: push, digest, version: bumped.results.VERSION },
    });
    if (isGitOps)
      addRollout(context, pipeline, app, {
        image,
        commit: bumped.results.COMMIT,
        // what waits in a pull request is brought when that is merged
        when: [...when, isIn(bumped.results.PULL_REQUEST, [''])],
      });
  }
  addFinalHooks(context, pipeline, 'post-test', facts);
}
