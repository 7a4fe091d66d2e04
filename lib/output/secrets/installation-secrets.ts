import type { ClusterFile } from '../../fleet/cluster';
import { clusterStore, isByOperator, tektonNamespaceOf } from '../../fleet/cluster';
import type { Results } from '../../fleet/results';
import type { SecretStore } from '../../fleet/secrets';
import { CHAINS, RESULTS } from '../../words/names';
import type { Instance, SecretRow } from './secret-row';

/** The rows of what a cluster installs before a team arrives. */

/** Keys by which Tekton Results comes to its database and its bucket. */
export const RESULTS_CREDENTIALS = {
  database: ['POSTGRES_USER', 'POSTGRES_PASSWORD'],
  s3: ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
} as const;

export const INSTALLATION_SECRETS: readonly SecretRow[] = [
  {
    type: 'Opaque',
    keys: ['github-application-id', 'github-private-key', 'webhook.secret'],
    name: 'pipelines-as-code-secret',
    namespace: "Tekton's",
    readBy: 'Pipelines-as-Code',
    use: 'is the GitHub App by which Pipelines-as-Code takes events and reports',
    needed: 'with `tekton.pipelinesAsCode` of the cluster',
    ofInstallation: (file, namespace) =>
      isByOperator(file) && file.tekton.pipelinesAsCode
        ? [
            {
              name: 'pipelines-as-code-secret',
              store: below(file.tekton.pipelinesAsCode.githubApp.store, file, namespace),
            },
          ]
        : [],
  },
  {
    type: 'Opaque',
    keys: RESULTS_CREDENTIALS.database,
    name: '<results.database.secret>',
    namespace: "Tekton Results'",
    readBy: 'API of Tekton Results',
    use: 'reads and writes the database of what is archived',
    needed: 'with `results` of the cluster',
    ofInstallation: (file, namespace) =>
      file.results ? [{ name: file.results.database.secret, store: below(file.results.store, file, namespace) }] : [],
  },
  {
    type: undefined,
    keys: ['<key>'],
    name: '<results.database.tls.caBundle.secret>',
    namespace: "Tekton Results'",
    readBy: 'API of Tekton Results',
    use: 'holds the authority of the database of what is archived; somebody makes it',
    needed: 'with `results.database.tls.caBundle.secret` of the cluster, else with `caBundle.secret`',
    ofInstallation: (file) => (file.results ? ofDatabaseAuthority(file, file.results) : []),
  },
  {
    type: 'Opaque',
    keys: RESULTS_CREDENTIALS.s3,
    name: '<results.logs.s3.secret>',
    namespace: "Tekton Results'",
    readBy: 'API of Tekton Results',
    use: 'reads and writes the bucket of archived logs',
    needed: 'with `results.logs` of the cluster',
    ofInstallation: (file, namespace) =>
      file.results?.logs
        ? [{ name: file.results.logs.s3.secret, store: below(file.results.store, file, namespace) }]
        : [],
  },
  {
    type: 'kubernetes.io/tls',
    keys: ['tls.crt', 'tls.key'],
    name: RESULTS.tls,
    namespace: "Tekton Results'",
    readBy: 'API of Tekton Results',
    use: 'is the certificate of the API',
    needed: 'with `results.release` of the cluster; the operator makes it itself',
    ofInstallation: (file, namespace) =>
      file.results && !isByOperator(file)
        ? [
            {
              name: RESULTS.tls,
              // as the release calls it, whatever the domain of the cluster is
              host: `${RESULTS.service}.${namespace}.svc.cluster.local`,
              store: below(file.results.store, file, namespace),
            },
          ]
        : [],
  },
  {
    type: 'Opaque',
    keys: ['cosign.key', 'cosign.password'],
    name: CHAINS.signingSecret,
    namespace: "Tekton Chains'",
    readBy: 'Tekton Chains',
    use: 'is the key that signs where images come from',
    needed: 'with `chains` of the cluster, unless `chains.kms` has the key',
    ofChains: (file) =>
      file.chains && file.chains.kms === undefined
        ? [{ name: CHAINS.signingSecret, store: below(file.chains.store, file, chainsNamespace(file)) }]
        : [],
  },
];

/** It is in no store: the entry of the cluster's own bundle is for the namespaces of teams. */
function ofDatabaseAuthority({ caBundle }: ClusterFile, { database: { tls } }: Results): readonly Instance[] {
  const { secret, key = '' } = tls.caBundle ?? caBundle ?? {};
  return secret === undefined ? [] : [{ name: secret, keys: [key] }];
}

/** Where Chains runs: the operator puts it beside Tekton. */
export const chainsNamespace = (file: ClusterFile): string =>
  isByOperator(file) ? tektonNamespaceOf(file) : CHAINS.namespace;

/** The store that what is installed names, with the entries below its namespace unless it says where they are; else that of the cluster. */
const below = (
  store: (Pick<SecretStore, 'name' | 'kind'> & { readonly path?: string }) | undefined,
  file: ClusterFile,
  namespace: string,
): Instance['store'] => ({
  instead: store ? { ...store, path: store.path ?? namespace, optional: [] } : clusterStore(file),
});
