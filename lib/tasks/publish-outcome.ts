import type { Construct } from 'constructs';
import { REPORTS_CLAIM } from '../contract/names';
import { Param } from '../tekton/param';
import { PIPELINE_RUN_NAME, Task } from '../tekton/task';
import { taskContext } from '../tekton/value';
import type { TaskContext } from './context';
import { script } from './script';
import { HOME, RESTRICTED, SMALL } from './step';

/** `publish-outcome`: keeps `<run>/outcome.json` beside the reports: how each task ended, with its results. */
export const publishOutcome = (scope: Construct, { images }: TaskContext) =>
  new Task(scope, 'publish-outcome', {
    description: 'Keeps how a run went beside its reports',
    params: { stack: Param.string(), pipeline: Param.string(), status: Param.string() },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => [{ name: 'reports', persistentVolumeClaim: { claimName: REPORTS_CLAIM } }],
    steps: ({ params }) => [
      {
        name: 'publish',
        image: images('kubectl'),
        script: script('publish-outcome.sh'),
        env: { RUN_NAME: PIPELINE_RUN_NAME, NAMESPACE: taskContext.namespace, STACK: params.stack, PIPELINE: params.pipeline, STATUS: params.status },
        resources: SMALL,
        mounts: [{ name: 'reports', mountPath: '/reports' }],
      },
    ],
  });
