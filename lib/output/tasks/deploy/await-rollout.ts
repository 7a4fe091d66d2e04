import type { Construct } from 'constructs';
import { teamProject } from '../../../words/names';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { ROLLOUT_ENV } from '../shared/environment-steps';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/**
 * Renders Task `await-rollout`: it waits until the stable pods of an app run the image that Git names, where Argo CD
 * applies the Deployment. It changes nothing, and a Deployment keeps its older pods until newer ones are ready.
 *
 * Params: the app, the namespace of its environment, the image by digest, and the commit that names the image.
 * The TaskRun fails if the pods are not ready in time, and says why.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
 */
export const awaitRollout = (scope: Construct, { team, images }: TaskContext) =>
  new Task(scope, 'await-rollout', {
    description: 'Waits until Argo CD has brought an image of an app, and it serves',
    params: {
      app: Param.string(),
      namespace: Param.string({ description: 'Namespace of the environment' }),
      image: Param.string({ description: 'As a node pulls it, by digest' }),
      commit: Param.string({ description: 'Commit of the platform repository that names the image' }),
    },
    steps: ({ params }) => [
      {
        name: 'wait',
        image: images('kubectl'),
        script: script('deploy/await-rollout.sh'),
        env: {
          ...HOME,
          // Argo CD looks every three minutes, and a team's application may have to try again
          SYNC_SECONDS: '600',
          ROLLOUT_SECONDS: ROLLOUT_ENV.ROLLOUT_SECONDS,
          PATIENCE_SECONDS: ROLLOUT_ENV.PATIENCE_SECONDS,
          APP: params.app,
          NAMESPACE: params.namespace,
          IMAGE: params.image,
          COMMIT: params.commit,
          APPLICATION: teamProject(team.name),
        },
        resources: SMALL,
        securityContext: RESTRICTED,
      },
    ],
  });
