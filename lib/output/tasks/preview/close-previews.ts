import type { Construct } from 'constructs';
import type { InterceptBackend } from '../../../fleet/team';
import type { KindRef } from '../../../kube/api';
import { Param } from '../../../tekton/param';
import { Task } from '../../../tekton/task';
import { CLOSE_PARAMS, CLOSE_PREVIEWS } from '../../../words/names';
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

const DEPLOYMENTS: KindRef = { apiVersion: 'apps/v1', plural: 'deployments' };
/** By backend the kind of the object that a preview begins with, and that closing it deletes last: while one is there, the preview is open. */
export const OPEN_KIND: Readonly<Record<InterceptBackend, KindRef>> = {
  router: DEPLOYMENTS,
  none: DEPLOYMENTS,
  gateway: DEPLOYMENTS,
  mirrord: { apiVersion: 'preview.mirrord.metalbear.co/v1alpha', plural: 'previewsessions' },
  telepresence: DEPLOYMENTS,
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
        env: { ...HOME, ...closingEnv(team.interceptBackend), NAMESPACE: params.namespace, RUN_UID: params['run-uid'] },
        resources: SMALL,
        securityContext: RESTRICTED,
      },
    ],
  });
