import { ANNOTATIONS, LABELS, MANAGER } from '../../../words/labels';
import { BACKEND_HEADER, IMAGE_PLACEHOLDER, ROUTER_LOG } from '../../../words/environment';
import type { Mount, Volume } from '../../../tekton/task';
import type { StringValue } from '../../../tekton/value';

const APPS_FOLDER = '/etc/tekton-dag/apps';

/** ConfigMap `<stack>-apps` with the Deployments; optional, so that a step says what is missing rather than a pod hangs. */
export const appsVolume = (name: StringValue): Volume => ({ name: 'apps', configMap: { name, optional: true } });
/** Where a step reads the Deployments of `appsVolume`. */
export const APPS_MOUNT: Mount = { name: 'apps', mountPath: APPS_FOLDER, readOnly: true };

/**
 * For rollout.sh. A pod may take `ROLLOUT_SECONDS` to get ready; what is plainly wrong may recover within
 * `PATIENCE_SECONDS`.
 */
export const ROLLOUT_ENV = {
  APPS_FOLDER,
  IMAGE_PLACEHOLDER,
  MANAGER,
  COMMIT_ANNOTATION: ANNOTATIONS.commit,
  ROLLOUT_SECONDS: '600',
  PATIENCE_SECONDS: '120',
} as const;

/** For router.sh. DNS remembers a name, or that there is none, for half a minute. */
export const ROUTER_ENV = { BACKEND_HEADER, ROUTER_LOG, ROUTER_SECONDS: '90' } as const;

/** For preview.sh and close-previews.sh. A gateway may collect changes for SETTLE_SECONDS before it follows them. */
export const PREVIEW_ENV = {
  SETTLE_SECONDS: '5',
  LABEL_APP: LABELS.app,
  LABEL_TRACK: LABELS.track,
  LABEL_SESSION: LABELS.session,
  LABEL_RUN_UID: LABELS.runUid,
  HEADER_ANNOTATION: ANNOTATIONS.header,
  RUN_ANNOTATION: ANNOTATIONS.run,
} as const;
