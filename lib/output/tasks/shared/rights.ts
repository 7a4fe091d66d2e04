import type { InterceptBackend } from '../../../fleet/team';

/** A rule of a Role. https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** What the scripts that deploy, preview and validate need in the namespace of an environment, by account. */
export interface EnvironmentRights {
  readonly deploy: readonly Rule[];
  readonly preview: readonly Rule[];
}

const rule = (apiGroup: string, resource: string, ...verbs: readonly string[]): Rule => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs,
});

/** Why a Deployment does not get ready. */
const DIAGNOSE = [rule('', 'pods', 'get', 'list'), rule('', 'pods/log', 'get'), rule('', 'events', 'list')];

/** `apply` on the server's side asks for `create`, too, where there is nothing yet; `delete` by label lists first. */
const OPEN_AND_CLOSE = ['get', 'list', 'create', 'patch', 'delete'];

/** What leads requests to a preview besides its Service. */
const BACKENDS: Readonly<Record<InterceptBackend, readonly Rule[]>> = {
  router: [],
  none: [],
  gateway: [rule('gateway.networking.k8s.io', 'httproutes', ...OPEN_AND_CLOSE)],
  mirrord: [rule('preview.mirrord.metalbear.co', 'previewsessions', ...OPEN_AND_CLOSE)],
  telepresence: [],
};

/**
 * The rules of the Roles in an environment, by account, for a backend. They are what the scripts ask the API server
 * for.
 */
export const environmentRights = (backend: InterceptBackend): EnvironmentRights => ({
  deploy: [
    // rolling back writes the template of an earlier ReplicaSet
    rule('apps', 'deployments', 'get', 'create', 'patch'),
    rule('apps', 'replicasets', 'list'),
    ...DIAGNOSE,
  ],
  preview: [
    rule('apps', 'deployments', ...OPEN_AND_CLOSE),
    rule('', 'services', ...OPEN_AND_CLOSE),
    // where the router's replicas are
    rule('discovery.k8s.io', 'endpointslices', 'list'),
    ...BACKENDS[backend],
    ...DIAGNOSE,
  ],
});
