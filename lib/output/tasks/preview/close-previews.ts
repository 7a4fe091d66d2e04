import type { Construct } from 'constructs';
import type { InterceptBackend } from '../../../fleet/team';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import type { TaskContext } from '../shared/context';
import { PREVIEW_ENV, ROUTER_ENV } from '../shared/environment-steps';
import { script } from '../shared/script';
import { HOME, RESTRICTED, SMALL } from '../shared/steps';

/** Kinds that lead requests to previews, the first one first. */
const LEADING_KINDS: Readonly<Record<InterceptBackend, string>> = {
  router: 'services',
  none: 'services',
  gateway: 'httproutes.gateway.networking.k8s.io services',
  mirrord: 'previewsessions.preview.mirrord.metalbear.co',
  telepresence: '',
};

/** Environment of a script that sources close.sh. */
export const closingEnv = (backend: InterceptBackend) => ({
  ...ROUTER_ENV,
  ...PREVIEW_ENV,
  LEADING_KINDS: LEADING_KINDS[backend],
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
  new Task(scope, 'close-previews', {
    description: 'Closes the previews that a run opened',
    params: {
      namespace: Param.string({ description: 'Namespace of the environment' }),
      'run-uid': Param.string({ description: 'UID of the PipelineRun' }),
    },
    steps: ({ params }) => [
      {
        name: 'close',
        image: images('kubectl'),
        script: script('preview/close-previews.sh'),
        env: { ...HOME, ...closingEnv(team.interceptBackend), NAMESPACE: params.namespace, RUN_UID: params['run-uid'] },
        resources: SMALL,
        securityContext: RESTRICTED,
      },
    ],
  });
