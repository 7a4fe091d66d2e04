import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Result, Task } from '../../../tekton/task';
import { GIT_MOUNTS, gitEnv, gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { script } from '../shared/script';
import { HOME, MEDIUM, RESTRICTED, SMALL, SOURCE } from '../shared/steps';

/**
 * Renders Task `bump-version`: it records a release in versions.yaml of the platform repository and begins the next
 * patch (`1.2.4-rc.0`). Where Git owns the Deployments, the same commit holds the team's `dist/`.
 *
 * Params: the app, its version, the digest of its image, and the mode. Result `COMMIT` is the commit. Mode `rc` counts
 * a candidate that passed. No Pipeline here uses it: the run of a pull request holds no credential that writes to Git,
 * so it is for whoever sees the run succeed.
 * The TaskRun fails if versions.yaml has no such app or the commit cannot be pushed.
 */
export const bumpVersion = (scope: Construct, { team, images }: TaskContext) => {
  const synth = team.environment.deploy === 'gitops';
  return new Task(scope, 'bump-version', {
    description: 'Records the version of an app in Git',
    params: {
      app: Param.string(),
      version: Param.string({ default: '' }),
      digest: Param.string({ default: '' }),
      mode: Param.string({ default: 'release', description: 'release or rc' }),
    },
    results: { COMMIT: Result.string('Commit that records it') },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => gitSecrets(team),
    steps: ({ params, results }) => [
      {
        name: 'bump',
        image: images(synth ? 'platform' : 'git'),
        script: script('release/bump-version.sh'),
        env: {
          MODE: params.mode,
          APP: params.app,
          VERSION: params.version,
          DIGEST: params.digest,
          URL: team.platform.repoURL ?? '',
          BRANCH: team.platform.revision,
          VERSIONS_FILE: team.versionsFile,
          SYNTH: synth ? team.name : '',
          SOURCE,
          COMMIT_PATH: results.COMMIT.path,
          ...gitEnv(team),
        },
        resources: synth ? MEDIUM : SMALL,
        mounts: GIT_MOUNTS,
      },
    ],
  });
};
