import type { Construct } from 'constructs';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import { CLOSE_PARAMS, CLOSE_PREVIEWS } from '../../../words/names';
import type { Backend } from '../../backends/backend';
import { backendOf, groupOf } from '../../backends/backends';
import type { TaskContext } from '../shared/context';
import { PREVIEW_ENV, ROUTER_ENV } from '../shared/environment-steps';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/** Environment of a script that sources close.sh. */
export const closingEnv = ({ kinds, hasService }: Backend) => ({
  ...ROUTER_ENV,
  ...PREVIEW_ENV,
  LEADING_KINDS: [...kinds.map((kind) => `${kind.plural}.${groupOf(kind)}`), ...(hasService ? ['services'] : [])].join(
    ' ',
  ),
});

/**
 * Renders Task `close-previews`: it closes every preview that a run opened, in whatever state. First it deletes what
 * leads requests there; once every replica of the router answers from the stable pods, it deletes the Deployments.
 *
 * Params: the namespace of the environment, and the UID of the PipelineRun, by which the previews are found.
 * The TaskRun succeeds where there is nothing to close, and fails if the UID is empty. A replica of the router that goes
 * on leading to a preview is a warning: the preview is closed all the same.
 */
export const closePreviews = (scope: Construct, { team, images }: TaskContext) =>
  new Task(scope, CLOSE_PREVIEWS, {
    description: 'Closes the previews that a run opened',
    params: {
      [CLOSE_PARAMS.namespace]: Param.string({ description: 'Namespace of the environment' }),
      [CLOSE_PARAMS.run]: Param.string({ description: 'UID of the PipelineRun' }),
    },
    steps: ({ params }) => [
      {
        name: 'close',
        image: images('kubectl'),
        script: script('preview/close-previews.sh'),
        env: { ...HOME, ...closingEnv(backendOf(team)), NAMESPACE: params.namespace, RUN_UID: params['run-uid'] },
        resources: SMALL,
        securityContext: RESTRICTED,
      },
    ],
  });
