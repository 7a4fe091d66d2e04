import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Result, Task } from '../../../tekton/task';
import { cloneStep, gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL, SOURCE } from '../shared/steps';

/**
 * Renders Task `release-version`: it computes the version that an app is released as, from the version in preparation
 * in versions.yaml (`1.2.3-rc.4` becomes `1.2.3`).
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
    },
    results: { VERSION: Result.string('Version of the release') },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => gitSecrets(team),
    steps: ({ params, results }) => [
      cloneStep(team, images, {
        url: team.platform.repoURL ?? '',
        revision: team.platform.revision,
        appRevision: '',
        contextDir: '.',
      }),
      {
        name: 'version',
        image: images('git'),
        script: script('release/release-version.sh'),
        env: {
          APP: params.app,
          VERSION: params.version,
          SOURCE,
          VERSIONS_FILE: team.versionsFile,
          VERSION_PATH: results.VERSION.path,
        },
        resources: SMALL,
      },
    ],
  });
