import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { happenedAt } from '../../../lib/runs/decisions/of-host';

/** The times that figures are made of, each as RFC 3339. The columns of the database are these, too. */
export interface RunTimes {
  /** Of what the run is the first answer to, as the Git host says. Undefined: it was asked for again, or by somebody else. */
  readonly happened?: string;
  /** Undefined: it never began. */
  readonly started?: string;
  readonly finished: string;
}

/** @param request of a run that is over */
export function timesOf(request: Pick<RunRequest, 'metadata' | 'spec' | 'status'>): RunTimes {
  const { metadata, spec, status } = request;
  const happened = spec.source?.attempt === undefined ? happenedAt(request as RunRequest) : undefined;
  return {
    happened: happened === undefined ? undefined : new Date(happened).toISOString(),
    started: status?.startedAt,
    finished: status?.finishedAt ?? new Date(Date.parse(metadata.creationTimestamp ?? '') || 0).toISOString(),
  };
}
