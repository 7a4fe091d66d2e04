import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { PIPELINE_RUN_NAME, Task } from '../../../tekton/task';
import { text } from '../../../tekton/value';
import { backendOf } from '../../backends/backends';
import type { TaskContext } from '../shared/context';
import { APPS_MOUNT, PREVIEW_ENV, ROLLOUT_ENV, ROUTER_ENV, appsVolume } from '../shared/environment-steps';
import { PROPAGATION } from '../shared/propagation';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/**
 * Renders Task `preview-app`: it opens the preview of an app, which is a Deployment beside the stable one and an
 * object that leads requests of the session there. The TaskRun succeeds once requests arrive. The params are the same
 * for every backend; `BACKENDS` says what each needs of the cluster (lib/output/backends).
 *
 * All objects are named `<app>-<session>`. Label `tekton-dag.io/run-uid` lets close-previews find them. A second run takes
 * over what is there.
 *
 * Params: the app with its ports, the namespace of its environment, and the ConfigMap with its Deployment. Also the image by
 * digest, the commit of its source, the UID of the PipelineRun, and the session as the stack propagates it.
 * The TaskRun fails if the pods do not get ready or requests do not arrive in time, and says why.
 */
export const previewApp = (scope: Construct, { team, images }: TaskContext) => {
  const backend = backendOf(team);
  return new Task(scope, 'preview-app', {
    description: `Runs an image of an app beside its stable pods; ${backend.how}`,
    params: {
      app: Param.string(),
      namespace: Param.string({ description: 'Namespace of the environment' }),
      apps: Param.string({ description: 'ConfigMap with the Deployments of the stack' }),
      image: Param.string({ description: 'As a node pulls it, by digest' }),
      commit: Param.string({ description: 'Commit of its source' }),
      'run-uid': Param.string({ description: 'UID of the PipelineRun: what it opens is closed by it' }),
      'service-port': Param.string(),
      'container-port': Param.string(),
      ...PROPAGATION,
    },
    volumes: ({ params }) => [appsVolume(params.apps)],
    steps: ({ params }) => [
      {
        name: 'preview',
        image: images('kubectl'),
        script: script(backend.script),
        env: {
          ...HOME,
          ...ROLLOUT_ENV,
          ...ROUTER_ENV,
          ...PREVIEW_ENV,
          ...backend.env?.(images, team),
          NAME: text`${params.app}-${params.session}`,
          APP: params.app,
          NAMESPACE: params.namespace,
          APPS: params.apps,
          IMAGE: params.image,
          COMMIT: params.commit,
          SESSION: params.session,
          RUN_UID: params['run-uid'],
          RUN_NAME: PIPELINE_RUN_NAME,
          SERVICE_PORT: params['service-port'],
          CONTAINER_PORT: params['container-port'],
          HEADER: params.header,
          BAGGAGE_KEY: params['baggage-key'],
        },
        mounts: [APPS_MOUNT],
        resources: SMALL,
        securityContext: RESTRICTED,
      },
    ],
  });
};
