import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Result, Task } from '../../../tekton/task';
import { gitMounts, gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { ofTeam } from '../shared/of-team';
import { PULL_REQUEST, platformEnv, platformParam, toolsStep } from '../shared/platform';
import { script } from '../shared/script';
import { HOME, OWN_HOME, RESTRICTED, SMALL } from '../shared/steps';

/**
 * Renders Task `promote`: it commits the versions that one cluster runs as those of the next cluster, with the Deployments
 * there, for Argo CD to apply.
 *
 * Params: the cluster to promote to, and the apps (none: all of them). Results: the commit, and the pull request that it waits
 * in, if the branch takes no push.
 * The TaskRun fails if an app has no version to promote or the commit cannot be pushed.
 */
export const promoteApps = (scope: Construct, { team, images }: TaskContext) =>
  new Task(scope, 'promote', {
    description: 'Promotes released versions to a cluster, in Git',
    params: {
      to: Param.string(),
      apps: Param.array(),
      team: ofTeam(team, team.name, 'Whose versions they are'),
      ...platformParam(team),
    },
    results: {
      COMMIT: Result.string('Commit that promotes them'),
      PULL_REQUEST: Result.string(PULL_REQUEST),
    },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => gitSecrets(team, 'write'),
    steps: ({ params }) => [
      toolsStep(images),
      {
        name: 'promote',
        image: images('platform'),
        script: script('release/promote.sh'),
        args: params.apps,
        env: {
          TEAM: params.team,
          TO: params.to,
          ...OWN_HOME,
          ...platformEnv(team, params, 'write'),
        },
        results: ['COMMIT', 'PULL_REQUEST'],
        resources: SMALL,
        mounts: gitMounts('write'),
      },
    ],
  });
