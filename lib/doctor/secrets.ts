import { clusterSecrets } from '../output/cluster/cluster-secrets';
import type { RequiredSecret } from '../output/secrets/required-secret';
import { createSecret, howMade } from '../output/secrets/required-secret';
import { teamSecrets } from '../output/secrets/secrets-of';
import { list } from '../words/phrase';
import type { Finding } from './finding';
import { findings } from './finding';
import { INSTALL_EXTERNAL_SECRETS } from './kinds';
import type { Read } from './reading';
import { judged } from './reading';
import type { Wanted } from './wanted';

/** The Secrets that the objects refer to are there, of the right type, with the right keys. Values are never looked at. */

const found = findings('secrets');

/** A Secret that is wanted, and how it is made. */
export interface SecretWanted extends RequiredSecret {
  readonly remedy: string;
}

/** What is kept of a Secret of the cluster. */
export interface SecretSeen {
  readonly type: string;
  readonly keys: readonly string[];
}

/**
 * Of all teams, and of what the cluster has for several of them.
 * @param isServed whether the cluster serves ExternalSecret, so that it can say of one why its Secret is missing
 */
export const secretsWanted = ({ teams, cluster, ownSecrets }: Wanted, isServed = true): readonly SecretWanted[] =>
  [...teams.flatMap(teamSecrets), ...ownSecrets, ...clusterSecrets(cluster)].map((secret) => ({
    ...secret,
    remedy: remedyOf(secret, isServed),
  }));

function remedyOf(secret: RequiredSecret, isServed: boolean): string {
  const how = howMade(secret);
  if (how === undefined) return createSecret(secret);
  if (!isServed) return `${how}; ${INSTALL_EXTERNAL_SECRETS}`;
  return `${how}; kubectl describe externalsecret ${secret.name} --namespace=${secret.namespace} says what keeps it away`;
}

export function checkSecret(wanted: SecretWanted, read: Read<SecretSeen | undefined>): readonly Finding[] {
  const { name, namespace, type, keys, use, optional, anyKey, remedy } = wanted;
  const subject = `Secret ${namespace}/${name}`;
  return judged('secrets', subject, read, (seen) => {
    if (seen === undefined)
      return optional
        ? [found('note', subject, `is optional and not there: it ${use}`, remedy)]
        : [found('error', subject, `is missing: it ${use}`, remedy)];
    // what is optional is mounted where it exists
    const severity = optional ? 'warning' : 'error';
    const anew = `kubectl delete secret ${name} --namespace=${namespace}\n${remedy}`;
    if (type !== undefined && seen.type !== type)
      return [found(severity, subject, `is of type ${seen.type}, and ${type} is read`, anew)];
    const missing = anyKey ? (seen.keys.length > 0 ? [] : keys) : keys.filter((key) => !seen.keys.includes(key));
    if (missing.length === 0) return [];
    return [found(severity, subject, `lacks ${missing.length > 1 ? 'keys' : 'key'} ${list(missing, 'and')}`, anew)];
  });
}
