import type { Problem } from '../../../lib/contract/problem';
import type { RunRequest } from '../../../lib/contract/run-request';
import type { Reason } from './event';

/** What the cluster and the Git host know beside the delivery. */
export interface Facts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Known requests of a pull request, in every team and stack; `repo` is the label's value, see `repoLabel`. */
  readonly requests: readonly RunRequest[];
}

/**
 * What follows from a delivery. A pull request that is closed gives a request that is cancelled from the start (see
 * order.ts), and for each app a release if it was merged.
 */
export type Decision =
  | { readonly ignored: Reason; readonly detail: string }
  | { readonly requests: readonly RunRequest[]; readonly notes: readonly string[] }
  | { readonly invalid: readonly Problem[] };
