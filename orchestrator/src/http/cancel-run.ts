import { isFinal } from '../../../lib/runs/ask/run-request';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { KubeApi } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';
import { REQUESTS } from '../queue/objects';
import { HttpProblem } from './problem';

/** Cancels a run. @throws HttpProblem: conflict if it is over, not_found if it is gone by now, api_unavailable */
export async function cancelRun(api: Pick<KubeApi, 'patch'>, request: RunRequest): Promise<void> {
  const { name, namespace = '' } = request.metadata;
  if (isFinal(request)) throw new HttpProblem('conflict', `run ${name} is over: ${request.status?.phase}`);
  try {
    await api.patch(REQUESTS, namespace, name, { spec: { cancel: true } });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) throw new HttpProblem('not_found', 'there is no such run');
    throw new HttpProblem('api_unavailable');
  }
}
