import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { ROUTER_ENV } from '../shared/environment-steps';
import { PROPAGATION } from '../shared/propagation';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/**
 * Renders Task `validate-original`: it proves that requests without the session meet stable pods alone. It sends GETs
 * without a session, and of a session that is not open, to each entry app. Stable pods must answer, and the router's
 * log must show no request of the session to a preview meanwhile. So nothing else may use the session while it runs:
 * place it after validate-propagation and before the tests.
 *
 * Params: the namespace of the environment, the session, the changed apps, and the entry apps as `app=url`.
 * The TaskRun fails if a request meets a preview. It needs the router: other backends log no requests.
 */
export const validateOriginal = (scope: Construct, { images }: TaskContext) =>
  new Task(scope, 'validate-original', {
    description: 'Checks that requests without the session meet stable pods alone',
    params: {
      namespace: Param.string({ description: 'Namespace of the environment' }),
      ...PROPAGATION,
      'changed-apps': Param.array({ description: 'Apps that have a preview' }),
      entries: Param.array({ description: '`app=url` of each entry app' }),
    },
    steps: ({ params }) => [
      {
        name: 'validate',
        image: images('kubectl'),
        script: script('test/validate-original.sh'),
        env: {
          ...HOME,
          ...ROUTER_ENV,
          ORIGINAL_SECONDS: '30',
          NAMESPACE: params.namespace,
          SESSION: params.session,
          HEADER: params.header,
          BAGGAGE_KEY: params['baggage-key'],
        },
        args: ['--changed-apps', params['changed-apps'], '--entries', params.entries],
        resources: SMALL,
        securityContext: RESTRICTED,
      },
    ],
  });
