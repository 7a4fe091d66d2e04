import { z } from 'zod';
import { label, networks, objectName, port, secretKey } from '../words/scalars';

/** `history` of a cluster file: what keeps runs for its orchestrators when the cluster has them no more. */

/** Where it is, if pods of orchestrators do not reach it anyway. */
const egress = (fallback: number) =>
  z
    .strictObject({
      /** Namespace of the database, where no other egress of the orchestrators leads there: a team's, or any with `network.egressCIDRs`. @default - none */
      namespace: label.optional(),
      /** Networks of the database instead, such as `10.2.0.0/24`. @default - none */
      networks: networks.optional(),
      /** Port of the database there. @default - 5432, of Tekton Results 8080 */
      port: port.default(fallback),
    })
    .superRefine(({ namespace, networks: cidrs = [] }, context) => {
      if ((namespace === undefined) === (cidrs.length === 0))
        context.addIssue({ code: 'custom', message: 'says one of namespace and networks' });
    })
    .optional();

/** A PostgreSQL, in which they write what became of runs. */
const postgres = z.strictObject({
  /** With the key `url`, where the orchestrator runs. @default 'history-postgres' */
  secret: objectName.default('history-postgres'),
  /** @default - none */
  egress: egress(5432),
});

/** Tekton Results, which keeps runs itself. */
const results = z.strictObject({
  /** Undefined: of the Results that the cluster file installs. @default - that of `results` */
  url: z
    .string()
    .regex(/^https:\/\/[A-Za-z0-9.-]+(:[0-9]+)?$/)
    .meta({ expected: 'an address such as https://tekton-results-api-service.tekton-pipelines.svc.cluster.local:8080' })
    .optional(),
  /** Where the orchestrator runs. Undefined: the authorities that the cluster trusts. @default - none */
  caBundle: z
    .strictObject({
      configMap: objectName,
      /** Its key. @default 'ca.crt' */
      key: secretKey.default('ca.crt'),
    })
    .optional(),
  /** @default - none */
  egress: egress(8080),
});

const days = z.number().int().min(1).max(100_000).meta({ expected: 'a number of days' });

export const historySchema = z
  .strictObject({
    /** @default - none */
    postgres: postgres.optional(),
    /** @default - none */
    results: results.optional(),
    /** @default - the defaults of its fields */
    retention: z
      .strictObject({
        /** Undefined: for ever. @default - for ever */
        days: days.optional(),
        /** By the names of teams. @default - `days` */
        teams: z.record(label, days).default({}),
      })
      .prefault({}),
  })
  .superRefine((given, context) => {
    if (given.postgres !== undefined && given.results !== undefined)
      context.addIssue({ code: 'custom', message: 'says both postgres and results: keep one of them' });
  });

/** What `history` says, with its defaults: of one of the two. */
export type History = Pick<z.output<typeof historySchema>, 'retention'> &
  (
    | { readonly postgres: z.output<typeof postgres>; readonly results?: undefined }
    | { readonly results: z.output<typeof results> & { readonly url: string }; readonly postgres?: undefined }
  );

/** @param url of the Results that the cluster file installs */
export function historyOf(
  { postgres: database, results: archive, retention }: z.output<typeof historySchema>,
  url: string,
): History {
  return archive === undefined
    ? { postgres: database ?? postgres.parse({}), retention }
    : { results: { ...archive, url: archive.url ?? url }, retention };
}
