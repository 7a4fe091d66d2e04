import type { Construct } from 'constructs';
import type { Team } from '../../fleet/model';
import { addressOf } from '../../words/git-address';
import { IMAGE_SCOPES } from '../../words/names';
import { NO_BUILD_SECRET } from '../tasks/build/build-interface';
import { NOTIFY_SECRET } from '../tasks/hooks/notify';
import { namespacesOf } from './namespace';
import { externalSecret } from './external-secret';
import { APP_KEY } from './orchestrator-service';

/** A Secret that a team's objects refer to. Its value is never read here. */
export interface RequiredSecret {
  readonly name: string;
  readonly namespace: string;
  readonly type: 'Opaque' | 'kubernetes.io/dockerconfigjson' | 'kubernetes.io/ssh-auth';
  readonly keys: readonly string[];
  /** What works without it is said here. */
  readonly use: string;
  /** Nothing of this team's settings needs it; mounted where it exists. */
  readonly optional: boolean;
  /** Its keys are values of the same kind, and one of whatever name is enough. */
  readonly anyKey?: true;
}

const DOCKER_CONFIG = { type: 'kubernetes.io/dockerconfigjson', keys: ['.dockerconfigjson'] } as const;

/** Every Secret that a team needs, by namespace and name. Docs and the check of references read this table. */
export function requiredSecrets(team: Team): readonly RequiredSecret[] {
  const secrets = new Map<string, RequiredSecret>();
  for (const secret of usesOfSecrets(team)) {
    const key = `${secret.namespace}/${secret.name}`;
    const other = secrets.get(key);
    secrets.set(key, other === undefined ? secret : both(other, secret));
  }
  return [...secrets.values()];
}

/** One Secret for two purposes, as a team that has one token says. */
const both = (one: RequiredSecret, other: RequiredSecret): RequiredSecret => ({
  ...one,
  keys: [...new Set([...one.keys, ...other.keys])],
  use: `${one.use}; ${other.use}`,
  optional: one.optional && other.optional,
});

function usesOfSecrets(team: Team): readonly RequiredSecret[] {
  const { names } = team.secrets;
  const isBySsh = (url: string | undefined): boolean => url !== undefined && addressOf(url)?.bySsh === true;
  const cloned = [...team.stacks.flatMap(({ apps }) => apps.map(({ cloneUrl }) => cloneUrl)), team.platform.repoURL];
  const runs = { namespace: team.namespace, optional: false } as const;
  const { enabled, mode, githubApp } = team.orchestrator;
  const hasOwn = enabled && mode === 'team';
  return [
    ...(hasOwn
      ? [
          {
            ...runs,
            name: names.webhook,
            type: 'Opaque',
            keys: ['current'],
            anyKey: true,
            use: 'verifies webhooks; each key is one active secret, so add `next` to rotate',
          } as const,
        ]
      : []),
    {
      ...runs,
      name: names.githubToken,
      type: 'Opaque',
      keys: ['token'],
      use: 'pushes versions to the platform repository, asks the Git host and reports to pull requests; no build or test sees it',
    },
    ...(hasOwn && githubApp
      ? [
          {
            ...runs,
            name: githubApp.secret,
            type: 'Opaque',
            keys: [APP_KEY],
            use: 'is the App by which the orchestrator asks and tells GitHub',
          } as const,
        ]
      : []),
    {
      ...runs,
      name: names.gitSshKey,
      type: 'kubernetes.io/ssh-auth',
      keys: ['ssh-privatekey', 'known_hosts'],
      use: 'pushes versions to the platform repository by ssh; no build or test sees it',
      optional: !isBySsh(team.platform.repoURL),
    },
    {
      ...runs,
      name: names.gitReadToken,
      type: 'Opaque',
      keys: ['token'],
      use: 'clones private repositories by https, also in builds and tests of pull requests: it should only read',
      optional: cloned.every((url) => url === undefined || isBySsh(url)),
    },
    {
      ...runs,
      name: names.gitReadSshKey,
      type: 'kubernetes.io/ssh-auth',
      keys: ['ssh-privatekey', 'known_hosts'],
      use: 'clones by ssh, also in builds and tests of pull requests: it should only read',
      optional: !cloned.some(isBySsh),
    },
    ...IMAGE_SCOPES.map((scope) => ({
      ...runs,
      ...DOCKER_CONFIG,
      name: `${names.registryPush}-${scope}`,
      use: `pushes images of ${scope} builds, and may push nowhere else`,
    })),
    // what a Dockerfile runs can read it, so it is not the one that pushes images
    ...IMAGE_SCOPES.map((scope) => ({
      ...runs,
      ...DOCKER_CONFIG,
      optional: team.insecureRegistry,
      name: `${names.registryPush}-${scope}-cache`,
      use: `leaves what ${scope} builds made in cacheRepo/${scope}${scope === 'fork' ? '' : ', reads images and cacheRepo/release'}, and may do nothing else`,
    })),
    {
      ...runs,
      ...DOCKER_CONFIG,
      optional: true,
      name: names.baseImages,
      use: 'reads base images; every build may see it, also of pull requests that are not trusted',
    },
    ...buildSecrets(team),
    ...(team.storage.reports.s3
      ? [
          {
            ...runs,
            name: team.storage.reports.s3.secret,
            type: 'Opaque',
            keys: ['access-key', 'secret-key'],
            use: 'puts reports into the bucket of storage.reports.s3, and needs no other right',
          } as const,
        ]
      : []),
    {
      ...runs,
      name: NOTIFY_SECRET,
      type: 'Opaque',
      keys: ['url'],
      use: 'is told by hook notify how a run ended',
      optional: true,
    },
    ...namespacesOf(team).flatMap((namespace) =>
      names.imagePull.map((name) => ({ ...DOCKER_CONFIG, name, namespace, use: 'pulls images', optional: false })),
    ),
  ];
}

/** Two for each `build.secrets`, so that a pull request may be given less than a release; a fork's build has none. */
function buildSecrets({ stacks, namespace }: Team): readonly RequiredSecret[] {
  const wanted = new Map<string, Set<string>>([[NO_BUILD_SECRET, new Set()]]);
  for (const { secrets } of stacks.flatMap(({ apps }) => apps.map(({ build }) => build))) {
    if (secrets === undefined) continue;
    wanted.set(secrets.secret, new Set([...(wanted.get(secrets.secret) ?? []), ...secrets.keys]));
  }
  return [...wanted].flatMap(([name, keys]) =>
    IMAGE_SCOPES.filter((scope) => scope !== 'fork').map((scope) => ({
      name: `${name}-${scope}`,
      namespace,
      type: 'Opaque' as const,
      keys: [...keys],
      use: `is read by ${scope} builds`,
      optional: name === NO_BUILD_SECRET,
    })),
  );
}

/** The entry of the team's store that a Secret is made of: `<store.path, or the team's name>/<secret>`; undefined where somebody makes it. */
export function storeEntry({ name: team, secrets: { backend, store } }: Team, secret: string): string | undefined {
  return backend === 'existing' || store === undefined ? undefined : `${store.path ?? team}/${secret}`;
}

/** How a Secret comes to a cluster: an ExternalSecret makes what is needed, and nobody but a person what is optional. */
export function howMade(team: Team, secret: RequiredSecret): { readonly entry: string } | { readonly command: string } {
  const entry = secret.optional ? undefined : storeEntry(team, secret.name);
  if (entry !== undefined) return { entry: `made of the entry ${entry} of store ${team.secrets.store?.name}` };
  return { command: createSecret(secret) };
}

/** The command that makes a Secret of files. */
export function createSecret({ name, namespace, type, keys }: Omit<RequiredSecret, 'use' | 'optional'>): string {
  const values = keys.map((key) => `--from-file=${key}=FILE`).join(' ');
  const typed = type === 'Opaque' ? '' : ` --type=${type}`;
  return `kubectl create secret generic ${name} --namespace=${namespace}${typed} ${values}`;
}

/**
 * Renders an ExternalSecret for each Secret that the team needs, or nothing where they exist by other means. The properties of
 * the entry are the keys (without a leading dot).
 * https://external-secrets.io/latest/api/externalsecret/
 */
export function externalSecrets(scope: Construct, team: Team): void {
  const { store } = team.secrets;
  for (const { name, namespace, type, keys } of requiredSecrets(team).filter(({ optional }) => !optional)) {
    const entry = storeEntry(team, name);
    if (store === undefined || entry === undefined) continue;
    externalSecret(
      scope,
      { name, namespace },
      { store, entry, type, properties: Object.fromEntries(keys.map((key) => [key, key.replace(/^\./, '')])) },
    );
  }
}
