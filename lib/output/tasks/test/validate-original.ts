import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { ROUTER_ENV } from '../shared/environment-steps';
import { PROPAGATION } from '../shared/propagation';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/**
 * Proves that nobody else meets what changed: GETs without a session, and of one that is not open, go to each entry app;
 * stable pods must answer, and the router's log must show no request of the session to a preview meanwhile. So nothing
 * else may use the session while it runs: it belongs after validate-propagation and before the tests. Needs the router.
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
