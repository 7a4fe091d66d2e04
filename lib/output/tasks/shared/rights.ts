import type { Backend } from '../../backends/backend';
import { groupOf } from '../../backends/backends';
import type { Rule } from './rule';
import { rule } from './rule';

/** What the scripts that deploy, preview and validate need in the namespace of an environment, by account. */
export interface EnvironmentRights {
  readonly deploy: readonly Rule[];
  readonly preview: readonly Rule[];
}

/** Why a Deployment does not get ready. */
const DIAGNOSE = [rule('', 'pods', 'get', 'list'), rule('', 'pods/log', 'get'), rule('', 'events', 'list')];

/** `apply` on the server's side asks for `create`, too, where there is nothing yet; `delete` by label lists first. */
const OPEN_AND_CLOSE = ['get', 'list', 'create', 'patch', 'delete'];

/**
 * The rules of the Roles in an environment, by account, for a backend. They are what the scripts ask the API server
 * for.
 */
export const environmentRights = ({ kinds }: Backend): EnvironmentRights => ({
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
    // what leads requests to a preview besides its Service
    ...kinds.map((kind) => rule(groupOf(kind), kind.plural, ...OPEN_AND_CLOSE)),
    ...DIAGNOSE,
  ],
});
