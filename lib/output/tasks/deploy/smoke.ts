import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/**
 * Renders Task `smoke`: it sends a GET to each target until the target answers with a status below 500, for a minute.
 *
 * Params: the namespace of the environment, and the targets as `app=url`.
 * The TaskRun fails if a target does not answer: it names each, and how many of its pods are ready.
 */
export const smoke = (scope: Construct, { images }: TaskContext) =>
  new Task(scope, 'smoke', {
    description: 'Asks the entry apps whether they answer',
    params: {
      namespace: Param.string({ description: 'Namespace of the environment' }),
      targets: Param.array({ description: '`app=url`' }),
    },
    steps: ({ params }) => [
      {
        name: 'ask',
        image: images('kubectl'),
        script: script('deploy/smoke.sh'),
        env: { ...HOME, SMOKE_SECONDS: '60', NAMESPACE: params.namespace },
        args: params.targets,
        resources: SMALL,
        securityContext: RESTRICTED,
      },
    ],
  });
