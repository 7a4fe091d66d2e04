import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Result, Task } from '../../../tekton/task';
import { gitMounts, gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { platformEnv, platformParam, toolsStep } from '../shared/platform';
import { script } from '../shared/script';
import { HOME, OWN_HOME, RESTRICTED, SMALL } from '../shared/steps';

/**
 * Renders Task `release-version`: before anything is built, it looks whether versions.yaml has the app, and which version
 * is in preparation (`1.2.3-rc.4` becomes `1.2.3`). It also does so where the last release waits in a pull request. Task
 * `bump-version` decides which version the release gets.
 *
 * Params: the app, and a version that is asked for instead. Result `VERSION` is the version.
 * The TaskRun fails if versions.yaml has no such app or the version is none.
 */
export const releaseVersion = (scope: Construct, { team, images }: TaskContext) =>
  new Task(scope, 'release-version', {
    description: 'Says as which version an app is released',
    params: {
      app: Param.string(),
      version: Param.string({ default: '', description: 'Asked for; empty: the one in preparation' }),
      ...platformParam(team),
    },
    results: { VERSION: Result.string('Version of the release') },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => gitSecrets(team, 'read'),
    steps: ({ params }) => [
      toolsStep(images),
      {
        name: 'version',
        image: images('platform'),
        script: script('release/release-version.sh'),
        env: {
          ...OWN_HOME,
          ...platformEnv(team, params, 'read'),
          APP: params.app,
          VERSION: params.version,
        },
        results: ['VERSION'],
        resources: SMALL,
        mounts: gitMounts('read'),
      },
    ],
  });
