import { clones, isBySsh } from '../../fleet/clones';
import type { History } from '../../fleet/history';
import type { App } from '../../fleet/model';
import { hasOwnOrchestrator } from '../../fleet/model';
import type { Site } from '../../fleet/site';
import { siteOf } from '../../fleet/site';
import { IMAGE_SCOPES, SHARED_NAMESPACE, WEBHOOK_ROUTER } from '../../words/names';
import { NOTIFY_SECRET } from '../tasks/hooks/notify';
import { referencesOfApps } from '../team/app-references';
import { namespacesOf } from '../team/namespace';
import { readToken, writeToken } from './installation-token';
import { pushesTo, readsBaseImagesOf, stagesAt } from './registries';
import type { RequiredSecret } from './required-secret';
import { DOCKER_CONFIG } from './required-secret';
import { INSTALLATION_SECRETS } from './installation-secrets';
import type { Instance, SecretRow } from './secret-row';
import { SIGN_IN_SECRETS } from './sign-in-secrets';

/**
 * Every Secret that a team or a cluster needs or may have. What is emitted refers to these and to no others, and all that is said
 * of Secrets comes from here: ExternalSecrets, `team secrets`, `doctor`, the next steps of `team new` and `kind up`, docs/security.md.
 */

/** Key of an App's Secret. */
export const APP_KEY = 'private-key';
/** Those of an orchestrator of a cluster. Of `webhook` a key `<team>.<any>` is for one team alone. */
export const SHARED_SECRETS = { webhook: 'github-webhook-secret', githubToken: 'github-token' } as const;

/** That of the router of a cluster. */
export const ROUTER_SECRET = 'github-webhook-secret';

/** Key of the URL of the database that remembers runs. */
export const HISTORY_URL_KEY = 'url';

const TOKEN = { type: 'Opaque', keys: ['token'] } as const;
const SSH_KEY = { type: 'kubernetes.io/ssh-auth', keys: ['ssh-privatekey', 'known_hosts'] } as const;
const LOGIN = { type: 'kubernetes.io/dockerconfigjson', keys: [DOCKER_CONFIG] } as const;
const APP = { type: 'Opaque', keys: [APP_KEY] } as const;
const WEBHOOK = {
  type: 'Opaque',
  keys: ['current'],
  anyKey: true,
  readBy: 'orchestrator',
  use: 'verifies webhooks; each key is one active secret, so add `next` to rotate',
} as const;

const RUNS = "the team's";
const ALL = "the team's and its apps'";

const bySsh = (url: string | undefined): boolean => url !== undefined && isBySsh(url);
/** Optional, unless the store is said to have it. */
const listedIn = (store: { readonly optional: readonly string[] } | undefined, key: string): boolean =>
  store?.optional.includes(key) ?? false;

const ofHistory = ({ history }: { readonly history?: History }): readonly Pick<RequiredSecret, 'name'>[] =>
  history?.postgres ? [{ name: history.postgres.secret }] : [];

export const SECRETS: readonly SecretRow[] = [
  {
    ...WEBHOOK,
    name: 'github-webhook-secret',
    namespace: RUNS,
    needed: 'with `orchestrator.mode: team`',
    ofTeam: (team) => (hasOwnOrchestrator(team) ? [{ name: team.secrets.names.webhook }] : []),
  },
  {
    ...TOKEN,
    name: 'github-token',
    namespace: RUNS,
    readBy: 'steps that push versions, orchestrator',
    use: 'pushes versions to the platform repository, asks the Git host and reports to pull requests; no build or test sees it',
    needed: 'always; with `secrets.githubApp`, where there is a platform repository',
    ofTeam: (team) => {
      const token = writeToken(team);
      const { githubApp, names } = team.secrets;
      return [{ name: names.githubToken, token, optional: githubApp !== undefined && token === undefined }];
    },
  },
  {
    ...APP,
    name: 'github-app',
    namespace: RUNS,
    readBy: 'orchestrator',
    use: 'is the App by which the orchestrator asks and tells GitHub',
    needed: 'with `orchestrator.githubApp`',
    ofTeam: (team) => {
      const { githubApp } = team.orchestrator;
      return hasOwnOrchestrator(team) && githubApp ? [{ name: githubApp.secret }] : [];
    },
  },
  {
    ...APP,
    name: 'github-app',
    namespace: RUNS,
    readBy: 'External Secrets',
    use: 'is the App of which External Secrets makes tokens for clones and pushes; no pod sees it',
    needed: 'with `secrets.githubApp`',
    ofTeam: ({ secrets: { githubApp } }) => (githubApp ? [{ name: githubApp.secret }] : []),
  },
  {
    ...SSH_KEY,
    name: 'git-ssh-key',
    namespace: RUNS,
    readBy: 'steps that push versions',
    use: 'pushes versions to the platform repository by ssh; no build or test sees it',
    needed: 'where `platform.repoURL` is by ssh',
    ofTeam: ({ secrets: { names }, platform }) => [{ name: names.gitSshKey, optional: !bySsh(platform.repoURL) }],
  },
  {
    ...TOKEN,
    name: 'git-read-token',
    namespace: RUNS,
    readBy: 'steps that clone',
    use: 'clones private repositories by https, also in builds and tests of pull requests: it should only read',
    needed: 'where a repository is cloned by https',
    ofTeam: (team) => [
      { name: team.secrets.names.gitReadToken, optional: clones(team).every(bySsh), token: readToken(team) },
    ],
  },
  {
    ...SSH_KEY,
    name: 'git-read-ssh-key',
    namespace: RUNS,
    readBy: 'steps that clone',
    use: 'clones by ssh, also in builds and tests of pull requests: it should only read',
    needed: 'where a repository is cloned by ssh',
    ofTeam: (team) => [{ name: team.secrets.names.gitReadSshKey, optional: !clones(team).some(bySsh) }],
  },
  {
    ...LOGIN,
    name: 'registry-push-<scope>',
    namespace: RUNS,
    readBy: 'steps that push images',
    use: 'pushes images of <scope> builds, and may push nowhere else',
    needed: 'for each scope (`release`, `pr`, `fork`), unless `insecureRegistry`',
    ofTeam: (team) =>
      IMAGE_SCOPES.map((scope) => ({
        name: `${team.secrets.names.registryPush}-${scope}`,
        scope,
        optional: team.insecureRegistry,
        registries: pushesTo(team),
      })),
  },
  {
    ...LOGIN,
    name: 'registry-push-<scope>-cache',
    namespace: RUNS,
    // what a Dockerfile runs can read it, so it is not the one that pushes images
    readBy: 'step `image` of builds, and so their Dockerfile; steps that push images',
    use: 'leaves what <scope> builds made in cacheRepo/<scope>; those of release and pr also read images and cacheRepo/release, and none may do more',
    needed: 'for each scope, unless `insecureRegistry`',
    ofTeam: (team) =>
      IMAGE_SCOPES.map((scope) => ({
        name: `${team.secrets.names.registryPush}-${scope}-cache`,
        scope,
        optional: team.insecureRegistry,
        registries: stagesAt(team, scope),
      })),
  },
  {
    ...LOGIN,
    name: 'base-images',
    namespace: RUNS,
    readBy: 'step `image` of builds, and so their Dockerfile',
    use: 'reads base images; every build may see it, also of pull requests that are not trusted',
    needed: 'no; `baseImages` in `secrets.store.optional` makes it',
    ofTeam: (team) => [
      {
        name: team.secrets.names.baseImages,
        optional: !listedIn(team.secrets.store, 'baseImages'),
        registries: readsBaseImagesOf(team),
      },
    ],
  },
  {
    type: 'Opaque',
    keys: ['<build.secrets.keys>'],
    isForBuilds: true,
    name: '<build.secrets.secret>-<scope>',
    namespace: RUNS,
    readBy: 'steps `compile` and `image` of builds of the app',
    use: 'is read by <scope> builds',
    needed: 'with `build.secrets` of an app, for the scopes `release` and `pr`',
    ofTeam: ({ stacks }) =>
      stacks.flatMap(({ apps }) => apps.flatMap(({ build: { secrets } }) => (secrets ? ofBuild(secrets) : []))),
  },
  {
    type: 'Opaque',
    keys: ['access-key', 'secret-key'],
    name: 'reports-s3',
    namespace: RUNS,
    readBy: 'steps that sign an upload',
    use: 'puts reports into the bucket of storage.reports.s3, and needs no other right',
    needed: 'with `storage.reports.s3`',
    ofTeam: ({ storage: { reports } }) => (reports.s3 ? [{ name: reports.s3.secret }] : []),
  },
  {
    type: 'Opaque',
    keys: ['access-key', 'secret-key'],
    name: 'reports-s3-read',
    namespace: RUNS,
    readBy: 'orchestrator',
    use: 'reads reports from the bucket of storage.reports.s3, and lists them below its prefix; it needs no other right',
    needed: 'with `storage.reports.s3` and `storage.reports.show`',
    ofTeam: (team) => {
      const { s3, show } = team.storage.reports;
      return hasOwnOrchestrator(team) && s3 && show ? [{ name: s3.readSecret }] : [];
    },
  },
  {
    type: 'Opaque',
    keys: ['url'],
    name: NOTIFY_SECRET,
    namespace: RUNS,
    readBy: 'hook `notify`',
    use: 'gets the outcome of each run from hook notify',
    needed: 'no; `notify` in `secrets.store.optional` makes it',
    ofTeam: ({ secrets: { store } }) => [{ name: NOTIFY_SECRET, optional: !listedIn(store, 'notify') }],
  },
  {
    ...LOGIN,
    name: '<secrets.names.imagePull>',
    namespace: ALL,
    readBy: 'nodes, hook `image-scan`',
    use: 'pulls images',
    needed: 'with `secrets.names.imagePull`',
    ofTeam: ({ secrets: { names } }) => names.imagePull.map((name) => ({ name })),
    ofApps: (team) =>
      team.environments.flatMap((namespace) => team.secrets.names.imagePull.map((name) => ({ name, namespace }))),
  },
  {
    type: undefined,
    keys: ['<key>'],
    isForApps: true,
    name: '<apps[].env, apps[].env-from, apps[].volumes>',
    namespace: "the apps'",
    readBy: 'the pods of the app',
    use: 'gives variables or files to apps',
    needed: 'with `secret` in `env`, `env-from` or `volumes` of an app, or in a Deployment of your own',
    ofApps: (team) => referencesOfApps(team).flatMap(({ kind, ...secret }) => (kind === 'Secret' ? [secret] : [])),
  },
  {
    type: undefined,
    keys: ['<caBundle.key>'],
    isForApps: true,
    name: '<caBundle.secret>',
    namespace: `${ALL}, \`${SHARED_NAMESPACE}\`, \`${WEBHOOK_ROUTER}\``,
    readBy: 'all steps, orchestrator',
    use: 'holds the certificates of private authorities',
    needed: 'with `caBundle.secret` of the cluster',
    ofTeam: (team) =>
      namespacesOf(team).flatMap((namespace) =>
        ofAuthorities(team.site).map((one) => ({ ...one, namespace, store: { instead: team.clusterStore } })),
      ),
    ofOrchestrator: ({ site }) => ofAuthorities(site),
    ofRouter: (file) => ofAuthorities(siteOf(file)),
  },
  {
    type: 'Opaque',
    keys: [HISTORY_URL_KEY],
    name: '<history.postgres.secret>',
    namespace: `${RUNS}, \`${SHARED_NAMESPACE}\``,
    readBy: 'orchestrator',
    use: 'says where the database of finished runs is, with its user and password; runs go on without it',
    needed: 'with `history` of the cluster, unless that says `results`',
    ofTeam: (team) => (hasOwnOrchestrator(team) ? ofHistory(team) : []),
    ofOrchestrator: ofHistory,
  },
  ...SIGN_IN_SECRETS,
  ...INSTALLATION_SECRETS,
  {
    ...WEBHOOK,
    name: SHARED_SECRETS.webhook,
    namespace: `\`${SHARED_NAMESPACE}\``,
    needed: 'where a team has `orchestrator.mode: shared`',
    ofOrchestrator: () => [{ name: SHARED_SECRETS.webhook }],
  },
  {
    ...WEBHOOK,
    name: ROUTER_SECRET,
    namespace: `\`${WEBHOOK_ROUTER}\``,
    readBy: 'webhook router',
    use: 'verifies webhooks at the address of all clusters; each key is one active secret, and each member has the same',
    needed: 'with `webhookRouter` of the cluster',
    ofRouter: () => [{ name: ROUTER_SECRET }],
  },
  {
    ...TOKEN,
    name: SHARED_SECRETS.githubToken,
    namespace: `\`${SHARED_NAMESPACE}\``,
    readBy: 'orchestrator',
    use: 'asks the Git host and reports to pull requests',
    needed: 'no; `githubToken` in `secrets.store.optional` of the cluster makes it',
    ofOrchestrator: ({ githubApp, store }) =>
      githubApp ? [] : [{ name: SHARED_SECRETS.githubToken, optional: !listedIn(store, 'githubToken') }],
  },
  {
    ...APP,
    name: 'github-app',
    namespace: `\`${SHARED_NAMESPACE}\``,
    readBy: 'orchestrator',
    use: 'is the App that asks the Git host and reports to pull requests',
    needed: 'with `orchestrator.githubApp` of the cluster',
    ofOrchestrator: ({ githubApp }) => (githubApp ? [{ name: githubApp.secret }] : []),
  },
];

/** Two for each, so that a pull request may be given less than a release; a fork's build has none. */
const ofBuild = ({ secret, keys }: NonNullable<App['build']['secrets']>): readonly Instance[] =>
  IMAGE_SCOPES.filter((scope) => scope !== 'fork').map((scope) => ({ name: `${secret}-${scope}`, keys, scope }));

const ofAuthorities = ({ caBundle }: Site): readonly Pick<RequiredSecret, 'name' | 'keys'>[] =>
  caBundle?.secret === undefined ? [] : [{ name: caBundle.secret, keys: [caBundle.key] }];
