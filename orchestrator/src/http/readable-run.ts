import type { FastifyRequest } from 'fastify';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Caller } from './auth';
import { HttpProblem } from './problem';
import type { ByName, VisibleDeps } from './visible';
import { namedRequest } from './visible';

/** What a run wrote, its logs and reports, is for whoever may read the logs of its namespace. */

/** The request that the path names. @throws HttpProblem: not_found, forbidden, history_unavailable */
export async function readableRun(
  deps: VisibleDeps,
  request: FastifyRequest<ByName>,
): Promise<{ readonly found: RunRequest; readonly caller: Caller }> {
  const { found, caller } = await namedRequest(deps, request, 'list');
  await checkMayRead(caller, found.metadata.namespace ?? '');
  return { found, caller };
}

/** @throws HttpProblem[forbidden] */
export async function checkMayRead({ may }: Caller, namespace: string): Promise<void> {
  if (!(await may('readLogs', namespace)))
    throw new HttpProblem('forbidden', `you may not get pods/log in namespace ${namespace}`);
}
