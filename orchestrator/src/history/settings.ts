import { z } from 'zod';
import type { Problem } from '../../../lib/words/problem';
import { text } from '../../../lib/words/scalars';
import type { ResultsPlace } from '../tekton-results/client';
import type { Expiry } from './expire';

/** The settings of the history, as variables of the environment. */

const days = z.number().int().min(1).max(100_000);
/** A variable that holds JSON. */
const expiry = z
  .string()
  .transform((given, context) => {
    try {
      return JSON.parse(given) as unknown;
    } catch {
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    }
  })
  .pipe(z.strictObject({ days: days.optional(), teams: z.record(z.string(), days).default({}) }))
  .meta({ expected: '{"days":730,"teams":{"payments":90}}' });

export const historyShape = {
  HISTORY_URL_FILE: text.optional(),
  HISTORY_CLUSTER: text.optional(),
  HISTORY_EXPIRY: expiry.optional(),
  HISTORY_RESULTS_URL: z
    .string()
    .regex(/^https:\/\/[^\s/?#@]+$/)
    .meta({ expected: 'an address such as https://tekton-results-api-service.tekton-pipelines.svc.cluster.local:8080' })
    .optional(),
  HISTORY_RESULTS_CA_FILE: text.optional(),
  HISTORY_RESULTS_TOKEN_FILE: text.default('/var/run/secrets/kubernetes.io/serviceaccount/token'),
};
type Shape = typeof historyShape;

/** How finished runs get into a database, and out of it. */
export interface DatabaseSettings {
  /** The file with the URL of the database. */
  readonly urlFile: string;
  /** Under which name the database knows this cluster. */
  readonly cluster: string;
  readonly expiry: Expiry;
}

/** What remembers runs: a database, which is written here, or Tekton Results, which is only read. */
export type HistorySettings = { readonly database: DatabaseSettings } | { readonly results: ResultsPlace };

/** Undefined: the cluster alone remembers, or what belongs together is not all there. */
export function historyOf(env: z.output<z.ZodObject<Shape>>): HistorySettings | undefined {
  const { HISTORY_URL_FILE: urlFile, HISTORY_CLUSTER: cluster, HISTORY_EXPIRY, HISTORY_RESULTS_URL: url } = env;
  const { HISTORY_RESULTS_CA_FILE: caFile, HISTORY_RESULTS_TOKEN_FILE: tokenFile } = env;
  if (url !== undefined) return { results: { url, caFile, tokenFile } };
  if (urlFile === undefined || cluster === undefined) return undefined;
  return { database: { urlFile, cluster, expiry: HISTORY_EXPIRY ?? { teams: {} } } };
}

const TOGETHER = ['HISTORY_URL_FILE', 'HISTORY_CLUSTER'];

/** What is missing beside what is given, or is one too many. */
export function checkHistory(given: Readonly<Record<string, string | undefined>>): readonly Problem[] {
  const problem = (path: string, message: string): Problem => ({
    file: 'environment',
    path,
    message,
    severity: 'error',
  });
  const missing = TOGETHER.filter((name) => given[name] === undefined);
  const isDatabase = missing.length < TOGETHER.length || given.HISTORY_EXPIRY !== undefined;
  if (given.HISTORY_RESULTS_URL !== undefined)
    return isDatabase
      ? [problem('HISTORY_RESULTS_URL', `goes with none of ${[...TOGETHER, 'HISTORY_EXPIRY'].join(', ')}`)]
      : [];
  return [
    ...(isDatabase ? missing : []).map((name) => problem(name, `is missing: ${TOGETHER.join(' and ')} go together`)),
    ...(given.HISTORY_RESULTS_CA_FILE !== undefined
      ? [problem('HISTORY_RESULTS_URL', 'is missing: HISTORY_RESULTS_CA_FILE is of it')]
      : []),
  ];
}
