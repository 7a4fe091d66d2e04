import { dump } from 'js-yaml';
import type { Construct } from 'constructs';
import type { ClusterFile } from '../../fleet/cluster';
import { minutesOf } from '../../fleet/results';
import type { Results } from '../../fleet/results';
import type { Platform } from '../../fleet/tekton-operator';
import { RESULTS } from '../../words/names';
import type { ExistingObject } from '../checks/inventory';
import { externalSecrets } from '../secrets/external-secrets';
import { installationSecrets } from '../secrets/secrets-of';
import { tlsIngress } from '../team/ingress';
import { OPERATOR_WAVES, inWave } from './waves';

/** Tekton Results, whether the operator or a release installs it. https://tekton.dev/docs/operator/tektonresult/ */

/** The certificates of the authority that the database is trusted by, in the namespace of Results. */
export interface DatabaseBundle {
  readonly configMap?: string;
  readonly secret?: string;
  readonly key: string;
}

const BUNDLE = { name: 'database-ca', mountPath: '/etc/tekton-results-database' } as const;
/**
 * How long after its end a run that somebody deletes waits to be archived. The watcher marks a run as archived only when `prune.after` has
 * passed, so one that was archived long ago waits, too, and its namespace with it.
 */
const STORE_DEADLINE_MINUTES = 24 * 60;
export const CONTAINERS = { api: 'api', watcher: 'watcher', retentionAgent: 'retention-policy-agent' } as const;

/** What the API and the agent of retention are set to, by the names of `spec.result`; in upper case they are variables of both. */
export const settingsOf = (
  { database, logs, impersonation }: Results,
  bundle: DatabaseBundle,
): Readonly<Record<string, string | number | boolean>> => ({
  db_host: database.host,
  db_port: database.port,
  db_name: database.name,
  db_sslmode: database.tls.mode,
  db_sslrootcert: `${BUNDLE.mountPath}/${bundle.key}`,
  db_enable_auto_migration: true,
  // who asks shows a token of the cluster, and is asked for rights by it
  auth_disable: false,
  auth_impersonate: impersonation,
  logs_api: logs !== undefined,
  ...(logs && { logs_type: 'S3', logs_path: logs.s3.prefix ?? 'logs' }),
});

/** As Go prints it, and so the operator's webhook: what is written in other words, Argo CD would see as changed for ever. 90 → `1h30m0s` */
function goDuration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  return `${hours > 0 ? `${hours}h` : ''}${minutes % 60}m0s`;
}

/** Flags of the watcher. https://tekton.dev/docs/results/watcher/ */
export const watcherFlags = ({ logs, prune }: Results): Readonly<Record<string, string | boolean>> => ({
  completed_run_grace_period: goDuration(minutesOf(prune.after)),
  store_deadline: goDuration(STORE_DEADLINE_MINUTES),
  disable_storing_incomplete_runs: true,
  logs_api: logs !== undefined,
});

/** `spec.result` of a TektonConfig. */
export function resultSpec(platform: Platform, results: Results, bundle: DatabaseBundle): object {
  const { database, logs, ingress } = results;
  const pod = (container: string, env?: readonly Variable[]) => ({
    spec: {
      template: {
        spec: {
          volumes: [bundleVolume(bundle)],
          containers: [{ name: container, env, volumeMounts: [BUNDLE_MOUNT] }],
        },
      },
    },
  });
  return {
    disabled: false,
    is_external_db: true,
    db_secret_name: database.secret,
    ...settingsOf(results, bundle),
    ...(logs && { secret_name: logs.s3.secret }),
    watcher: watcherFlags(results),
    ...(platform === 'openshift' && {
      route_enabled: ingress !== undefined,
      ...(ingress && { route_host: ingress.host, route_tls_termination: 'reencrypt' }),
    }),
    options: {
      configMaps: { [RESULTS.retentionPolicy]: { data: retentionData(results) } },
      deployments: {
        [RESULTS.api]: pod(CONTAINERS.api, apiVariables(results)),
        [RESULTS.retentionAgent]: pod(CONTAINERS.retentionAgent),
      },
    },
  };
}

/** The data of the ConfigMap that says how long records are kept. https://tekton.dev/docs/results/retention-policy-agent/ */
export function retentionData({ retention: { default: defaultRetention, runAt, policies } }: Results) {
  const written = policies.map(({ name, namespaces, labels, statuses, retention }) => ({
    name,
    selector: {
      ...(namespaces && { matchNamespaces: namespaces }),
      ...(labels && { matchLabels: labels }),
      ...(statuses && { matchStatuses: statuses }),
    },
    retention,
  }));
  return { runAt, defaultRetention, ...(policies.length > 0 && { policies: dump(written) }) };
}

/** The volume of the certificates that the database is trusted by. */
export function bundleVolume({ configMap, secret, key }: DatabaseBundle) {
  const items = [{ key, path: key }];
  return {
    name: BUNDLE.name,
    ...(configMap === undefined
      ? { secret: { secretName: secret, items } }
      : { configMap: { name: configMap, items } }),
  };
}
/** Those of the database, else those that the cluster trusts anyway. */
export const bundleOf = (
  { caBundle }: Pick<ClusterFile, 'caBundle'>,
  { database }: Results,
): DatabaseBundle | undefined => database.tls.caBundle ?? caBundle;

/** The ConfigMap of these certificates, which whoever runs the database gives. */
export const bundleGiven = ({ configMap, key }: DatabaseBundle, namespace: string): readonly ExistingObject[] =>
  configMap === undefined ? [] : [{ kind: 'ConfigMap', name: configMap, namespace, key }];
export const BUNDLE_MOUNT = { ...BUNDLE, readOnly: true } as const;

export interface Variable {
  readonly name: string;
  readonly value: string;
}

/**
 * Of the API alone. Each call of it asks the cluster twice, whose the token is and what they may: at its own 5 a second, a watcher
 * that archives runs is held up for minutes.
 */
export const apiVariables = ({ logs }: Results): readonly Variable[] => [
  { name: 'K8S_QPS', value: '50' },
  { name: 'K8S_BURST', value: '100' },
  ...(logs ? bucketVariables(logs.s3) : []),
];

/** What is no secret of the bucket: the Secret holds its credentials alone. */
const bucketVariables = ({ bucket, endpoint, region }: NonNullable<Results['logs']>['s3']): readonly Variable[] =>
  Object.entries({ S3_BUCKET_NAME: bucket, S3_ENDPOINT: endpoint, S3_REGION: region }).map(([name, value]) => ({
    name,
    value,
  }));

/** Renders how people and programs come to a Results that a release has installed: its Secrets, and its Ingress. */
export function resultsAccess(scope: Construct, namespace: string, file: ClusterFile): void {
  externalSecrets(scope, installationSecrets(file, namespace), inWave(OPERATOR_WAVES.catalog));
  if (file.results) resultsIngress(scope, namespace, file.results);
}

/**
 * Renders the Ingress of the API of Results; on OpenShift the operator makes a Route. The API speaks TLS, and asks everybody for
 * a token of the cluster: the Ingress hands on both.
 * https://kubernetes.io/docs/concepts/services-networking/ingress/
 */
export function resultsIngress(scope: Construct, namespace: string, { ingress }: Results): void {
  if (ingress === undefined) return;
  const { host, className, annotations } = ingress;
  tlsIngress(
    scope,
    { name: RESULTS.api, namespace, annotations: { ...annotations, ...inWave(OPERATOR_WAVES.access).annotations } },
    { host, className, paths: ['/'], service: { name: RESULTS.service, port: { number: RESULTS.port } } },
  );
}
