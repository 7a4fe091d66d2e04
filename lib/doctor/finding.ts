/** What is told of a cluster: the one form that all checks have in common. */

/** The checks, in the order in which they are told; programs know them by these words. */
export const CHECKS = [
  'api-server',
  'kinds',
  'run-request',
  'tekton',
  'programs',
  'namespaces',
  'secrets',
  'given',
  'storage',
  'room',
  'quota',
  'queue',
  'dns',
  'admission',
  'webhook-address',
  'registry',
] as const;
export type Check = (typeof CHECKS)[number];

/** One thing that a person should know. An `error` will not work; a `warning` may not; a `note` is no fault. */
export interface Finding {
  readonly check: Check;
  readonly severity: 'error' | 'warning' | 'note';
  /** What it is about, such as `Secret team-a/github-token`. */
  readonly subject: string;
  readonly message: string;
  /** What to do: commands, or a sentence. It may have several lines. */
  readonly remedy?: string;
  /** The cluster was not asked, or has refused to answer: nothing is known to be wrong. */
  readonly notChecked?: true;
}

/** What came of one check. */
export interface Outcome {
  readonly check: Check;
  /** What is so where nothing was found. */
  readonly passed: string;
  readonly findings: readonly Finding[];
}

/** Makes findings of one check. */
export const findings =
  (check: Check) =>
  (severity: Finding['severity'], subject: string, message: string, remedy?: string): Finding => ({
    check,
    severity,
    subject,
    message,
    ...(remedy !== undefined && { remedy }),
  });

/** How a person makes what synth has written for every cluster. */
export const APPLY_CLUSTER = 'kubectl apply --server-side -f dist/cluster';
