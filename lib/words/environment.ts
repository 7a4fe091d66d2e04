/** What the objects of an environment and the Tasks that work in it agree on. */

/** Response header of the router: who answered, `<app>-<session>` or `<app>-stable`. */
export const BACKEND_HEADER = 'x-tekton-dag-backend';
/** First word of the one line that the router logs a request: `tekton-dag app=… session=… to=… status=… path=…`. */
export const ROUTER_LOG = 'tekton-dag';
/** Stands in the Deployments of ConfigMap `<stack>-apps` where deploy-app and preview-app put the image, by digest. */
export const IMAGE_PLACEHOLDER = 'IMAGE';

/** Stands for the session in objects of a backend of fleet.ts until a run opens a preview. */
export const SESSION_VARIABLE = '${SESSION}';
