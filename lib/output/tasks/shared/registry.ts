import type { Team } from '../../../fleet/model';
import type { Mount, Volume } from '../../../tekton/task';
import type { StringValue } from '../../../tekton/value';
import { text } from '../../../tekton/value';

/** Access of a step to the registry: the Secret of a scope may push to the path of that scope alone. */

const PUSH: Mount = { name: 'push', mountPath: '/credentials/registry', readOnly: true };
export const REGISTRY_MOUNTS = [PUSH];

export const registryEnv = (team: Team, scope: StringValue) => ({
  INSECURE: String(team.insecureRegistry),
  REGISTRY_AUTH: PUSH.mountPath,
  SECRET: text`${team.secrets.names.registryPush}-${scope}`,
});

export const registrySecret = (team: Team, scope: StringValue): Volume =>
  registryAuth(PUSH.name, text`${team.secrets.names.registryPush}-${scope}`);

/** A kubernetes.io/dockerconfigjson Secret as config.json; without it the registry is asked as nobody. */
export const registryAuth = (name: string, secretName: StringValue): Volume => ({
  name,
  secret: { secretName, optional: true, items: [{ key: '.dockerconfigjson', path: 'config.json' }] },
});
