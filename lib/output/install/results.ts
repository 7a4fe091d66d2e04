import { dump } from 'js-yaml';
import type { Construct } from 'constructs';
import { RESULTS, minutesOf } from '../../fleet/results';
import type { Results } from '../../fleet/results';
import type { Platform } from '../../fleet/tekton-operator';
import { externalSecret } from '../team/external-secret';
import { tlsIngress } from '../team/ingress';
import { OPERATOR_WAVES, inWave } from './waves';

/** Tekton Results as the operator installs it. https://tekton.dev/docs/operator/tektonresult/ */

/** The certificates of the authority that the database is trusted by, in the namespace of Results. */
export interface DatabaseBundle {
  readonly configMap?: string;
  readonly secret?: string;
  readonly key: string;
}

const BUNDLE = { name: 'database-ca', mountPath: '/etc/tekton-results-database' } as const;
/** How much longer than a run is kept it waits to be archived, where somebody else deletes it. */
const DEADLINE_MORE = 24 * 60;
const CREDENTIALS = {
  database: ['POSTGRES_USER', 'POSTGRES_PASSWORD'],
  s3: ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
} as const;

/** `spec.result` of a TektonConfig. */
export function resultSpec(
  platform: Platform,
  { database, logs, prune, retention, impersonation, ingress }: Results,
  bundle: DatabaseBundle,
): object {
  const hasLogs = logs !== undefined;
  return {
    disabled: false,
    is_external_db: true,
    db_host: database.host,
    db_port: database.port,
    db_name: database.name,
    db_secret_name: database.secret,
    db_sslmode: database.tls.mode,
    db_sslrootcert: `${BUNDLE.mountPath}/${bundle.key}`,
    db_enable_auto_migration: true,
    // who asks shows a token of the cluster, and is asked for rights by it
    auth_disable: false,
    auth_impersonate: impersonation,
    logs_api: hasLogs,
    ...(logs && { logs_type: 'S3', logs_path: logs.s3.prefix ?? 'logs', secret_name: logs.s3.secret }),
    watcher: {
      completed_run_grace_period: `${minutesOf(prune.after)}m`,
      store_deadline: `${minutesOf(prune.after) + DEADLINE_MORE}m`,
      disable_storing_incomplete_runs: true,
      logs_api: hasLogs,
    },
    ...(platform === 'openshift' && {
      route_enabled: ingress !== undefined,
      ...(ingress && { route_host: ingress.host, route_tls_termination: 'reencrypt' }),
    }),
    options: {
      configMaps: { [RESULTS.retentionPolicy]: { data: retentionData(retention) } },
      deployments: {
        [RESULTS.api]: deployment('api', bundle, logs && s3Variables(logs.s3)),
        [RESULTS.retentionAgent]: deployment('retention-policy-agent', bundle),
      },
    },
  };
}

function retentionData({ default: defaultRetention, runAt, policies }: Results['retention']) {
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

/** What the operator adds to a Deployment of Results. */
const deployment = (
  container: string,
  { configMap, secret, key }: DatabaseBundle,
  env?: readonly { readonly name: string; readonly value: string }[],
) => {
  const items = [{ key, path: key }];
  return {
    spec: {
      template: {
        spec: {
          volumes: [
            {
              name: BUNDLE.name,
              ...(configMap === undefined
                ? { secret: { secretName: secret, items } }
                : { configMap: { name: configMap, items } }),
            },
          ],
          containers: [{ name: container, env, volumeMounts: [{ ...BUNDLE, readOnly: true }] }],
        },
      },
    },
  };
};

/** What is no secret of the bucket: the Secret holds its credentials alone. */
const s3Variables = ({ bucket, endpoint, region }: NonNullable<Results['logs']>['s3']) =>
  Object.entries({ S3_BUCKET_NAME: bucket, S3_ENDPOINT: endpoint, S3_REGION: region }).map(([name, value]) => ({
    name,
    value,
  }));

/** A Secret of Results, and what is read of it. */
export interface ResultsSecret {
  readonly name: string;
  readonly keys: readonly string[];
}
/** Secrets that Results needs, which External Secrets or somebody else makes. */
export const resultsSecrets = ({ database, logs }: Results): readonly ResultsSecret[] => [
  { name: database.secret, keys: CREDENTIALS.database },
  ...(logs ? [{ name: logs.s3.secret, keys: CREDENTIALS.s3 }] : []),
];

/** Renders an ExternalSecret for each Secret of Results, where a store has them. */
export function resultsExternalSecrets(scope: Construct, namespace: string, results: Results): void {
  const { store } = results;
  if (store === undefined) return;
  for (const { name, keys } of resultsSecrets(results))
    externalSecret(
      scope,
      { name, namespace, ...inWave(OPERATOR_WAVES.catalog) },
      {
        store,
        entry: `${store.path ?? namespace}/${name}`,
        type: 'Opaque',
        properties: Object.fromEntries(keys.map((key) => [key, key])),
      },
    );
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
    { host, className, path: '/', service: { name: RESULTS.service, port: { number: RESULTS.port } } },
  );
}
