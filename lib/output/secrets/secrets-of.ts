import type { ClusterFile, SharedOrchestrator } from '../../fleet/cluster';
import { clusterStore } from '../../fleet/cluster';
import type { Team } from '../../fleet/model';
import type { SecretStore } from '../../fleet/secrets';
import { SHARED_NAMESPACE, WEBHOOK_ROUTER } from '../../words/names';
import type { RequiredSecret } from './required-secret';
import { distinct } from './required-secret';
import { chainsNamespace } from './installation-secrets';
import type { Instance, SecretRow } from './secret-row';
import { SECRETS } from './table';

/** The Secrets of one team, or of what one cluster has for several, as the table says. */

/** Where the entries are that a team's Secrets are made of. */
function storeOf({ name, secrets: { backend, store } }: Team): SecretStore | undefined {
  return backend === 'existing' || store === undefined ? undefined : { ...store, path: store.path ?? name };
}

/** Every Secret that a team needs or may have. */
export const teamSecrets = (team: Team): readonly RequiredSecret[] => ofRows(SECRETS, team);

/** Those of them that no app may read, or no build, which both run code of the app's repository. */
export const platformSecrets = (team: Team, reader: 'apps' | 'builds' = 'apps'): readonly RequiredSecret[] =>
  ofRows(
    SECRETS.filter(({ isForApps, isForBuilds }) => !isForApps && !(reader === 'builds' && isForBuilds)),
    team,
  );

const ofRows = (rows: readonly SecretRow[], team: Team): readonly RequiredSecret[] =>
  required(
    rows.map((row) => [
      row,
      [...((team.isDeployOnly ? undefined : row.ofTeam?.(team)) ?? []), ...(row.ofApps?.(team) ?? [])],
    ]),
    team.namespace,
    storeOf(team),
  );

/** Every Secret that tasks of the repository's own mount, where they run. @param secrets keys by the name of the Secret */
export const ownSecrets = (
  team: Team,
  secrets: Readonly<Record<string, readonly string[]>> = {},
): readonly RequiredSecret[] =>
  Object.entries(team.isDeployOnly ? {} : secrets).map(([name, keys]) => ({
    name,
    namespace: team.namespace,
    keys,
    readBy: 'steps that fleet.ts adds',
    use: 'is mounted by tasks of fleet.ts, whose pods wait for it',
    optional: false,
    store: storeOf(team),
  }));

/** Every Secret that the orchestrator of a cluster needs or may have. */
export const orchestratorSecrets = (orchestrator: SharedOrchestrator): readonly RequiredSecret[] =>
  required(
    SECRETS.map((row) => [row, row.ofOrchestrator?.(orchestrator) ?? []]),
    SHARED_NAMESPACE,
    orchestrator.store,
  );

/** Every Secret that what a cluster installs needs. @param namespace of what is installed */
export const installationSecrets = (file: ClusterFile, namespace: string): readonly RequiredSecret[] =>
  required(
    SECRETS.map((row) => [row, row.ofInstallation?.(file, namespace) ?? []]),
    namespace,
    undefined,
  );

/** Every Secret that Chains of a cluster needs. */
export const chainsSecrets = (file: ClusterFile): readonly RequiredSecret[] =>
  required(
    SECRETS.map((row) => [row, row.ofChains?.(file) ?? []]),
    chainsNamespace(file),
    undefined,
  );

/** Every Secret that the router of a cluster needs. */
export const routerSecrets = (file: ClusterFile): readonly RequiredSecret[] =>
  required(
    SECRETS.map((row) => [row, row.ofRouter?.(file) ?? []]),
    WEBHOOK_ROUTER,
    clusterStore(file),
  );

const required = (
  rows: readonly (readonly [SecretRow, readonly Instance[]])[],
  namespace: string,
  store: SecretStore | undefined,
): readonly RequiredSecret[] =>
  distinct(rows.flatMap(([row, instances]) => instances.map((one) => requiredSecret(row, one, namespace, store)))).map(
    // a person makes what is optional
    (secret) => (secret.optional ? { ...secret, store: undefined, token: undefined } : secret),
  );

const requiredSecret = (
  { type, keys, anyKey, readBy, use }: SecretRow,
  { scope = '<scope>', optional = false, store: given, ...one }: Instance,
  namespace: string,
  store: SecretStore | undefined,
): RequiredSecret => ({
  ...{ namespace, type, keys, anyKey, readBy, optional, ...one },
  use: use.replaceAll('<scope>', scope),
  store: given ? given.instead : store,
});
