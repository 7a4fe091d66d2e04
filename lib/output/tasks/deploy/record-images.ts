import type { Construct } from 'constructs';
import { Result, Task } from '../../../tekton/task';
import { gitMounts, gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { ofTeam } from '../shared/of-team';
import { PULL_REQUEST, platformEnv, platformParam, toolsStep } from '../shared/platform';
import { script } from '../shared/script';
import { HOME, OWN_HOME, RESTRICTED, SMALL } from '../shared/steps';
import { TASK_RUNS } from '../shared/task-runs';

const IMAGES_FILE = `${HOME.HOME}/images`;

/**
 * Renders Task `record-images`: it commits the digests of the images that a run has built, with their Deployments,
 * for Argo CD to apply.
 *
 * It takes no params of the run: it asks for the TaskRuns of its own. A result of a build that was skipped would skip this
 * task, too. Results: the commit, and the pull request that it waits
 * in, if the branch takes no push.
 * The TaskRun fails if the repository cannot be cloned or pushed to, or synth has left no template.
 */
export const recordImages = (scope: Construct, { team, images }: TaskContext) =>
  new Task(scope, 'record-images', {
    description: 'Records in Git the images that a run has built',
    params: { team: ofTeam(team, team.name, 'Whose images they are'), ...platformParam(team) },
    results: {
      COMMIT: Result.string('Commit that records them'),
      PULL_REQUEST: Result.string(PULL_REQUEST),
    },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => gitSecrets(team, 'write'),
    steps: ({ params }) => [
      toolsStep(images),
      {
        name: 'list',
        image: images('kubectl'),
        script: script('deploy/list-images.sh'),
        env: { ...TASK_RUNS, IMAGES_FILE },
        resources: SMALL,
      },
      {
        name: 'record',
        image: images('platform'),
        script: script('deploy/record-images.sh'),
        env: {
          ...OWN_HOME,
          IMAGES_FILE,
          TEAM: params.team,
          ...platformEnv(team, params, 'write'),
        },
        results: ['COMMIT', 'PULL_REQUEST'],
        resources: SMALL,
        mounts: gitMounts('write'),
      },
    ],
  });
