import { z } from 'zod';
import { secretStore } from './secrets';
import { s3 } from './team';
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
  port: port.default(5432),
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/)
    .meta({ expected: 'the name of a database' })
    .default('tekton-results'),
  /** With the keys POSTGRES_USER and POSTGRES_PASSWORD. */
  secret: objectName.default('tekton-results-postgres'),
  tls: z
    .strictObject({
      mode: z.enum(['verify-full', 'verify-ca', 'require']).default('verify-full'),
      /** Undefined: the `caBundle` of the cluster. */
      caBundle: z
        .strictObject({
          configMap: objectName.optional(),
          secret: objectName.optional(),
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
  default: retention.default('30d'),
  /** Minute, hour, day, month and day of the week, in UTC. */
  runAt: z
    .string()
    .regex(/^[0-9*/,-]+( [0-9*/,-]+){4}$/)
    .meta({ expected: 'five fields as cron has them, such as "5 5 * * *"' })
    .default('5 5 * * *'),
  /** The first one that matches counts. */
  policies: z
    .array(
      z.strictObject({
        name: text,
        namespaces: z.array(label).min(1).optional(),
        statuses: z
          .array(
            z
              .string()
              .regex(/^[A-Za-z]+$/)
              .meta({ expected: 'the reason of a condition, such as Failed' }),
          )
          .min(1)
          .optional(),
        labels: z.record(labelName, z.array(z.string()).min(1)).optional(),
        retention,
      }),
    )
    .default([]),
});

/** `results` of a cluster file. */
export const resultsSchema = z.strictObject({
  ...RELEASE_KEYS,
  /** Not with the operator, which brings a release of its own. */
  release: RELEASE_KEYS.release.optional(),
  database,
  /** Undefined: somebody makes the Secrets. */
  store: secretStore.optional(),
  /** Undefined: logs go with the pods. */
  logs: z.strictObject({ s3: s3.extend({ secret: objectName.default('tekton-results-s3') }) }).optional(),
  retention: retentionPolicies.prefault({}),
  /** How long after its end a run is on the cluster. Nothing else prunes there: it might take what is not archived yet. */
  prune: z.strictObject({ after: duration.default('168h') }).prefault({}),
  /** Whether a proxy may ask in the name of its users. */
  impersonation: z.boolean().default(false),
  ingress: z
    .strictObject({
      host: objectName.meta({ expected: 'a DNS name such as results.ci.example.com' }),
      className: objectName.optional(),
      annotations: z.record(labelName, z.string()).default({}),
    })
    .optional(),
});
export type Results = z.output<typeof resultsSchema>;

/** Results of a release manifest, as a cluster file sets it. */
export interface ResultsInstall extends Results {
  readonly manifest: TektonRelease;
}
