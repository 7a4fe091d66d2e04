import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { ROUTER_ENV } from '../shared/environment-steps';
import { PROPAGATION } from '../shared/propagation';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/**
 * Renders Task `validate-propagation`: it proves that the session reaches the changed apps. It sends a GET with the
 * header and the baggage to each entry app. The router's log must show that the request came to the preview of each
 * changed app, over each path.
 *
 * Params: the namespace of the environment, the session, the changed apps, the paths as `entry>…>app`, and the entry
 * apps as `app=url`.
 * The TaskRun fails if a preview was not reached: it names the app that dropped the session or did not answer. It
 * needs the router: other backends log no requests.
 */
export const validatePropagation = (scope: Construct, { images }: TaskContext) =>
  new Task(scope, 'validate-propagation', {
    description: 'Follows a request of the session from each entry app to the previews',
    params: {
      namespace: Param.string({ description: 'Namespace of the environment' }),
      ...PROPAGATION,
      'changed-apps': Param.array({ description: 'Apps that have a preview' }),
      paths: Param.array({ description: '`entry>…>app`; those to an app that is not changed are passed over' }),
      entries: Param.array({ description: '`app=url` of each entry app' }),
    },
    steps: ({ params }) => [
      {
        name: 'validate',
        image: images('kubectl'),
        script: script('test/validate-propagation.sh'),
        env: {
          ...HOME,
          ...ROUTER_ENV,
          PROPAGATION_SECONDS: '60',
          NAMESPACE: params.namespace,
          SESSION: params.session,
          HEADER: params.header,
          BAGGAGE_KEY: params['baggage-key'],
        },
        args: ['--changed-apps', params['changed-apps'], '--paths', params.paths, '--entries', params.entries],
        resources: SMALL,
        securityContext: RESTRICTED,
      },
    ],
  });
