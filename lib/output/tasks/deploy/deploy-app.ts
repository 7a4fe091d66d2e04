import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { APPS_MOUNT, ROLLOUT_ENV, appsVolume } from '../shared/environment-steps';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/**
 * Renders Task `deploy-app`: it applies the Deployment of an app's stable pods with a new image and waits until they
 * serve. The Deployment comes from ConfigMap `apps`. Server-side apply leaves alone what others set, such as replicas
 * by an autoscaler or annotations of a mesh.
 *
 * Params: the app, the namespace of its environment, the ConfigMap, the image by digest, and the commit of its source.
 * The TaskRun fails if the pods do not get ready: it says why and goes back to the newest template that has ready
 * pods.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export const deployApp = (scope: Construct, { images }: TaskContext) =>
  new Task(scope, 'deploy-app', {
    description:
      'Deploys an image of an app to its stable pods; goes back to the last one that served if it does not get ready',
    params: {
      app: Param.string(),
      namespace: Param.string({ description: 'Namespace of the environment' }),
      apps: Param.string({ description: 'ConfigMap with the Deployments of the stack' }),
      image: Param.string({ description: 'As a node pulls it, by digest' }),
      commit: Param.string({ description: 'Commit of its source' }),
    },
    volumes: ({ params }) => [appsVolume(params.apps)],
    steps: ({ params }) => [
      {
        name: 'deploy',
        image: images('kubectl'),
        script: script('deploy/deploy-app.sh'),
        env: {
          ...HOME,
          ...ROLLOUT_ENV,
          UNDO_SECONDS: '180',
          APP: params.app,
          NAMESPACE: params.namespace,
          APPS: params.apps,
          IMAGE: params.image,
          COMMIT: params.commit,
        },
        mounts: [APPS_MOUNT],
        resources: SMALL,
        securityContext: RESTRICTED,
      },
    ],
  });
