import type { Team } from '../../../fleet/model';
import type { Mount, Volume } from '../../../tekton/task';
import type { StringValue } from '../../../tekton/value';
import { text } from '../../../tekton/value';

const PUSH: Mount = { name: 'push', mountPath: '/credentials/registry', readOnly: true };
/** The Secret that pushes, for a step that sources registry.sh. */
export const REGISTRY_MOUNTS = [PUSH];

/** For registry.sh: how the registry is reached, and which Secret a message names. */
export const registryEnv = (team: Team, scope: StringValue) => ({
  INSECURE: String(team.insecureRegistry),
  REGISTRY_AUTH: PUSH.mountPath,
  SECRET: text`${team.secrets.names.registryPush}-${scope}`,
});

/** Volume with the Secret of a scope; the Secret may push to the path of that scope alone. */
export const registrySecret = (team: Team, scope: StringValue): Volume =>
  registryAuth(PUSH.name, text`${team.secrets.names.registryPush}-${scope}`);

/**
 * Volume with a kubernetes.io/dockerconfigjson Secret as config.json. The Secret is optional: without it the registry
 * is asked anonymously.
 */
export const registryAuth = (name: string, secretName: StringValue): Volume => ({
  name,
  secret: { secretName, optional: true, items: [{ key: '.dockerconfigjson', path: 'config.json' }] },
});
