import { z } from 'zod';
import { secretStore } from './secrets';
import { s3 } from './s3';
import { labelName } from './site';
import { RELEASE_KEYS } from './release-place';
import type { TektonRelease } from './tekton-release';
import { label, objectName, port, secretKey, text } from '../words/scalars';

/**
 * `results` of a cluster file: Tekton Results keeps what became of runs, and their logs, when the runs are gone from the cluster.
 * https://tekton.dev/docs/results/
 */

/** Minutes of the units that durations are said in. */
const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 24 * 60 };
/** `90m` → 90, `30d` → 43200 */
export const minutesOf = (duration: string): number =>
  Number(duration.slice(0, -1)) * (MINUTES[duration.slice(-1)] as number);

/** As Go reads it. https://pkg.go.dev/time#ParseDuration */
const duration = z
  .string()
  .regex(/^[1-9][0-9]{0,5}[hm]$/)
  .meta({ expected: 'hours or minutes, such as 24h or 90m' });
const retention = z
  .string()
  .regex(/^[1-9][0-9]{0,4}[dh]$/)
  .meta({ expected: 'days or hours, such as 90d or 36h' });

const database = z.strictObject({
  host: objectName.meta({ expected: 'the DNS name of a PostgreSQL' }),
  /** Its port. @default 5432 */
  port: port.default(5432),
  /** Name of the database, which is there. @default 'tekton-results' */
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/)
    .meta({ expected: 'the name of a database' })
    .default('tekton-results'),
  /** With the keys POSTGRES_USER and POSTGRES_PASSWORD. @default 'tekton-results-postgres' */
  secret: objectName.default('tekton-results-postgres'),
  /** @default - the defaults of its fields */
  tls: z
    .strictObject({
      /** `verify-full`, `verify-ca` or `require`, as PostgreSQL has them. @default 'verify-full' */
      mode: z.enum(['verify-full', 'verify-ca', 'require']).default('verify-full'),
      /** Undefined: the `caBundle` of the cluster. @default - none */
      caBundle: z
        .strictObject({
          /** ConfigMap with the certificate of the authority of the database, in the namespace of Tekton. @default - `caBundle` of the cluster */
          configMap: objectName.optional(),
          /** A Secret instead. @default - none */
          secret: objectName.optional(),
          /** Key of the certificate. @default 'ca.crt' */
          key: secretKey.default('ca.crt'),
        })
        .superRefine(({ configMap, secret }, context) => {
          if ((configMap === undefined) === (secret === undefined))
            context.addIssue({ code: 'custom', message: 'says one of configMap and secret' });
        })
        .optional(),
    })
    .prefault({}),
});

/** https://tekton.dev/docs/results/retention-policy-agent/ */
const retentionPolicies = z.strictObject({
  /** How long records are kept that no policy matches. @default '30d' */
  default: retention.default('30d'),
  /** Minute, hour, day, month and day of the week, in UTC. @default '5 5 * * *' */
  runAt: z
    .string()
    .regex(/^[0-9*/,-]+( [0-9*/,-]+){4}$/)
    .meta({ expected: 'five fields as cron has them, such as "5 5 * * *"' })
    .default('5 5 * * *'),
  /** The first one that matches counts. @default - none */
  policies: z
    .array(
      z.strictObject({
        name: text,
        /** Namespaces of the runs. @default - every */
        namespaces: z.array(label).min(1).optional(),
        /** Reasons with which runs ended: `Succeeded`, `Failed`, `Cancelled`. @default - every */
        statuses: z
          .array(
            z
              .string()
              .regex(/^[A-Za-z]+$/)
              .meta({ expected: 'the reason of a condition, such as Failed' }),
          )
          .min(1)
          .optional(),
        /** Values by label of the run: `tekton-dag.io/pipeline: [merge-release]`. @default - every */
        labels: z.record(labelName, z.array(z.string()).min(1)).optional(),
        retention,
      }),
    )
    .default([]),
});

/** `results` of a cluster file. */
export const resultsSchema = z.strictObject({
  ...RELEASE_KEYS,
  /** Not with the operator, which brings a release of its own. @default - required */
  release: RELEASE_KEYS.release.optional(),
  database,
  /** Undefined: somebody makes the Secrets. @default - none */
  store: secretStore.optional(),
  /** Undefined: logs go with the pods. @default - none */
  logs: z
    .strictObject({
      s3: s3.extend({
        /** Secret with the keys `S3_ACCESS_KEY_ID` and `S3_SECRET_ACCESS_KEY`. @default 'tekton-results-s3' */
        secret: objectName.default('tekton-results-s3'),
      }),
    })
    .optional(),
  /** @default - the defaults of its fields */
  retention: retentionPolicies.prefault({}),
  /** How long after its end a run is on the cluster. Nothing else prunes there: it might take what is not archived yet. @default - the defaults of its fields */
  prune: z
    .strictObject({
      /** How long after its end a run stays on the cluster. @default '168h' */
      after: duration.default('168h'),
    })
    .prefault({}),
  /** Whether a proxy may ask in the name of its users. @default false */
  impersonation: z.boolean().default(false),
  /** @default - none */
  ingress: z
    .strictObject({
      host: objectName.meta({ expected: 'a DNS name such as results.ci.example.com' }),
      /** IngressClass of it. @default - the cluster's */
      className: objectName.optional(),
      /** Annotations by which the controller speaks TLS to the API: `nginx.ingress.kubernetes.io/backend-protocol: HTTPS`. @default - none */
      annotations: z.record(labelName, z.string()).default({}),
    })
    .optional(),
});
export type Results = z.output<typeof resultsSchema>;

/** Results of a release manifest, as a cluster file sets it. */
export interface ResultsInstall extends Results {
  readonly manifest: TektonRelease;
}
