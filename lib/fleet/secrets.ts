import { z } from 'zod';
import { githubId, objectName, text, webAddress } from '../words/scalars';

/** `secrets` of a team and of a cluster: who makes the Secrets, and of what. Their values are never in Git. */

/** `existing`: somebody makes them. `external-secrets`: External Secrets does, of the entries of a store. */
const backend = z.enum(['existing', 'external-secrets']).default('existing');

/** Optional Secrets of which the store has an entry: without being listed, nobody knows that it has. */
const listed = <const Keys extends readonly [string, ...string[]]>(keys: Keys) => z.array(z.enum(keys)).default([]);

/** Of an App that is installed where the repositories are: short-lived tokens are made of it in place of a person's. */
const githubApp = z.strictObject({
  id: githubId,
  installationId: githubId,
  /** Secret with its key as `private-key`. @default 'github-app' */
  secret: objectName.default('github-app'),
  /** GitHub's API, as in `orchestrator.githubURL`. @default 'https://api.github.com' */
  apiURL: webAddress('the address of an API, such as https://git.example.com/api/v3'),
});
export type GithubApp = z.output<typeof githubApp>;

/** A store of External Secrets, and below which of its entries the Secrets are found. */
export const secretStore = z.strictObject({
  name: objectName,
  /** Or `SecretStore`. @default 'ClusterSecretStore' */
  kind: z.enum(['SecretStore', 'ClusterSecretStore']).default('ClusterSecretStore'),
  /** Entries are read at `<path>/<secret>`. @default - the team's name, of what a cluster installs the namespace of Tekton */
  path: text.optional(),
});

/** What a team says of its Secrets, beside their names. */
export const teamSecrets = {
  /** `existing`: somebody puts the Secrets there. @default - `existing` */
  backend,
  /** @default - none */
  store: secretStore
    .extend({
      /** Optional Secrets of which the store has an entry: `baseImages`, `notify`. @default - none */
      optional: listed(['baseImages', 'notify']),
    })
    .optional(),
  /** @default - none */
  githubApp: githubApp.optional(),
};

/** What a cluster says: where the entries are of its own Secrets, and of those of teams that name no store. */
export const clusterSecrets = z.strictObject({
  /** A ClusterSecretStore. */
  store: z.strictObject({
    name: objectName,
    /** Where in the store those of the cluster are, `<path>/<secret>`. @default - the cluster's name */
    path: text.optional(),
    /** Optional Secrets of the shared orchestrator of which the store has an entry: `githubToken`. @default - none */
    optional: listed(['githubToken']),
  }),
});

/** Where the entries are that Secrets are made of. */
export interface SecretStore {
  readonly name: string;
  readonly kind: 'SecretStore' | 'ClusterSecretStore';
  /** Each Secret has the entry `<path>/<name of the Secret>`. */
  readonly path: string;
  /** Optional Secrets that have an entry, too. */
  readonly optional: readonly string[];
}
