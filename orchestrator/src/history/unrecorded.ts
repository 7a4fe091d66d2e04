import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { isFinal } from '../../../lib/runs/ask/run-request';
import { isCancelMarker } from '../../../lib/runs/decisions/cancel-marker';

/** Whether a run is over, and its request does not say that the database has it. */
export const isUnrecorded = (request: Pick<RunRequest, 'spec' | 'status'>): boolean =>
  isFinal(request) && request.status?.recorded === undefined && !isCancelMarker(request);
