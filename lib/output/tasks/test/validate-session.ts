import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { ROUTER_ENV } from '../shared/environment-steps';
import { PROPAGATION } from '../shared/propagation';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/**
 * Renders Task `validate-session`. One step proves that the session reaches the changed apps, the next one that nothing
 * else does. One pod does both, and one after the other: a request of the session, sent by the first, would look like a
 * leak to the second. So nothing else may use the session meanwhile: place it before the tests.
 *
 * - `propagation` sends a GET with the header and the baggage to each entry app. The router's log must show that the request
 *   came to the preview of each changed app, over each path. It names the app that dropped the session or did not answer.
 * - `original` sends GETs without a session, and of a session that is not open, to each entry app. Stable pods must
 *   answer, and the router's log must show no request of the session to a preview meanwhile.
 *
 * Params: the namespace of the environment, the session, the changed apps, the paths as `entry>…>app`, and the entry
 * apps as `app=url`. It needs the router: other backends log no requests.
 */
export const validateSession = (scope: Construct, { images }: TaskContext) =>
  new Task(scope, 'validate-session', {
    description: 'Checks that the session reaches the previews, and that requests without it meet stable pods alone',
    params: {
      namespace: Param.string({ description: 'Namespace of the environment' }),
      ...PROPAGATION,
      'changed-apps': Param.array({ description: 'Apps that have a preview' }),
      paths: Param.array({ description: '`entry>…>app`; those to an app that is not changed are passed over' }),
      entries: Param.array({ description: '`app=url` of each entry app' }),
    },
    steps: ({ params }) => {
      const common = { image: images('kubectl'), resources: SMALL, securityContext: RESTRICTED };
      const env = {
        ...HOME,
        ...ROUTER_ENV,
        NAMESPACE: params.namespace,
        SESSION: params.session,
        HEADER: params.header,
        BAGGAGE_KEY: params['baggage-key'],
      };
      return [
        {
          ...common,
          name: 'propagation',
          script: script('test/validate-propagation.sh'),
          env: { ...env, PROPAGATION_SECONDS: '60' },
          args: ['--changed-apps', params['changed-apps'], '--paths', params.paths, '--entries', params.entries],
        },
        {
          ...common,
          name: 'original',
          script: script('test/validate-original.sh'),
          env: { ...env, ORIGINAL_SECONDS: '30' },
          args: ['--changed-apps', params['changed-apps'], '--entries', params.entries],
        },
      ];
    },
  });
