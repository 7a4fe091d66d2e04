import { COMPONENT, MANAGED_BY, MANAGER } from '../../words/labels';
import { CLOSE_PARAMS, CLOSE_PREVIEWS, accountName } from '../../words/names';
import { digestOf } from '../../words/digest';
import { OWNED } from './pipeline-run';
import type { PodTemplate } from './pod-template';

/** The TaskRun that closes the previews of a PipelineRun that is over, or that is gone. */

/** Value of `app.kubernetes.io/component` of such a TaskRun. */
export const SWEEPER_COMPONENT = 'sweeper';

/** The previews that a run has open. */
export interface OpenPreviews {
  /** The namespace of the environment. */
  readonly namespace: string;
  /** UID of the PipelineRun. */
  readonly uid: string;
}

/** The name of the TaskRun, which is the same whoever creates it. */
export const closingRunName = ({ namespace, uid }: OpenPreviews): string =>
  `sweep-${digestOf(`${namespace}/${uid}`).slice(-32)}`;

/** Longer than the router takes to let go of a preview. */
const TIMEOUT = '10m0s';

/** The manifest of the TaskRun. It runs as the account that opens and closes previews. https://tekton.dev/docs/pipelines/taskruns/ */
export const closingRun = (previews: OpenPreviews, podTemplate: PodTemplate): object => ({
  apiVersion: 'tekton.dev/v1',
  kind: 'TaskRun',
  metadata: {
    name: closingRunName(previews),
    labels: { [MANAGED_BY]: MANAGER, [COMPONENT]: SWEEPER_COMPONENT },
  },
  spec: {
    taskRef: { name: CLOSE_PREVIEWS },
    serviceAccountName: accountName('preview'),
    timeout: TIMEOUT,
    podTemplate: { ...OWNED, ...podTemplate },
    params: [
      { name: CLOSE_PARAMS.namespace, value: previews.namespace },
      { name: CLOSE_PARAMS.run, value: previews.uid },
    ],
  },
});
