import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/** Secret whose key `url` is the webhook that runs are posted to. */
export const NOTIFY_SECRET = 'notify-webhook';

/**
 * Renders Task `notify`, for hook post-test: it posts how a run ended to the webhook of Secret `notify-webhook`.
 * Without the Secret it posts nothing.
 *
 * Params: the stack, the pipeline, the name of the run, and its status.
 * The TaskRun fails if the webhook does not take the message.
 */
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
