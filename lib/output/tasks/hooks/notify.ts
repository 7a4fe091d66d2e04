import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/** Secret with key `url`, the webhook that is told. */
export const NOTIFY_SECRET = 'notify-webhook';

/** `notify`, for hook post-test: posts how the run ended to a webhook; without the Secret it tells nobody. */
export const notify = (scope: Construct, { images }: TaskContext) =>
  new Task(scope, 'notify', {
    description: 'Tells a webhook how a run ended',
    params: { stack: Param.string(), pipeline: Param.string(), 'run-name': Param.string(), status: Param.string() },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => [{ name: 'webhook', secret: { secretName: NOTIFY_SECRET, optional: true } }],
    steps: ({ params }) => [
      {
        name: 'notify',
        image: images('kubectl'),
        script: script('hooks/notify.sh'),
        env: {
          STACK: params.stack,
          PIPELINE: params.pipeline,
          RUN_NAME: params['run-name'],
          STATUS: params.status,
          WEBHOOK: '/credentials/webhook',
          SECRET: NOTIFY_SECRET,
        },
        resources: SMALL,
        mounts: [{ name: 'webhook', mountPath: '/credentials/webhook', readOnly: true }],
      },
    ],
  });
