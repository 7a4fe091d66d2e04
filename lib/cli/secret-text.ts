import type { RequiredSecret } from '../output/secrets/required-secret';
import { createSecret, entryToFill, howMade } from '../output/secrets/required-secret';
import { list } from '../words/phrase';

/** What commands print of Secrets. */

/** What one is, who reads it and what makes it: a paragraph. */
export function shownSecret(secret: RequiredSecret): string {
  const { namespace, name, type, keys, readBy, use, optional } = secret;
  const named = keys.length === 0 ? 'any keys' : `key${keys.length > 1 ? 's' : ''} ${list(keys, 'and')}`;
  return [
    `${namespace}/${name}${optional ? ' (optional)' : ''}: ${use}`,
    `  ${type ?? 'any type'}, ${named}, read by ${readBy}`,
    ...(howMade(secret) ?? createSecret(secret)).split('\n').map((line) => `  ${line}`),
  ].join('\n');
}

/** Those of each cluster for a program. */
export const secretsAsJson = (
  clusters: readonly { readonly cluster: string; readonly secrets: readonly RequiredSecret[] }[],
): string =>
  JSON.stringify(
    clusters.map(({ cluster, secrets }) => ({ cluster, secrets: secrets.map(toldSecret) })),
    undefined,
    2,
  );

/** With what it is made of where it is made, else with the lines that make it. */
function toldSecret(secret: RequiredSecret) {
  const { namespace, name, type, keys, readBy, use, optional } = secret;
  const made = howMade(secret);
  return {
    namespace,
    name,
    type,
    keys,
    readBy,
    use,
    optional,
    ...(made === undefined ? { create: createSecret(secret).split('\n') } : { made, entry: entryToFill(secret) }),
  };
}

/** The lines by which a person makes those that are needed and that nothing else makes. */
export const linesToCreate = (secrets: readonly RequiredSecret[]): readonly string[] =>
  secrets.filter((secret) => !secret.optional && howMade(secret) === undefined).map(createSecret);

/** What the store must hold, so that External Secrets makes the others. */
export const entriesToFill = (secrets: readonly RequiredSecret[]): readonly string[] =>
  secrets.flatMap((secret) => entryToFill(secret) ?? []);
