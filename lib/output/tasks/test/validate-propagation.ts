import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { ROUTER_ENV } from '../shared/environment-steps';
import { PROPAGATION } from '../shared/propagation';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/**
 * Proves that the session reaches what changed: a GET with the header and the baggage goes to each entry app, and the
 * router's log must show that it came to the preview of each changed app, over each path. Where it did not, says which
 * app dropped it or could not be reached. Needs the router: other backends log no requests.
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
