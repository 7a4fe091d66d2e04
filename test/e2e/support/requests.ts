import { FINAL_PHASES, RUN_REQUEST } from '../../../lib/runs/ask/run-request';
import type { Phase } from '../../../lib/runs/ask/run-request';
import type { Request } from '../../../orchestrator/src/queue/objects';
import { list } from './kubectl';
import { until } from './until';

/** Requests for runs: `requests` are those of a namespace, `requestOf` waits for that of a commit, `comesTo` until one has come to a phase. */

const KIND = `${RUN_REQUEST.plural}.${RUN_REQUEST.group}`;

export const requests = (namespace: string): Promise<readonly Request[]> => list<Request>(KIND, namespace);

/** The one of a commit. */
export const requestOf = (namespace: string, revision: string): Promise<Request> =>
  until(`a request for ${revision}`, 120, async () =>
    (await requests(namespace)).find(({ spec }) => spec.revision === revision),
  );

/** Waits until a request has come so far. @throws if it is over before, otherwise */
export const comesTo = ({ metadata: { namespace, name } }: Request, phase: Phase): Promise<Request> =>
  until(`${name} is ${phase}`, 20 * 60, async () => {
    const now = (await requests(namespace)).find(({ metadata }) => metadata.name === name);
    if (now?.status?.phase === phase) return now;
    if (now?.status?.phase !== undefined && FINAL_PHASES.includes(now.status.phase))
      throw new Error(`${name} is ${now.status.phase}: ${now.status.message}`);
    return undefined;
  });
